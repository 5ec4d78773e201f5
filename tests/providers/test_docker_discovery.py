"""Pairs are found in the containers of a real engine, however they were started, and told as they are."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from redistui_docker import DockerProvider
from support.docker_engine import IMAGE, DockerEngine
from support.waiting import eventually, wait_until

from redistui.model.errors import ProviderError
from redistui.model.sample import FailureKind
from redistui.model.topology import Node, NodeState, Pair, Role
from redistui.provider.contract import Provider
from redistui.testing import FixedSecrets, make_context
from redistui.wire.client import Connection
from redistui.wire.failures import WireFailure

pytestmark = [pytest.mark.live, pytest.mark.requires("docker")]

PASSWORD = "planted \"pass\" $word #1 'x'"
OPEN = ("--protected-mode", "no", "--repl-diskless-sync-delay", "0")
Opened = Callable[..., DockerProvider]


@pytest.fixture
async def opened(engine: DockerEngine, tmp_path: Path) -> AsyncIterator[Opened]:
    """Makes providers for the engine."""
    made: list[DockerProvider] = []

    def make(**settings: object) -> DockerProvider:
        secrets = FixedSecrets({"ORDERS_PASSWORD": PASSWORD})
        settings = {"host": engine.url, **settings}
        context = make_context(tmp_path, settings, fields=DockerProvider.settings_fields, secrets=secrets)
        made.append(DockerProvider(context))
        return made[-1]

    yield make
    for provider in made:
        await provider.close()


async def pairs_of(provider: Provider) -> dict[str, Pair]:
    return {pair.key.name: pair async for pair in provider.discover()}


def roles(pair: Pair) -> dict[str, Role]:
    return {node.name: node.configured_role for node in pair.nodes}


def named(pair: Pair, name: str) -> Node:
    return next(node for node in pair.nodes if node.name == name)


async def ping(provider: Provider, pair: Pair) -> None:
    """Every node answers, those that were just started within the limit."""

    async def answers(node: Node) -> bool:
        try:
            connection = await Connection.open(await provider.endpoint(pair, node))
        except WireFailure as failure:
            if failure.kind is not FailureKind.REFUSED:
                raise
            return False
        try:
            return await connection.call("PING") in (b"PONG", "PONG")
        finally:
            connection.close()

    for node in pair.nodes:
        await eventually(lambda node=node: answers(node), f"{node.name} answers")


async def test_plain_containers_are_paired_by_who_follows_whom(engine: DockerEngine, opened: Opened) -> None:
    orders, stock = engine.pair("orders"), engine.pair("stock")
    for _, replica in (orders, stock):
        engine.linked(replica)
    provider = opened()
    pairs = await pairs_of(provider)
    assert pairs.keys() == {"orders", "stock"}
    assert roles(pairs["orders"]) == {"orders-primary": Role.PRIMARY, "orders-replica": Role.REPLICA}
    primary, replica = (named(pairs["orders"], f"orders-{role}") for role in ("primary", "replica"))
    assert (primary.id, replica.id) == (orders[0][:12], orders[1][:12])
    assert primary.address.host == "127.0.0.1"  # the published port
    assert str(primary.peer_address) == f"{engine.address(orders[0])}:6379"
    assert replica.address == replica.peer_address
    assert {node.vendor_state for node in pairs["orders"].nodes} == {"running"}
    await ping(provider, pairs["orders"])


async def test_a_compose_project_is_paired_by_network_aliases(engine: DockerEngine, opened: Opened) -> None:
    network = engine.network("shop_default")

    def service(name: str, *arguments: str) -> str:
        labels = {"com.docker.compose.project": "shop", "com.docker.compose.service": name}
        return engine.run(f"shop-{name}-1", *OPEN, *arguments, network=network, labels=labels, aliases=[name])

    service("redis-master")
    # The embedded resolver of the network answers the name.
    engine.linked(service("redis-slave", "--replicaof", "redis-master 6379"))
    service("cache")
    provider = opened()
    pairs = await pairs_of(provider)
    assert pairs.keys() == {"shop-redis", "shop-cache"}
    assert pairs["shop-redis"].labels["compose"] == "shop"
    assert str(named(pairs["shop-redis"], "shop-redis-master-1").peer_address) == "redis-master:6379"
    assert len(pairs["shop-redis"].nodes) == 2
    await ping(provider, pairs["shop-redis"])


async def test_labels_name_a_pair_and_keep_it_together(engine: DockerEngine, opened: Opened) -> None:
    for name in ("left", "right"):
        engine.run(name, *OPEN, labels={"redistui.pair": "ledger"})
    pairs = await pairs_of(opened())
    assert roles(pairs["ledger"]) == {"left": Role.PRIMARY, "right": Role.PRIMARY}


async def test_peers_behind_published_ports_are_recognised(engine: DockerEngine, opened: Opened) -> None:
    gateway = f"{engine.subnet}.0.1"
    primary = engine.run("far-primary", *OPEN, publish="127.0.0.1")
    port = engine.inspect(primary)["NetworkSettings"]["Ports"]["6379/tcp"][0]["HostPort"]
    engine.run("far-replica", *OPEN, "--replicaof", gateway, port)
    # Published on loopback only, a port is no way from the gateway; the owner cannot be told.
    assert len(await pairs_of(opened())) == 2
    engine.clear()  # the engine may give the same port number at another address
    reached = engine.run("near-primary", *OPEN, publish=gateway)
    port = engine.inspect(reached)["NetworkSettings"]["Ports"]["6379/tcp"][0]["HostPort"]
    engine.linked(engine.run("near-replica", *OPEN, "--replicaof", gateway, port))
    pair = (await pairs_of(opened()))["near"]
    assert len(pair.nodes) == 2
    assert str(named(pair, "near-primary").peer_address) == f"{gateway}:{port}"


@pytest.mark.parametrize("way", ["arguments", "variable", "shell", "file", "configured"])
async def test_passwords_come_from_the_container_or_the_configuration(
    engine: DockerEngine, opened: Opened, way: str
) -> None:
    settings: dict[str, object] = {}
    quoted = PASSWORD.replace('"', '\\"')
    match way:
        case "arguments":
            engine.run("orders", "--requirepass", PASSWORD)
        case "variable":
            engine.run("orders", "--requirepass", PASSWORD, variables={"REDIS_PASSWORD": PASSWORD})
        case "shell":
            script = 'exec redis-server --requirepass "$REDIS_SECRET" --port 6379'
            engine.run("orders", command=["sh", "-c", script], variables={"REDIS_SECRET": PASSWORD})
        case "file":
            engine.run("orders", "/redis.conf", files={"/redis.conf": f'# ours\nrequirepass "{quoted}"\n'})
        case "configured":
            files = {"/redis.conf": f'user default off\nuser operator on ">{quoted}" ~* &* +@all\n'}
            engine.run("orders", "/redis.conf", files=files)
            login = {"name": "orders", "username": "operator", "password": {"env": "ORDERS_PASSWORD"}}
            settings = {"pairs": [login]}
    provider = opened(**settings)
    pair = (await pairs_of(provider))["orders"]
    endpoint = await provider.endpoint(pair, pair.nodes[0])
    assert endpoint.password is not None
    assert endpoint.password.reveal() == PASSWORD
    await ping(provider, pair)
    assert "planted" not in f"{pair!r} {endpoint!r} {provider.__dict__!r} {provider._last!r}"


async def test_logs_mask_what_servers_repeat(engine: DockerEngine, opened: Opened) -> None:
    engine.run("broken", "--requirepass", "planted-word", "--nonsense", "planted-word")
    provider = opened()
    pair = (await pairs_of(provider))["broken"]

    async def ended() -> bool:
        return named((await pairs_of(provider))["broken"], "broken").state is NodeState.STOPPED

    await eventually(ended, "the server gives up its configuration")
    lines = "\n".join(await provider.logs(pair, pair.nodes[0], 50))
    assert "nonsense" in lines
    assert "planted-word" not in lines


async def test_states_are_told_as_the_engine_sees_them(engine: DockerEngine, opened: Opened) -> None:
    with engine.client() as client:
        second = 1_000_000_000
        check = {"Test": ["CMD", "redis-cli", "-p", "1", "ping"], "Interval": second, "Retries": 1}
        ailing = engine.run("ailing", *OPEN, healthcheck=check)
        paused, stopped = engine.run("paused", *OPEN), engine.run("stopped", *OPEN)
        engine.run("looping", "--nonsense", "1", host={"restart_policy": {"Name": "always"}})
        client.pause(paused)
        client.kill(stopped)

    def unhealthy() -> bool:
        return bool(engine.inspect(ailing)["State"]["Health"]["Status"] == "unhealthy")

    wait_until(unhealthy, "the health check fails", 20)
    pairs = await pairs_of(opened())
    told = {name: (pair.nodes[0].state, pair.nodes[0].vendor_state) for name, pair in pairs.items()}
    assert told.pop("looping")[1].startswith(("restarting, exited with 1", "running"))
    assert told == {
        "ailing": (NodeState.RUNNING, "running, unhealthy"),
        "paused": (NodeState.PAUSED, "paused"),
        "stopped": (NodeState.STOPPED, "exited with 137"),
    }


async def test_a_stopped_primary_stays_with_its_replica_and_is_started(engine: DockerEngine, opened: Opened) -> None:
    primary, replica = engine.pair("orders")
    engine.linked(replica)
    provider = opened()
    await pairs_of(provider)
    with engine.client() as client:
        client.kill(primary)
    # Both one that knew the pair and one that never saw it running.
    for looking in (provider, opened()):
        pair = (await pairs_of(looking))["orders"]
        assert named(pair, "orders-primary").state is NodeState.STOPPED
        assert named(pair, "orders-replica").state is NodeState.RUNNING
        with pytest.raises(ProviderError, match="does not run: exited with 137"):
            await looking.endpoint(pair, named(pair, "orders-primary"))
    await provider.start(pair, named(pair, "orders-primary"))
    pair = (await pairs_of(provider))["orders"]
    assert named(pair, "orders-primary").state is NodeState.RUNNING
    await ping(provider, pair)


async def test_an_old_primary_is_not_started_beside_the_new_one(engine: DockerEngine, opened: Opened) -> None:
    primary, replica = engine.pair("orders")
    engine.linked(replica)
    provider = opened()
    await pairs_of(provider)
    with engine.client() as client:
        client.kill(primary)
    assert "OK" in engine.cli(replica, "replicaof", "no", "one")
    pair = (await pairs_of(provider))["orders"]
    assert len(pair.nodes) == 2
    with pytest.raises(ProviderError, match="second primary beside orders-replica"):
        await provider.start(pair, named(pair, "orders-primary"))
    assert engine.inspect(primary)["State"]["Running"] is False


async def test_what_only_looks_like_redis_is_left_out(engine: DockerEngine, opened: Opened) -> None:
    engine.run("tool", command=["redis-cli", "--version"])
    engine.run("idle", command=["sh", "-c", "while :; do read -t 1 x < /proc/kmsg; done || exec redis-cli monitor"])
    engine.run("watcher", command=["redis-server", "--sentinel", "--port", "26379"])
    engine.run("real", *OPEN)
    pairs = await pairs_of(opened())
    assert pairs.keys() == {"real"}
    assert pairs["real"].labels["image"] == IMAGE
