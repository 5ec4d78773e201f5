"""The hand on static machines: the operator's own commands, tried with a real server that they stop and start."""

import contextlib
import os
import signal
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from redistui_static import StaticProvider
from support.binaries import SERVERS
from support.redis_server import RedisServer
from support.waiting import wait_until

from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.topology import NodeState, Pair
from redistui.provider.capabilities import Verb
from redistui.provider.context import ProviderContext
from redistui.provider.contract import Provider
from redistui.provider.machine import Act, Machine
from redistui.testing import make_context
from redistui.testing.conformance import discovered
from redistui.testing.machine_conformance import MachineConformance

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]


class Host:
    """A server with the commands of an operator, as an init system would offer them."""

    def __init__(self, folder: Path, server: RedisServer) -> None:
        self.folder, self.server = folder, server

    @property
    def commands(self) -> dict[str, list[str]]:
        start = f"exec {SERVERS['7.0']} {self.server.folder}/redis.conf --daemonize yes"
        stop = (
            f"kill $(cat {self.server.folder}/pid) && while kill -0 $(cat {self.server.folder}/pid); do sleep .02; done"
        )
        stop = f"test ! -e {self.server.folder}/pid || ({stop}) 2>/dev/null; true"
        return {
            "start": ["/bin/sh", "-c", f"test ! -e {self.folder}/masked && {start}"],
            "stop": ["/bin/sh", "-c", stop],
            "fence": ["/bin/sh", "-c", f"touch {self.folder}/masked; {stop}"],
            "unfence": ["/bin/sh", "-c", f"rm -f {self.folder}/masked"],
            "fetch": ["/bin/cp", f"{self.server.folder}/dump.rdb", "{file}"],
        }

    def provider(self, **commands: list[str]) -> StaticProvider:
        table = {"name": "orders", "primary": str(self.server.address), "commands": commands or self.commands}
        return StaticProvider(make_context(self.folder, {"pairs": [table]}, fields=StaticProvider.settings_fields))

    def end(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            os.kill(int((self.server.folder / "pid").read_text()), signal.SIGKILL)


@pytest.fixture
def host(tmp_path: Path, start_server: Callable[..., RedisServer]) -> Iterator[Host]:
    server = start_server()
    server.stop()
    with (server.folder / "redis.conf").open("a") as config:
        config.write(f"pidfile {server.folder}/pid\n")
    made = Host(tmp_path, server)
    subprocess.run(made.commands["start"], check=True, timeout=20)  # no child of the test: nobody has to wait for it
    wait_until(lambda: answers(server), "the server answers")
    yield made
    made.end()


class TestStaticMachine(MachineConformance):
    provider_class: ClassVar[type[Provider]] = StaticProvider

    @pytest.fixture
    def context(self, host: Host) -> ProviderContext:
        return host.provider().context


class TestStaticMachineWithoutCommands(MachineConformance):
    provider_class: ClassVar[type[Provider]] = StaticProvider

    @pytest.fixture
    def context(self, host: Host) -> ProviderContext:
        return host.provider(logs=["true"]).context


def answers(server: RedisServer) -> bool:
    try:
        return bool(server.cli("PING"))
    except OSError:
        return False


async def only_pair(provider: StaticProvider) -> Pair:
    [pair] = await discovered(provider)
    return pair


async def test_without_commands_every_act_is_a_no_with_the_way_out(host: Host) -> None:
    provider = host.provider(logs=["true"])
    pair = await only_pair(provider)
    acts = provider.acts(pair)
    assert isinstance(provider, Machine)
    assert set(acts) == set(Act)
    assert not any(answer.supported for answer in acts.values())
    assert "set commands.fence of pair orders" in acts[Act.FENCE].reason
    assert "stop and start" in provider.pair_capabilities(pair)[Verb.RESTART].reason
    assert await provider.state(pair, pair.nodes[0]) is NodeState.UNKNOWN
    for act in (provider.kill, provider.freeze, provider.stored_role):
        with pytest.raises(ProviderError) as raised:
            await act(pair, pair.nodes[0])
        assert raised.value.kind is ProviderErrorKind.UNSUPPORTED
    with pytest.raises(ProviderError, match="has no command for fence"):
        await provider.fence(pair, pair.nodes[0])


async def test_a_stop_saves_also_without_save_points_and_a_start_answers(host: Host) -> None:
    provider = host.provider()
    pair = await only_pair(provider)
    node = pair.nodes[0]
    host.server.cli("SET", "kept", "x")
    await provider.stop(pair, node, save=True)
    await provider.start(pair, node)
    assert host.server.cli("EXISTS", "kept") == 1
    await provider.restart(pair, node)
    assert host.server.cli("EXISTS", "kept") == 1
    host.server.cli("SET", "dropped", "x")
    await provider.stop(pair, node, save=False)
    await provider.start(pair, node)
    assert host.server.cli("EXISTS", "dropped") == 0


async def test_a_fence_is_remembered_and_seen_to_hold(host: Host) -> None:
    provider = host.provider()
    pair = await only_pair(provider)
    node = pair.nodes[0]
    assert not await provider.fenced(pair, node)
    await provider.fence(pair, node)
    assert await host.provider().fenced(pair, node), "another console of this account knows it too"
    with pytest.raises(ProviderError) as raised:
        await provider.start(pair, node)
    assert raised.value.kind is ProviderErrorKind.REFUSED
    assert "redistui rejoin" in raised.value.hint
    await provider.unfence(pair, node)
    await provider.start(pair, node)
    assert not await provider.fenced(pair, node)


async def test_a_fence_that_does_nothing_is_no_fence(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redistui_static.machine.DOWN_LIMIT_SECONDS", 0.3)
    provider = host.provider(fence=["true"])
    pair = await only_pair(provider)
    with pytest.raises(ProviderError, match="still answers"):
        await provider.fence(pair, pair.nodes[0])
    assert not await provider.fenced(pair, pair.nodes[0])


async def test_a_snapshot_is_fetched_privately(host: Host) -> None:
    provider = host.provider()
    pair = await only_pair(provider)
    host.server.cli("SAVE")
    target = host.folder / "copy.rdb"
    await provider.fetch(pair, pair.nodes[0], target)
    assert target.read_bytes()[:5] == b"REDIS"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    lazy = host.provider(fetch=["true"])
    with pytest.raises(ProviderError, match="without a file"):
        await lazy.fetch(pair, pair.nodes[0], target)
