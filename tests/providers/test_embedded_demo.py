"""The demo: a real pair with a load, that survives its console and is repaired after any interruption."""

import asyncio
import signal
import stat
import time
from pathlib import Path

import psutil
import pytest
from redistui_embedded import EmbeddedProvider, layout, workload
from redistui_embedded.load import CLIENT_NAME
from support.embedded import (
    ask,
    console,
    embedded_provider,
    go,
    is_loaded,
    loads,
    only_pair,
    servers,
    start_console,
)
from support.pseudo_terminal import PseudoTerminal
from support.waiting import eventually, wait_until

from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.topology import NodeState, Role
from redistui.testing.conformance import discovered

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]


async def test_a_demo_pair_of_every_version_replicates_under_load(
    embedded: EmbeddedProvider, redis_version: str, tmp_path: Path
) -> None:
    provider = embedded_provider(tmp_path, redis_version)
    assert list(await provider.start_demo(1)) == ["demo"]
    pair = await only_pair(provider)
    assert [node.configured_role for node in pair.nodes] == [Role.PRIMARY, Role.REPLICA]
    assert {node.state for node in pair.nodes} == {NodeState.RUNNING}
    info = await ask(provider, pair, "node-2", "INFO", "replication")
    assert isinstance(info, bytes)
    assert b"master_link_status:up" in info
    await eventually(lambda: is_loaded(provider, pair, "node-1"), "the load writes")
    assert await ask(provider, pair, "node-1", "CONFIG", "GET", "maxmemory") == [b"maxmemory", b"67108864"]
    assert list(await provider.stop_demo()) == ["demo"]
    assert not servers(tmp_path)
    assert not loads(tmp_path)


async def test_starting_again_changes_nothing_and_more_can_be_added(embedded: EmbeddedProvider, tmp_path: Path) -> None:
    await embedded.start_demo(1)
    before = {process.pid for process in (*servers(tmp_path), *loads(tmp_path))}
    assert list(await embedded.start_demo(2)) == ["demo", "demo-2"]
    after = {process.pid for process in (*servers(tmp_path), *loads(tmp_path))}
    assert before < after
    assert len(servers(tmp_path)) == 4
    assert len(loads(tmp_path)) == 2
    await embedded.start_demo(1)
    assert {process.pid for process in (*servers(tmp_path), *loads(tmp_path))} == after


async def test_stopping_twice_or_without_a_demo_is_no_error(embedded: EmbeddedProvider) -> None:
    assert list(await embedded.stop_demo()) == []
    await embedded.start_demo(1)
    assert list(await embedded.stop_demo()) == ["demo"]
    assert list(await embedded.stop_demo()) == []


async def test_numbers_that_make_no_sense_are_refused(embedded: EmbeddedProvider) -> None:
    for pairs in (0, -1, 1000):
        with pytest.raises(ProviderError) as raised:
            await embedded.start_demo(pairs)
        assert raised.value.kind is ProviderErrorKind.REFUSED


async def test_the_password_is_only_in_private_files(embedded: EmbeddedProvider, tmp_path: Path) -> None:
    await embedded.start_demo(1)
    pair = await only_pair(embedded)
    endpoint = await embedded.endpoint(pair, pair.nodes[0])
    assert endpoint.password is not None
    password = endpoint.password.reveal()
    assert len(password) > 30
    await eventually(lambda: is_loaded(embedded, pair, "node-1"), "the load writes")
    # Redis would make its rewritten configuration readable by everyone.
    await ask(embedded, pair, "node-1", "CONFIG", "REWRITE")
    await ask(embedded, pair, "node-1", "SAVE")
    for path in embedded.store.path.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
        if path.is_file() and path.name != "redis.conf":
            assert password.encode() not in path.read_bytes(), path
    for process in (*servers(tmp_path), *loads(tmp_path)):
        assert password not in " ".join(process.cmdline())
        assert password not in str(process.environ())
    assert (await embedded.endpoint(pair, pair.nodes[0])).password == endpoint.password


