"""Stopped, frozen, crashed, mistaken and damaged nodes of embedded pairs."""

import asyncio
import os
import re
import socket
from pathlib import Path

import psutil
import pytest
from redistui_embedded import EmbeddedProvider, lifecycle, process
from support.binaries import SERVERS
from support.embedded import ask, embedded_provider, only_pair, servers
from support.redis_server import RedisServer
from support.waiting import eventually, wait_until

from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.topology import Node, NodeState, Pair, PairKey, Role
from redistui.testing import make_context
from redistui.testing.conformance import discovered

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]


@pytest.fixture
async def pair(embedded: EmbeddedProvider) -> Pair:
    await embedded.start_demo(1)
    return await only_pair(embedded)


def process_of(node: Node, folder: Path) -> psutil.Process:
    [found] = [process for process in servers(folder) if str(node.address.port) in " ".join(process.cmdline())]
    return found


def crash(folder: Path) -> None:
    for server in servers(folder):
        server.kill()
    wait_until(lambda: not servers(folder), "the servers ended")


async def state_of(provider: EmbeddedProvider, node_id: str) -> NodeState:
    return next(node.state for node in (await only_pair(provider)).nodes if node.id == node_id)


async def test_stopped_nodes_are_listed_and_can_be_started(
    embedded: EmbeddedProvider, pair: Pair, tmp_path: Path
) -> None:
    await ask(embedded, pair, "node-1", "SET", "kept", "yes")
    await ask(embedded, pair, "node-1", "SAVE")
    crash(tmp_path)
    assert [node.state for node in (await only_pair(embedded)).nodes] == [NodeState.STOPPED, NodeState.STOPPED]
    for node in pair.nodes:
        await embedded.start(pair, node)
    again = await only_pair(embedded)
    assert [(node.id, node.address, node.state) for node in again.nodes] == [
        (node.id, node.address, NodeState.RUNNING) for node in pair.nodes
    ]
    assert await ask(embedded, pair, "node-1", "EXISTS", "kept") == 1
    await embedded.start(pair, pair.nodes[0])  # running already: nothing to do


