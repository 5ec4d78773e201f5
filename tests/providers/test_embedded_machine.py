"""The hand on embedded machines: fences that hold, stored roles, snapshots, crashes and hangs; all on real servers."""

import stat
from pathlib import Path
from typing import ClassVar

import pytest
from redistui_embedded import EmbeddedProvider
from support.embedded import ask, embedded_provider, only_pair, servers

from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.topology import NodeState, Pair, Role
from redistui.provider.context import ProviderContext
from redistui.provider.contract import Provider
from redistui.provider.machine import Act, Machine
from redistui.testing.machine_conformance import MachineConformance

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]


@pytest.fixture
async def pair(embedded: EmbeddedProvider) -> Pair:
    await embedded.start_demo(1)
    return await only_pair(embedded)


class TestEmbeddedMachine(MachineConformance):
    provider_class: ClassVar[type[Provider]] = EmbeddedProvider

    @pytest.fixture
    async def context(self, embedded: EmbeddedProvider) -> ProviderContext:
        await embedded.start_demo(1)
        return embedded.context


def config_file(embedded: EmbeddedProvider, node_id: str) -> Path:
    return embedded.store.pair("demo").node(node_id).config_file


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_fenced_node_stays_down_until_it_is_allowed_again(embedded: EmbeddedProvider, pair: Pair) -> None:
    node = pair.nodes[0]
    assert isinstance(embedded, Machine)
    await embedded.fence(pair, node)
    await embedded.fence(pair, node)
    assert await embedded.fenced(pair, node)
    assert await embedded.state(pair, node) is NodeState.STOPPED
    assert (await only_pair(embedded)).nodes[0].vendor_state == "fenced"
    for start in (embedded.start, embedded.restart):
        with pytest.raises(ProviderError) as raised:
            await start(pair, node)
        assert raised.value.kind is ProviderErrorKind.REFUSED
        assert "fenced" in raised.value.message
        assert "redistui rejoin" in raised.value.hint
    with pytest.raises(ProviderError, match="fenced"):
        await embedded.start_demo(1)
    assert await embedded.state(pair, node) is NodeState.STOPPED
    await embedded.unfence(pair, node)
    assert not await embedded.fenced(pair, node)
    await embedded.start(pair, node)
    assert await embedded.state(pair, node) is NodeState.RUNNING


async def test_a_fence_ends_a_frozen_server_and_outlives_its_console(
    embedded: EmbeddedProvider, pair: Pair, tmp_path: Path
) -> None:
    node = pair.nodes[0]
    await embedded.freeze(pair, node)
    assert await embedded.state(pair, node) is NodeState.PAUSED
    await embedded.fence(pair, node)
    assert len(servers(tmp_path)) == 1
    other_console = embedded_provider(tmp_path)
    assert await other_console.fenced(pair, node)
    with pytest.raises(ProviderError, match="fenced"):
        await other_console.start(pair, node)


async def test_a_mark_without_the_server_down_is_no_fence(embedded: EmbeddedProvider, pair: Pair) -> None:
    """What a console leaves that was killed between the mark and the end of the process."""
    embedded.store.pair("demo").node("node-1").fence_file.write_text("{}")
    assert not await embedded.fenced(pair, pair.nodes[0])
    await embedded.fence(pair, pair.nodes[0])
    assert await embedded.fenced(pair, pair.nodes[0])


async def test_roles_are_stored_for_the_next_start(embedded: EmbeddedProvider, pair: Pair) -> None:
    first, second = pair.nodes
    before = config_file(embedded, "node-1").read_text()
    await embedded.kill(pair, first)
    await embedded.store_role(pair, first, second.peer_address)
    await embedded.store_role(pair, first, second.peer_address)
    assert await embedded.stored_role(pair, first) == (Role.REPLICA, second.peer_address)
    await embedded.store_role(pair, first, None)
    assert await embedded.stored_role(pair, first) == (Role.PRIMARY, None)
    assert config_file(embedded, "node-1").read_text() == before, "nothing else is touched"
    assert mode(config_file(embedded, "node-1")) == 0o600


async def test_the_role_of_a_running_server_is_its_own_to_store(embedded: EmbeddedProvider, pair: Pair) -> None:
    with pytest.raises(ProviderError, match="runs, and would overwrite"):
        await embedded.store_role(pair, pair.nodes[0], pair.nodes[1].peer_address)