async def test_the_consoles_environment_is_not_passed_on(
    embedded: EmbeddedProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERS_PASSWORD", "planted")
    monkeypatch.setenv("LC_ALL", "xx_XX.UTF-8")  # a locale that is not installed stops newer servers
    await embedded.start_demo(1)
    for process in (*servers(tmp_path), *loads(tmp_path)):
        assert "ORDERS_PASSWORD" not in process.environ()


async def test_the_pair_survives_the_end_of_its_console_and_terminal(
    embedded: EmbeddedProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    with PseudoTerminal(console(tmp_path, "start_demo", "1"), os.environ) as terminal:
        terminal.wait("ready")
        terminal.send("\n")
        terminal.wait("done", limit_seconds=30)
        started = {process.pid for process in (*servers(tmp_path), *loads(tmp_path))}
        assert len(started) == 3
        terminal.process.send_signal(signal.SIGHUP)
        terminal.process.wait(5)
    pair = await only_pair(embedded)
    await eventually(lambda: is_loaded(embedded, pair, "node-1"), "the load goes on")
    assert {process.pid for process in (*servers(tmp_path), *loads(tmp_path))} == started


@pytest.mark.parametrize("milliseconds", [0, 5, 15, 30, 50, 80, 120, 170])
@pytest.mark.parametrize("repair", ["start_demo", "stop_demo"])
async def test_a_start_that_was_killed_is_repaired(
    embedded: EmbeddedProvider, tmp_path: Path, milliseconds: int, repair: str
) -> None:
    with start_console(tmp_path, "start_demo", "1") as process:
        go(process)
        time.sleep(milliseconds / 1000)  # the moment of the kill is what is tried
        process.kill()
    if repair == "stop_demo":
        await embedded.stop_demo()
    else:
        await embedded.start_demo(1)
        pair = await only_pair(embedded)
        await eventually(lambda: is_loaded(embedded, pair, "node-1"), "the load writes")
        assert len(servers(tmp_path)) == 2
        wait_until(lambda: len(loads(tmp_path)) == 1, "one load remains")
        await embedded.stop_demo()
    assert not servers(tmp_path)
    wait_until(lambda: not loads(tmp_path), "the load ended")
    assert list(embedded.store.path.glob("*")) == []


async def test_two_consoles_that_start_at_once_make_one_demo(embedded: EmbeddedProvider, tmp_path: Path) -> None:
    with start_console(tmp_path, "start_demo", "2") as one, start_console(tmp_path, "start_demo", "2") as other:
        for process in (one, other):
            go(process)
        for process in (one, other):
            assert process.stdout is not None
            assert process.stdout.readline() == "done\n"
            go(process)
    assert len(servers(tmp_path)) == 4
    assert len(loads(tmp_path)) == 2
    assert [pair.key.name for pair in await discovered(embedded)] == ["demo", "demo-2"]


async def test_the_load_follows_the_primary(embedded: EmbeddedProvider) -> None:
    await embedded.start_demo(1)
    pair = await only_pair(embedded)
    await eventually(lambda: is_loaded(embedded, pair, "node-1"), "the load writes")
    await ask(embedded, pair, "node-2", "REPLICAOF", "NO", "ONE")
    await ask(embedded, pair, "node-1", "REPLICAOF", "127.0.0.1", str(pair.nodes[1].address.port))
    await eventually(lambda: is_loaded(embedded, pair, "node-2"), "the load writes to the new primary")
    clients = await ask(embedded, pair, "node-1", "CLIENT", "LIST")
    assert isinstance(clients, bytes)
    assert CLIENT_NAME.encode() not in clients


async def test_the_load_goes_on_when_its_server_comes_back(embedded: EmbeddedProvider, tmp_path: Path) -> None:
    await embedded.start_demo(1)
    pair = await only_pair(embedded)
    for server in servers(tmp_path):
        server.kill()
        server.wait(5)
    for node in pair.nodes:
        await embedded.start(pair, node)
    await eventually(lambda: is_loaded(embedded, pair, "node-1"), "the load writes again")
    assert len(loads(tmp_path)) == 1


async def test_only_demo_pairs_are_removed(embedded: EmbeddedProvider, tmp_path: Path) -> None:
    await embedded.start_demo(2)
    kept = embedded.store.pair("demo-2")
    record = kept.read()
    layout.write_record(kept.path, layout.PairRecord(record.name, demo=False, nodes=record.nodes))
    assert list(await embedded.stop_demo()) == ["demo"]
    assert len(servers(tmp_path)) == 2
    with pytest.raises(ProviderError) as raised:
        await embedded.start_demo(2)
    assert raised.value.kind is ProviderErrorKind.CONFLICT


async def test_a_frozen_pair_can_be_stopped(embedded: EmbeddedProvider, tmp_path: Path) -> None:
    await embedded.start_demo(1)
    for process in (*servers(tmp_path), *loads(tmp_path)):
        process.suspend()
    await embedded.stop_demo()
    assert not servers(tmp_path)
    assert not loads(tmp_path)


async def test_servers_and_load_of_a_removed_folder_end(embedded: EmbeddedProvider, tmp_path: Path) -> None:
    import shutil

    await embedded.start_demo(1)
    running = [*servers(tmp_path), *loads(tmp_path)]
    shutil.rmtree(embedded.store.pair("demo").path)
    await embedded.stop_demo()
    psutil.wait_procs(running, timeout=5)
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in running)


async def test_an_interrupted_start_can_be_tried_again(embedded: EmbeddedProvider, tmp_path: Path) -> None:
    for rounds in (1, 3, 6, 10, 20):
        starting = asyncio.create_task(embedded.start_demo(1))
        for _ in range(rounds):
            await asyncio.sleep(0.002)
        starting.cancel()
        await asyncio.wait([starting], timeout=30)
    await embedded.start_demo(1)
    assert len(servers(tmp_path)) == 2


def test_the_load_moves_in_waves_and_stays_bounded() -> None:
    import random

    rates = [workload.rate(second) for second in range(200)]
    assert min(rates) >= workload.OPERATIONS_PER_SECOND[0]
    assert max(rates) <= workload.OPERATIONS_PER_SECOND[1]
    assert max(rates) - min(rates) > 250
    keys = {str(command[1]) for command in workload.commands(10.0, 100_000, random.Random(1))}
    assert len(keys) <= workload.SESSIONS + workload.USERS + workload.QUEUES + workload.RANKINGS + 1
