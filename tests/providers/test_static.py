"""Static pairs: nodes found by asking Redis, the operator's own commands, and what is configured wrongly."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from redistui_static import StaticProvider, commands, follow, provider
from support.redis_server import RedisServer, ReplicatedPair, free_port
from support.waiting import wait_until

from redistui.model.endpoint import Address
from redistui.model.errors import ConfigurationError, ProviderError, ProviderErrorKind
from redistui.model.topology import Pair, Role
from redistui.provider.capabilities import Verb
from redistui.testing import FixedSecrets, make_context
from redistui.testing.conformance import discovered

live = [pytest.mark.live, pytest.mark.requires("redis")]
pytestmark = live


def static_provider(folder: Path, *pairs: dict[str, Any], secrets: dict[str, str] | None = None) -> StaticProvider:
    settings = {"pairs": list(pairs)}
    return StaticProvider(
        make_context(folder, settings, fields=StaticProvider.settings_fields, secrets=FixedSecrets(secrets))
    )


async def found(folder: Path, primary: object, *replicas: object) -> dict[str, str]:
    """Node ids and the addresses under which their peers reach them."""
    asked = {"name": "asked", "primary": str(primary), "replicas": [str(one) for one in replicas], "discover": True}
    [pair] = await discovered(static_provider(folder, asked))
    assert {node.configured_role for node in pair.nodes} == {Role.UNKNOWN}
    return {node.id: str(node.peer_address) for node in pair.nodes}


async def test_roles_are_as_configured_and_labels_and_endpoints_are_kept(tmp_path: Path) -> None:
    table = {
        "name": "orders",
        "primary": "db1",
        "replicas": ["db2:6380", "[fe80::1]:6381"],
        "labels": ["team=orders", "tier = 1"],
        "place": "rack 7",
        "write_endpoint": "orders.example:6379",
        "peers": [{"address": "db2:6380", "peer": "10.0.0.6:6379"}],
    }
    [pair] = await discovered(static_provider(tmp_path, table))
    assert [(node.id, node.configured_role) for node in pair.nodes] == [
        ("db1:6379", Role.PRIMARY),
        ("db2:6380", Role.REPLICA),
        ("[fe80::1]:6381", Role.REPLICA),
    ]
    assert pair.nodes[1].peer_address == Address("10.0.0.6", 6379)
    assert (pair.labels, pair.place) == ({"team": "orders", "tier": "1"}, "rack 7")
    assert pair.write_endpoint == Address("orders.example", 6379)


async def test_good_pairs_are_told_beside_bad_ones(tmp_path: Path) -> None:
    tables = [
        {"name": "good", "primary": "127.0.0.1:1"},
        {"name": "good", "primary": "127.0.0.1:2"},
        {"name": "thief", "primary": "127.0.0.1:1"},
        {"name": "fine", "primary": "127.0.0.1:3"},
    ]
    told: list[str] = []
    with pytest.raises(ConfigurationError) as raised:
        await _collect(static_provider(tmp_path, *tables), told)
    assert told == ["good", "fine"]
    assert "two pairs are named good" in raised.value.message
    assert "127.0.0.1:1 stands in pair good and in pair thief" in raised.value.message
    assert "[providers.test]" in raised.value.hint


async def test_from_any_one_node_all_are_found(tmp_path: Path, start_pair: Callable[..., ReplicatedPair]) -> None:
    servers = start_pair(replicas=2)
    everyone = {str(server.address) for server in servers.servers}
    for server in servers.servers:
        assert set(await found(tmp_path, server.address)) == everyone
    assert set(await found(tmp_path, "127.0.0.1:1", servers.replica.address)) == everyone | {"127.0.0.1:1"}


async def test_replicas_of_replicas_are_found(
    tmp_path: Path, start_pair: Callable[..., ReplicatedPair], start_server: Callable[..., RedisServer]
) -> None:
    servers = start_pair()
    further = start_server(replica_of=servers.replica)
    wait_until(lambda: further.info()["master_link_status"] == "up", "the further replica is linked")
    assert str(further.address) in await found(tmp_path, servers.primary.address)


async def test_one_server_under_two_names_is_one_node(
    tmp_path: Path, start_pair: Callable[..., ReplicatedPair]
) -> None:
    servers = start_pair()
    named = f"localhost:{servers.primary.address.port}"
    assert await found(tmp_path, named) == {
        named: str(servers.primary.address),
        str(servers.replica.address): str(servers.replica.address),
    }


async def test_addresses_that_only_the_nodes_reach_become_peer_addresses(
    tmp_path: Path, start_pair: Callable[..., ReplicatedPair]
) -> None:
    hidden = f"127.0.0.9:{free_port()}"
    host, port = hidden.split(":")
    servers = start_pair(replica_announce_ip=host, replica_announce_port=int(port))
    known = await found(tmp_path, servers.primary.address, servers.replica.address)
    assert known == {str(servers.primary.address): str(servers.primary.address), str(servers.replica.address): hidden}
    # Without the replica's own address the hidden one is all there is to show.
    assert set(await found(tmp_path, servers.primary.address)) == {str(servers.primary.address), hidden}


async def test_a_node_that_goes_down_stays_in_the_list(
    tmp_path: Path, start_pair: Callable[..., ReplicatedPair]
) -> None:
    servers = start_pair()
    asked = static_provider(tmp_path, {"name": "a", "primary": str(servers.primary.address), "discover": True})
    before = await discovered(asked)
    servers.replica.kill()
    wait_until(lambda: servers.primary.info()["connected_slaves"] == "0", "the primary noticed")
    assert await discovered(asked) == before


async def test_asking_a_server_that_hangs_takes_no_longer_than_the_limit(
    tmp_path: Path, start_server: Callable[..., RedisServer]
) -> None:
    server = start_server()
    server.freeze()
    began = time.monotonic()
    assert set(await found(tmp_path, server.address)) == {str(server.address)}
    assert time.monotonic() - began < follow.LIMIT_SECONDS + 1


@pytest.mark.parametrize("host", ["-oProxyCommand=touch", "a b", "$(id)", ""])
def test_a_host_that_redis_names_cannot_become_an_option(host: str) -> None:
    assert not follow._HOST.fullmatch(host)


async def test_logs_come_from_the_operators_command(tmp_path: Path, start_server: Callable[..., RedisServer]) -> None:
    server = start_server()
    table = {"name": "a", "primary": str(server.address)}
    script = ["sh", "-c", "echo $0 $1 $2; seq 100", "{host}", "{port}", "{lines}"]
    logged = static_provider(tmp_path, table | {"commands": {"logs": script}})
    [pair] = await discovered(logged)
    assert logged.pair_capabilities(pair)[Verb.LOGS].supported
    assert list(await logged.logs(pair, pair.nodes[0], 2)) == ["99", "100"]
    assert (await logged.logs(pair, pair.nodes[0], 101))[0] == f"127.0.0.1 {server.address.port} 101"
    bare = static_provider(tmp_path, table)
    assert "commands.logs" in bare.pair_capabilities(pair)[Verb.LOGS].reason
    with pytest.raises(ProviderError) as raised:
        await bare.logs(pair, pair.nodes[0], 2)
    assert raised.value.kind is ProviderErrorKind.UNSUPPORTED


async def test_a_start_command_brings_a_node_back(tmp_path: Path, start_server: Callable[..., RedisServer]) -> None:
    server = start_server()
    server.kill()
    again = tmp_path / "again.conf"
    again.write_text(f"port {server.address.port}\nbind 127.0.0.1\ndaemonize yes\ndir {tmp_path}\n")
    from support.binaries import SERVERS

    start = [str(SERVERS["7.0"]), str(again)]
    starting = static_provider(tmp_path, {"name": "a", "primary": str(server.address), "commands": {"start": start}})
    [pair] = await discovered(starting)
    await starting.start(pair, pair.nodes[0])
    assert server.cli("PING") == "PONG"
    server.cli("CONFIG", "SET", "save", "")
    with pytest.raises(EOFError):
        server.cli("SHUTDOWN", "NOSAVE")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["sh", "-c", "echo no such unit >&2; exit 5"], "no such unit"),
        (["/no/such/program"], "No such file"),
        (["sh", "-c", "exit 1"], "it said nothing"),
    ],
)
async def test_a_command_that_fails_is_told(tmp_path: Path, command: list[str], said: str) -> None:
    failing = static_provider(tmp_path, {"name": "a", "primary": "127.0.0.1:1", "commands": {"logs": command}})
    [pair] = await discovered(failing)
    with pytest.raises(ProviderError, match=said) as raised:
        await failing.logs(pair, pair.nodes[0], 5)
    assert raised.value.hint


async def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider, "LOGS_LIMIT_SECONDS", 0.5)
    children = tmp_path / "children"
    script = ["sh", "-c", f"sleep 300 & echo $! > {children}; echo $$ >> {children}; wait"]
    hanging = static_provider(tmp_path, {"name": "a", "primary": "127.0.0.1:1", "commands": {"logs": script}})
    [pair] = await discovered(hanging)
    with pytest.raises(ProviderError, match="did not end within"):
        await hanging.logs(pair, pair.nodes[0], 5)
    wait_until(lambda: not _any_alive(children), "the command and its child ended")
    monkeypatch.setattr(provider, "LOGS_LIMIT_SECONDS", 60)
    children.unlink()
    asking = asyncio.create_task(hanging.logs(pair, pair.nodes[0], 5))
    while not children.exists() or len(children.read_text().split()) < 2:
        await asyncio.sleep(0.01)
    asking.cancel()
    await asyncio.wait([asking], timeout=5)
    wait_until(lambda: not _any_alive(children), "a cancelled command ended too")


async def test_a_command_may_leave_a_daemon_behind() -> None:
    began = time.monotonic()
    output = await commands.run(["sh", "-c", "sleep 20 & echo $!"], {}, "start", 15)
    assert time.monotonic() - began < 5
    daemon = psutil.Process(int(output))
    assert daemon.is_running()
    daemon.kill()


async def test_commands_do_not_get_the_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERS_PASSWORD", "planted")
    table = {"name": "a", "primary": "127.0.0.1:1", "password": {"env": "ORDERS_PASSWORD"}}
    telling = static_provider(tmp_path, table | {"commands": {"logs": ["env"]}})
    [pair] = await discovered(telling)
    lines = await telling.logs(pair, pair.nodes[0], 10_000)
    assert any(line.startswith("PATH=") for line in lines)
    assert not any("planted" in line for line in lines)


async def test_a_command_that_never_stops_printing_keeps_memory_bounded() -> None:
    output = await commands.run(["head", "-c", "30000000", "/dev/zero"], {}, "logs", 20)
    assert len(output) == commands.OUTPUT_LIMIT_BYTES


async def _collect(asked: StaticProvider, told: list[str]) -> None:
    async for pair in asked.discover():
        told.append(_name(pair))  # noqa: PERF401 - those told before a failure are kept


def _name(pair: Pair) -> str:
    return pair.key.name


def _any_alive(children: Path) -> bool:
    def alive(pid: int) -> bool:
        return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE

    return any(alive(int(pid)) for pid in children.read_text().split())
