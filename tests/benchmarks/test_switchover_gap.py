"""The time without writes of a switchover, seen by the writers, beside Redis's own FAILOVER in the same run."""

import asyncio
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest
from support.redis_server import RedisServer, ReplicatedPair
from support.waiting import wait_until
from support.writers import Report, Writers, missing

from redistui.model.clock import SYSTEM_CLOCK
from redistui.model.endpoint import Endpoint
from redistui.model.operation import StepStatus
from redistui.model.topology import Node
from redistui.operations.actions.clients import DisconnectClients
from redistui.operations.actions.swap import SwapRoles
from redistui.operations.session import NodeSession

pytestmark = [pytest.mark.benchmark, pytest.mark.live]

ROUNDS = 12
Switch = Callable[[RedisServer, RedisServer], None]


def session(server: RedisServer) -> NodeSession:
    async def endpoint() -> Endpoint:
        return server.endpoint()

    return NodeSession(Node("node", server.address, server.address), endpoint, None, "redistui-op-x", SYSTEM_CLOCK)


def ours(old: RedisServer, new: RedisServer) -> None:
    async def switch() -> None:
        sessions = session(old), session(new)
        for one in sessions:
            await one.open()
        swap = SwapRoles(*sessions, SYSTEM_CLOCK, pause_seconds=5, equal_seconds=2, drain_seconds=1)
        result = await swap.run()
        assert result.status is StepStatus.DONE, result.detail
        await DisconnectClients(sessions[0]).run()
        for one in sessions:
            await one.close()
        await asyncio.sleep(0)

    asyncio.run(switch())


def native(old: RedisServer, new: RedisServer) -> None:
    old.cli("FAILOVER", "TO", new.address.host, new.address.port)
    wait_until(lambda: new.info()["role"] == "master", "the failover is over", 10)


def bare(old: RedisServer, new: RedisServer) -> None:
    new.cli("REPLICAOF", "NO", "ONE")
    old.cli("REPLICAOF", new.address.host, new.address.port)


def measure(folder: Path, switch: Switch, writers: int, rate: int) -> tuple[list[float], int, Report]:
    """The longest gap of each round in milliseconds, and how many acknowledged writes are gone."""
    with ReplicatedPair.start(folder, "7.0", repl_backlog_size="128mb") as pair:
        old, new = pair.servers
        gaps = []
        acknowledged: list[str] = []
        for number in range(ROUNDS):
            wait_until(lambda new=new: linked(new), "the replica is linked", 20)  # type: ignore[misc]
            load = Writers.start([old.address.port, new.address.port], writers, rate, prefix=f"round-{number}")
            switch(old, new)
            wait_until(lambda old=old: linked(old), "the old primary is linked", 20)  # type: ignore[misc]
            report = load.stop()
            gaps.append(report.gaps[0] * 1000)
            acknowledged += report.acknowledged
            old, new = new, old
        return gaps, len(missing(old.address.port, acknowledged)), report


def linked(replica: RedisServer) -> bool:
    return replica.info().get("master_link_status") == "up"


@pytest.mark.parametrize(("writers", "rate"), [(1, 1000), (20, 10000)])
def test_time_without_writes(tmp_path: Path, writers: int, rate: int, capsys: pytest.CaptureFixture[str]) -> None:
    ways: dict[str, Switch] = {"redistui": ours, "FAILOVER": native, "two bare commands": bare}
    rows = {name: measure(tmp_path / name.replace(" ", "-"), way, writers, rate) for name, way in ways.items()}
    with capsys.disabled():
        print(f"\n{writers} writers, {rate} writes/s, {ROUNDS} rounds: longest gap between two writes of one writer")
        for name, (gaps, lost, _) in rows.items():
            median, worst = statistics.median(gaps), max(gaps)
            print(f"  {name:18} median {median:7.1f} ms   worst {worst:7.1f} ms   lost {lost}")
        ratio = statistics.median(rows["FAILOVER"][0]) / statistics.median(rows["redistui"][0])
        print(f"  FAILOVER takes {ratio:.0f} times as long")
    assert rows["redistui"][1] == 0, "no acknowledged write is lost"