async def test_a_recycled_process_id_is_not_mistaken(
    embedded: EmbeddedProvider, pair: Pair, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    crash(tmp_path)
    home = embedded.store.pair("demo")
    with RedisServer.start(tmp_path_factory.mktemp("stranger")) as stranger:
        home.node("node-1").pid_file.write_text(f"{stranger.pid}\n")
        home.node("node-2").pid_file.write_text(f"{os.getpid()}\n")
        assert [node.state for node in (await only_pair(embedded)).nodes] == [NodeState.STOPPED, NodeState.STOPPED]
        for node in pair.nodes:
            await embedded.start(pair, node)
        await embedded.stop_demo()
        assert stranger.running


async def test_a_lost_process_id_file_is_no_reason_to_start_twice(
    embedded: EmbeddedProvider, pair: Pair, tmp_path: Path
) -> None:
    before = {server.pid for server in servers(tmp_path)}
    for node in pair.nodes:
        embedded.store.pair("demo").node(node.id).pid_file.unlink()
    await embedded.start_demo(1)
    assert {server.pid for server in servers(tmp_path)} == before


async def test_two_that_start_one_node_at_once_start_it_once(
    embedded: EmbeddedProvider, pair: Pair, tmp_path: Path
) -> None:
    crash(tmp_path)
    consoles = [embedded, embedded_provider(tmp_path), embedded_provider(tmp_path)]
    await asyncio.gather(*(console.start(pair, pair.nodes[0]) for console in consoles))
    assert len(servers(tmp_path)) == 1


async def test_a_frozen_node_is_shown_as_paused(embedded: EmbeddedProvider, pair: Pair, tmp_path: Path) -> None:
    server = process_of(pair.nodes[1], tmp_path)
    server.suspend()

    async def is_paused() -> bool:
        return await state_of(embedded, "node-2") is NodeState.PAUSED

    await eventually(is_paused, "the signal has arrived")
    with pytest.raises(ProviderError) as raised:
        await embedded.start(pair, pair.nodes[1])
    assert raised.value.hint == f"kill -CONT {server.pid}"
    server.resume()
    await embedded.start(pair, pair.nodes[1])
    assert await state_of(embedded, "node-2") is NodeState.RUNNING


async def test_a_change_of_a_process_or_of_the_pairs_is_noticed(
    embedded: EmbeddedProvider, pair: Pair, tmp_path: Path
) -> None:
    await discovered(embedded)
    waiting = asyncio.create_task(embedded.changed())
    await asyncio.sleep(0.1)
    assert not waiting.done()
    process_of(pair.nodes[1], tmp_path).kill()
    await asyncio.wait_for(waiting, 5)
    assert await state_of(embedded, "node-2") is NodeState.STOPPED
    waiting = asyncio.create_task(embedded.changed())
    await embedded.start_demo(2)
    await asyncio.wait_for(waiting, 5)


async def test_a_taken_port_is_told_with_who_has_it(embedded: EmbeddedProvider, pair: Pair, tmp_path: Path) -> None:
    crash(tmp_path)
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", pair.nodes[0].address.port))
        stranger.listen()
        with pytest.raises(ProviderError) as raised:
            await embedded.start(pair, pair.nodes[0])
    assert raised.value.kind is ProviderErrorKind.CONFLICT
    assert str(pair.nodes[0].address.port) in raised.value.message
    assert f"(process {os.getpid()})" in raised.value.message
    assert "redistui demo --stop" in raised.value.hint


async def test_what_the_server_complains_about_is_told(embedded: EmbeddedProvider, pair: Pair, tmp_path: Path) -> None:
    crash(tmp_path)
    home = embedded.store.pair("demo").node("node-1")
    whole = home.config_file.read_text()
    home.config_file.write_text(whole + "no-such-directive yes\n")
    with pytest.raises(ProviderError, match="no-such-directive"):
        await embedded.start(pair, pair.nodes[0])
    home.config_file.write_text(whole)
    (home.data_folder / "dump.rdb").write_bytes(b"REDIS0009 this is no snapshot")
    with pytest.raises(ProviderError) as raised:
        await embedded.start(pair, pair.nodes[0])
    assert "ended while it started" in raised.value.message
    assert "RDB" in raised.value.message
    assert str(home.log_file) in raised.value.hint


async def test_damaged_folders_are_told_and_hide_no_other_pair(
    embedded: EmbeddedProvider, pair: Pair, tmp_path: Path
) -> None:
    for name, content in (("cut", '{"name": "cut", "nod'), ("other", '{"name": "x", "demo": true, "nodes": []}')):
        (embedded.store.path / name).mkdir()
        (embedded.store.path / name / "pair.json").write_text(content)
    (embedded.store.path / "empty").mkdir()
    (embedded.store.path / "escape").mkdir()
    (embedded.store.path / "escape" / "pair.json").write_text(
        '{"name":"escape","demo":true,"nodes":[{"id":"../demo/node-1","port":1,"server":"x","version":[7,0,0]}]}'
    )
    told: list[Pair] = []
    with pytest.raises(ProviderError) as raised:
        await _collect(embedded, told)
    assert [one.key.name for one in told] == ["demo"]
    for name in ("cut", "other", "empty", "escape"):
        assert str(embedded.store.path / name) in raised.value.message
    with pytest.raises(ProviderError):
        await embedded.stop_demo()
    assert not servers(tmp_path), "the good demo is stopped all the same"


async def test_a_node_without_its_configuration_is_listed_and_says_why(embedded: EmbeddedProvider, pair: Pair) -> None:
    config_file = embedded.store.pair("demo").node("node-2").config_file
    config_file.write_text("requirepass only-this\n")
    again = await only_pair(embedded)
    assert again.nodes[1].configured_role is Role.UNKNOWN
    with pytest.raises(ProviderError, match="damaged") as raised:
        await embedded.endpoint(again, again.nodes[1])
    assert str(config_file) in raised.value.message
    config_file.unlink()
    with pytest.raises(ProviderError, match="cannot be read"):
        await embedded.endpoint(again, again.nodes[1])


async def test_the_stored_role_is_what_redis_wrote_last(embedded: EmbeddedProvider, pair: Pair) -> None:
    await ask(embedded, pair, "node-2", "REPLICAOF", "NO", "ONE")
    await ask(embedded, pair, "node-2", "CONFIG", "REWRITE")
    assert [node.configured_role for node in (await only_pair(embedded)).nodes] == [Role.PRIMARY, Role.PRIMARY]


async def test_a_changed_password_is_followed(embedded: EmbeddedProvider, pair: Pair) -> None:
    for password in ('with "quotes" and \\', "pässwörd 密码", "tab\tand\nbreak"):
        await ask(embedded, pair, "node-1", "CONFIG", "SET", "requirepass", password)
        config_file = embedded.store.pair("demo").node("node-1").config_file
        before = config_file.read_bytes()
        # The console's own connection stays logged in.
        from redistui.model.endpoint import Endpoint
        from redistui.model.secret import Secret
        from redistui.wire.client import Connection

        connection = await Connection.open(Endpoint(pair.nodes[0].address, password=Secret(password)))
        await connection.call("CONFIG", "REWRITE")
        connection.close()
        assert config_file.read_bytes() != before
        endpoint = await embedded.endpoint(pair, pair.nodes[0])
        assert endpoint.password == Secret(password)


async def test_logs_are_the_newest_lines(embedded: EmbeddedProvider, pair: Pair) -> None:
    log_file = embedded.store.pair("demo").node("node-1").log_file
    with log_file.open("a") as log:
        log.writelines(f"line {number} {'x' * 90}\n" for number in range(50_000))
    lines = await embedded.logs(pair, pair.nodes[0], 3000)
    assert len(lines) == 3000
    assert [line.split()[1] for line in lines] == [str(number) for number in range(47_000, 50_000)]


async def test_a_polite_stop_saves_and_a_dead_node_is_no_error(
    embedded: EmbeddedProvider, pair: Pair, tmp_path: Path
) -> None:
    home = embedded.store.pair("demo")
    [primary, replica] = home.read().nodes
    await ask(embedded, pair, "node-1", "SET", "kept", "yes")
    await lifecycle.stop_node(home, primary)
    assert len(servers(tmp_path)) == 1
    assert (home.node("node-1").data_folder / "dump.rdb").exists()
    await lifecycle.stop_node(home, primary)
    await lifecycle.stop_node(home, replica, grace_seconds=0)
    assert not servers(tmp_path)


async def test_a_pair_that_is_gone_is_not_found(embedded: EmbeddedProvider, pair: Pair) -> None:
    await embedded.stop_demo()
    with pytest.raises(ProviderError, match="demo"):
        await embedded.start(pair, pair.nodes[0])
    with pytest.raises(ProviderError):
        await embedded.endpoint(Pair(PairKey("test", "../../etc"), "embedded", pair.control, pair.nodes), pair.nodes[0])


@pytest.mark.parametrize(
    ("server", "said"),
    [
        ("/no/such/redis-server", "/no/such/redis-server"),
        ("no-such-program", "no-such-program"),
        ("/bin/true", "/bin/true"),
    ],
)
async def test_a_server_program_that_cannot_be_used_is_told(tmp_path: Path, server: str, said: str) -> None:
    provider = EmbeddedProvider(make_context(tmp_path, {"server": server}))
    with pytest.raises(ProviderError, match=said) as raised:
        await provider.start_demo(1)
    assert raised.value.kind is ProviderErrorKind.UNSUPPORTED
    assert "server" in raised.value.hint


async def test_without_a_server_on_path_the_one_of_a_wheel_is_used(
    embedded: EmbeddedProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not {"6.2", "8.2"} & set(SERVERS):
        pytest.skip("no wheel with a server is installed")
    (tmp_path / "bin").mkdir()
    old = tmp_path / "bin" / "redis-server"
    old.write_text("#!/bin/sh\necho 'Redis server v=5.0.7 sha=0'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/no/such/folder")
    provider = EmbeddedProvider(make_context(tmp_path))
    await provider.start_demo(1)
    assert all("site-packages" in server.cmdline()[0] for server in servers(tmp_path))
    pair = await only_pair(provider)
    await eventually(
        lambda: _answers(provider, pair), "a server whose program is no longer the first choice still answers"
    )
    await provider.stop_demo()


async def test_a_server_program_that_moved_is_replaced_by_one_that_reads_its_data(
    embedded: EmbeddedProvider, pair: Pair, tmp_path: Path
) -> None:
    crash(tmp_path)
    home = embedded.store.pair("demo")
    for node in home.read().nodes:
        text = home.record_file.read_text()
        home.record_file.write_text(text.replace(node.server, "/no/longer/here/redis-server"))
    await embedded.start(pair, pair.nodes[0])
    assert await _answers(embedded, pair)
    assert Path(home.read().nodes[0].server).exists()
    newer = re.sub(r'("version": \[\s*)\d+', r"\g<1>99", home.record_file.read_text())
    home.record_file.write_text(newer)
    with pytest.raises(ProviderError, match="is older") as raised:
        await embedded.start(pair, pair.nodes[1])
    assert "99" in raised.value.hint


@pytest.mark.requires("ps")
async def test_without_proc_the_title_of_the_process_tells_it(
    embedded: EmbeddedProvider, pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_HAS_PROC", False)
    assert [node.state for node in (await only_pair(embedded)).nodes] == [NodeState.RUNNING, NodeState.RUNNING]
    embedded.store.pair("demo").node("node-1").pid_file.write_text(f"{os.getpid()}\n")
    assert [node.state for node in (await only_pair(embedded)).nodes] == [NodeState.STOPPED, NodeState.RUNNING]
    await embedded.stop_demo()
    wait_until(lambda: not servers(tmp_path), "the servers ended")


async def _collect(provider: EmbeddedProvider, told: list[Pair]) -> None:
    async for pair in provider.discover():
        told.append(pair)  # noqa: PERF401 - those told before a failure are kept


async def _answers(provider: EmbeddedProvider, pair: Pair) -> bool:
    return await ask(provider, pair, "node-1", "PING") == b"PONG"
