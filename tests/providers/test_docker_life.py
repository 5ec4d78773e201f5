"""Living with a real engine: events, other providers, an engine that is absent, refuses, hangs, dies and comes back."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import redistui_docker.engine
from redistui_docker import DockerProvider
from support.command import Command
from support.docker_engine import DockerEngine
from support.redis_server import ReplicatedPair
from support.watched import Seen, listed, pair_of, watching

from redistui.model.endpoint import Address
from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.snapshot import FleetSnapshot, ProviderPhase, Status
from redistui.provider.contract import Provider
from redistui.testing import make_context

pytestmark = [pytest.mark.live, pytest.mark.requires("docker")]

EVENT_LIMIT_SECONDS = 3.0
DISCOVERY_BUDGET_SECONDS = 2.0  # 20 containers; measured 0.1 to 0.2 on two idle cores
_AS_NOBODY = """
import asyncio, os, sys
from pathlib import Path
import docker
from redistui_docker import DockerProvider
from redistui.testing import make_context
from redistui.model.errors import ProviderError
provider = DockerProvider(make_context(Path(sys.argv[1]), {"host": sys.argv[2]}))
os.setuid(65534)
async def look():
    try:
        [pair async for pair in provider.discover()]
    except ProviderError as error:
        print(error.message, error.hint)
