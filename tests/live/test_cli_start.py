"""`redistui start` on servers of which the provider itself has no view."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.binaries import SERVERS
from support.command import Command
from support.redis_server import RedisServer, ReplicatedPair

pytestmark = pytest.mark.live


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.fixture
def stopped_later() -> Iterator[list[RedisServer]]:
    servers: list[RedisServer] = []
    yield servers
    for server in servers:
        try:
            server.cli("SHUTDOWN", "NOSAVE")
        except (OSError, EOFError):
            continue


def test_a_static_node_that_refuses_is_started_by_its_command(
    command: Command, start_pair: Callable[..., ReplicatedPair], stopped_later: list[RedisServer]
) -> None:
    servers = start_pair()
    start = [str(SERVERS["7.0"]), str(servers.replica.folder / "redis.conf"), "--daemonize", "yes"]
    command.configure(
        f"""
        [providers.legacy]
        type = "static"

        [[providers.legacy.pairs]]
        name = "orders"
        primary = "{servers.primary.address}"
        replicas = ["{servers.replica.address}"]
        commands = {{ start = {start} }}
        """
    )
    idle = command("start", "orders")
    assert (idle.code, idle.out) == (0, ""), idle.err
    servers.replica.kill()
    stopped_later.append(servers.replica)
    started = command("start", "orders")
    assert started.code == 0, started.err
    assert started.out == f"{servers.replica.address} {servers.replica.address} runs\n"
    servers.wait_linked()