async def test_after_a_rewrite_by_redis_the_role_is_found_and_the_file_stays_private(
    redis_version: str, tmp_path: Path
) -> None:
    embedded = embedded_provider(tmp_path, redis_version)
    await embedded.start_demo(1)
    try:
        pair = await only_pair(embedded)
        first, second = pair.nodes
        await ask(embedded, pair, "node-1", "REPLICAOF", second.peer_address.host, str(second.peer_address.port))
        await ask(embedded, pair, "node-1", "CONFIG", "REWRITE")
        assert mode(config_file(embedded, "node-1")) == 0o600
        assert await embedded.stored_role(pair, first) == (Role.REPLICA, second.peer_address)
        await embedded.kill(pair, first)
        await embedded.store_role(pair, first, None)
        await embedded.start(pair, first)
        role = await ask(embedded, pair, "node-1", "ROLE")
        assert isinstance(role, list)
        assert role[0] == b"master"
    finally:
        await embedded.stop_demo()


async def test_a_stop_saves_or_does_not(embedded: EmbeddedProvider, pair: Pair) -> None:
    node = pair.nodes[0]
    await ask(embedded, pair, "node-1", "CONFIG", "SET", "save", "")
    await ask(embedded, pair, "node-1", "SET", "kept", "x", "EX", "1000")
    await embedded.stop(pair, node, save=True)
    await embedded.stop(pair, node, save=True)
    assert await embedded.state(pair, node) is NodeState.STOPPED
    await embedded.start(pair, node)
    assert await ask(embedded, pair, "node-1", "EXISTS", "kept") == 1
    await ask(embedded, pair, "node-1", "SET", "dropped", "x", "EX", "1000")
    await embedded.stop(pair, node, save=False)
    await embedded.start(pair, node)
    assert await ask(embedded, pair, "node-1", "EXISTS", "dropped") == 0


async def test_a_frozen_server_cannot_save_and_is_not_ended_for_it(embedded: EmbeddedProvider, pair: Pair) -> None:
    node = pair.nodes[0]
    await embedded.freeze(pair, node)
    with pytest.raises(ProviderError, match="frozen and cannot save"):
        await embedded.restart(pair, node)
    assert await embedded.state(pair, node) is NodeState.PAUSED
    await embedded.thaw(pair, node)
    assert await embedded.state(pair, node) is NodeState.RUNNING
    await embedded.freeze(pair, node)
    await embedded.stop(pair, node, save=False)
    assert await embedded.state(pair, node) is NodeState.STOPPED


async def test_a_restart_is_another_process_with_the_same_data(embedded: EmbeddedProvider, pair: Pair) -> None:
    await ask(embedded, pair, "node-1", "SET", "kept", "x", "EX", "1000")
    await embedded.restart(pair, pair.nodes[0])
    assert await ask(embedded, pair, "node-1", "EXISTS", "kept") == 1
    await embedded.kill(pair, pair.nodes[0])
    await embedded.restart(pair, pair.nodes[0])  # one that is down is started
    assert await embedded.state(pair, pair.nodes[0]) is NodeState.RUNNING


async def test_a_snapshot_is_copied_privately(embedded: EmbeddedProvider, pair: Pair, tmp_path: Path) -> None:
    await ask(embedded, pair, "node-1", "SAVE")
    target = tmp_path / "copy.rdb"
    await embedded.fetch(pair, pair.nodes[0], target)
    dump = embedded.store.pair("demo").node("node-1").data_folder / "dump.rdb"
    assert target.read_bytes() == dump.read_bytes()
    assert target.read_bytes()[:5] == b"REDIS"
    assert mode(target) == 0o600
    with pytest.raises(ProviderError, match="cannot be copied"):
        await embedded.fetch(pair, pair.nodes[0], tmp_path / "no-such-folder" / "copy.rdb")


async def test_what_cannot_be_done_is_said_before(embedded: EmbeddedProvider, pair: Pair) -> None:
    acts = embedded.acts(pair)
    assert set(acts) == set(Act)
    assert [act for act, answer in acts.items() if not answer.supported] == [Act.ROUTE]
    assert acts[Act.ROUTE].reason