asyncio.run(look())
"""


def made(folder: Path, url: str) -> DockerProvider:
    return DockerProvider(make_context(folder, {"host": url}, name="docker"))


@pytest.fixture
async def provider(engine: DockerEngine, tmp_path: Path) -> AsyncIterator[DockerProvider]:
    provider = made(tmp_path, engine.url)
    yield provider
    await provider.close()


@pytest.fixture
def own_engine(tmp_path_factory: pytest.TempPathFactory, started_engine: DockerEngine) -> Iterator[DockerEngine]:
    """The engine, started again after a test that ended it."""
    yield started_engine
    assert started_engine.process is not None
    if started_engine.process.poll() is not None:
        started_engine.start()
    started_engine.clear()


async def names(provider: Provider) -> set[str]:
    return {pair.key.name async for pair in provider.discover()}


def phase_of(fleet: FleetSnapshot, name: str) -> ProviderPhase:
    return next(provider.phase for provider in fleet.providers if provider.name == name)


async def test_events_tell_of_changes_and_nothing_else_does(engine: DockerEngine, provider: DockerProvider) -> None:
    idle = engine.run("idle", "--protected-mode", "no")
    assert await names(provider) == {"idle"}
    waiting = asyncio.create_task(provider.changed())
    await asyncio.wait([waiting], timeout=0.5)
    # What health checks, exec and our own reading of files cause.
    engine.cli(idle, "ping")
    with engine.client() as client:
        client.get_archive(idle, "/usr/bin/sh")[0].close()
    await asyncio.wait([waiting], timeout=0.5)
    assert not waiting.done()
    await asyncio.to_thread(engine.run, "fresh", "--protected-mode", "no")
    await asyncio.wait_for(waiting, EVENT_LIMIT_SECONDS)
    assert await names(provider) == {"idle", "fresh"}


async def test_what_happens_between_discovery_and_listening_is_not_missed(
    engine: DockerEngine, provider: DockerProvider
) -> None:
    assert await names(provider) == set()
    engine.run("early", "--protected-mode", "no")
    await asyncio.wait_for(provider.changed(), EVENT_LIMIT_SECONDS)
    assert await names(provider) == {"early"}


async def test_no_engine_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match="there is no such socket") as raised:
        await names(made(tmp_path, f"unix://{tmp_path}/docker.sock"))
    assert "systemctl start docker" in raised.value.hint


def test_a_user_without_permission_is_sent_to_the_group(engine: DockerEngine, tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", _AS_NOBODY, str(tmp_path), engine.url],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "may not use the Docker engine" in answer.stdout, answer.stderr
    assert "usermod -aG docker" in answer.stdout


async def test_an_engine_that_hangs_is_given_up(
    engine: DockerEngine, provider: DockerProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redistui_docker.engine, "CALL_LIMIT_SECONDS", 1.0)
    assert await names(provider) == set()
    assert engine.process is not None
    engine.process.send_signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        with pytest.raises(ProviderError, match="does not answer within 1 s") as raised:
            await names(provider)
        assert time.monotonic() - began < 3
        assert raised.value.kind is ProviderErrorKind.NETWORK
    finally:
        engine.process.send_signal(signal.SIGCONT)
    assert await names(provider) == set()


def test_an_engine_that_dies_and_returns(
    own_engine: DockerEngine, tmp_path: Path, start_pair: Callable[..., ReplicatedPair]
) -> None:
    engine = own_engine
    _, replica = engine.pair("orders")
    engine.linked(replica)
    others = start_pair()
    static = listed("others")
    static.pairs = [pair_of("others", "stock", others.primary.address, others.replica.address)]

    def status_of(fleet: FleetSnapshot) -> dict[str, Status]:
        return {pair.key.name: pair.status for pair in fleet.pairs}

    with watching(made(tmp_path, engine.url), static) as monitor:  # type: ignore[arg-type]
        seen = Seen(monitor)
        well = {"orders": Status.HEALTHY, "stock": Status.HEALTHY}
        seen.until(lambda fleet: status_of(fleet) == well, "both pairs are healthy")
        engine.kill()
        failed = seen.until(lambda fleet: phase_of(fleet, "docker") is ProviderPhase.FAILED, "the engine is missed")
        problem = next(provider for provider in failed.providers if provider.name == "docker")
        assert "Docker engine" in problem.message
        assert problem.hint
        assert status_of(failed)["stock"] is Status.HEALTHY
        assert "orders" in status_of(failed)
        engine.start()  # which ends the containers that it left behind
        for container in engine.containers:
            with engine.client() as client:
                client.start(container)
        seen.until(
            lambda fleet: phase_of(fleet, "docker") is ProviderPhase.READY and status_of(fleet) == well,
            "all is well again",
            40,
        )


def test_one_pair_found_twice_is_shown_once(engine: DockerEngine, tmp_path: Path) -> None:
    primary, replica = engine.pair("orders")
    engine.linked(replica)
    published = engine.inspect(primary)["NetworkSettings"]["Ports"]["6379/tcp"][0]["HostPort"]
    known = listed("legacy")
    address = Address("127.0.0.1", int(published)), Address(engine.address(replica), 6379)
    known.pairs = [pair_of("legacy", "by-address", *address)]
    with watching(made(tmp_path, engine.url), known) as monitor:  # type: ignore[arg-type]
        seen = Seen(monitor)
        seen.until(
            lambda fleet: (
                [(str(pair.key), pair.pair.labels.get("also")) for pair in fleet.pairs]
                == [("docker/orders", "legacy/by-address")]
            ),
            "one pair is left",
        )


async def test_ten_pairs_are_found_in_time(engine: DockerEngine, provider: DockerProvider) -> None:
    for number in range(10):
        engine.pair(f"pair{number}x")
    took = []
    for _ in range(3):
        began = time.monotonic()
        pairs = [pair async for pair in provider.discover()]
        took.append(time.monotonic() - began)
    assert [len(pair.nodes) for pair in pairs] == [2] * 10
    print(f"20 containers: {', '.join(f'{seconds:.3f} s' for seconds in took)}")
    assert min(took) < DISCOVERY_BUDGET_SECONDS


def test_without_any_configuration_the_command_finds_the_engine(engine: DockerEngine, tmp_path: Path) -> None:
    _, replica = engine.pair("orders", "--requirepass", "planted-word", "--masterauth", "planted-word")
    engine.linked(replica, "-a", "planted-word")
    command = Command(tmp_path)
    answer = command("pairs", "--json", DOCKER_HOST=engine.url)
    assert answer.code == 0, answer.err
    (pair,) = answer.json["pairs"]
    assert (pair["provider"], pair["name"], pair["status"]) == ("docker", "orders", "healthy")
    assert {node["name"] for node in pair["nodes"]} == {"orders-primary", "orders-replica"}
    shown = command("show", "orders", DOCKER_HOST=engine.url)
    logs = command("logs", "orders", "orders-primary", DOCKER_HOST=engine.url)
    assert "Ready to accept connections" in logs.out
    assert "planted-word" not in answer.out + answer.err + shown.out + shown.err + logs.out
    refused = command("promote", "orders", "--yes", DOCKER_HOST=engine.url)
    assert refused.code != 0
    assert "cannot be changed yet" in refused.out + refused.err


def test_without_an_engine_nothing_is_told_of_it(tmp_path: Path) -> None:
    answer = Command(tmp_path)("pairs", "--json")
    assert (answer.code, answer.json) == (0, {"pairs": [], "errors": []})
    assert os.environ.get("DOCKER_HOST") is None or "docker" not in answer.err
