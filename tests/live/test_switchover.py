"""The critical section of a switchover over real servers under load: no acknowledged write is ever lost."""

import asyncio
import itertools
import statistics
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

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
from redistui.operations.actions.verify import VerifySwitchover
from redistui.operations.session import NodeSession
from redistui.operations.step import StepResult
from redistui.wire.client import Reply

pytestmark = pytest.mark.live

StartPair = Callable[..., ReplicatedPair]


class Killed(BaseException):
    """Stands for kill -9 of the runner."""


class MortalSession(NodeSession):
    """Kills its runner at the n-th command that any of its sessions sends: before it is sent, or after its answer."""

    countdown: Callable[[], int] = staticmethod(lambda: 1)
    after = False

    async def _send(self, commands: Any, timeout_seconds: float | None) -> list[Reply]:
        dies = self.countdown() == 0
        if dies and not self.after:
            raise Killed
        replies = await super()._send(commands, timeout_seconds)
        if dies:
            raise Killed
        return replies


def session(server: RedisServer, kind: type[NodeSession] = NodeSession) -> NodeSession:
    async def endpoint() -> Endpoint:
        return server.endpoint()

    node = Node(str(server.address), server.address, server.address)
    return kind(node, endpoint, server.info()["run_id"], "redistui-op-test", SYSTEM_CLOCK)


@asynccontextmanager
async def swap_between(
    old: RedisServer, new: RedisServer, kind: type[NodeSession] = NodeSession
) -> AsyncIterator[SwapRoles]:
    sessions = session(old, kind), session(new, kind)
    try:
        for one in sessions:
            await one.open()
        yield SwapRoles(*sessions, SYSTEM_CLOCK, pause_seconds=5, equal_seconds=2, drain_seconds=1)
    finally:
        for one in sessions:
            await one.close()
        await asyncio.sleep(0)  # asyncio closes the sockets in its next turn


async def switch(old: RedisServer, new: RedisServer, number: int = 0) -> StepResult:
    """A switchover as a plan has it: swap, disconnect, verify."""
    before = int(new.info()["sync_full"])
    async with swap_between(old, new) as swap:
        result = await swap.run()
        assert result.status is StepStatus.DONE, result.detail
        assert (await DisconnectClients(swap.old).run()).status is StepStatus.DONE
        verify = VerifySwitchover(swap.old, swap.new, SYSTEM_CLOCK, f"test-{number}", result.facts, before)
        verified = await verify.run()
        assert verified.status is StepStatus.DONE, verified.detail
        assert verified.facts["full_resync"] is False
        return result


def primary_of(pair: ReplicatedPair) -> RedisServer:
    primaries = [server for server in pair.servers if server.info()["role"] == "master"]
    assert len(primaries) == 1, "exactly one node takes writes"
    return primaries[0]


def assert_nothing_lost(pair: ReplicatedPair, report: Report) -> None:
    assert report.acknowledged
    assert missing(primary_of(pair).address.port, report.acknowledged, primary_of(pair).password) == []


async def test_switchovers_under_load_lose_nothing(redis_version: str, start_pair: StartPair) -> None:
    pair = start_pair(redis_version, password="s3cret", repl_backlog_size="64mb")
    old, new = pair.servers
    writers = Writers.start([server.address.port for server in pair.servers], 4, 2000, old.password)
    for number in range(4):
        result = await switch(old, new, number)
        assert isinstance(result.facts["write_gap_milliseconds"], float)
        old, new = new, old
    report = await asyncio.to_thread(writers.stop)
    assert_nothing_lost(pair, report)
    for server in pair.servers:
        stored = (server.folder / "redis.conf").read_text()
        assert ("replicaof" in stored) is (server.info()["role"] == "slave"), "each would restart in its role"


@pytest.mark.parametrize("way_out", ["resume", "rollback"])
@pytest.mark.parametrize("after", [False, True], ids=["before-the-command", "after-its-answer"])
async def test_killed_at_every_command(start_pair: StartPair, after: bool, way_out: str) -> None:
    pair = start_pair("7.0", repl_backlog_size="64mb")
    writers = Writers.start([server.address.port for server in pair.servers], 2, 1000)
    for dies_at in itertools.count():
        old = primary_of(pair)
        new = next(server for server in pair.servers if server is not old)
        killed = await killed_at(old, new, dies_at, after)
        if not killed:
            break
        roles = [server.info()["role"] for server in pair.servers]
        assert roles.count("master") <= 1, "there is never an instant with two primaries"
        async with swap_between(old, new) as swap:
            if way_out == "resume":
                looked = await swap.look()
                result = looked if looked.status is StepStatus.DONE else await swap.run()
                assert result.status is StepStatus.DONE, result.detail
                assert primary_of(pair) is new
            else:
                result = await swap.undo()
                assert result.status in (StepStatus.UNDONE, StepStatus.FORWARD_ONLY), result.detail
                assert primary_of(pair) is (old if result.status is StepStatus.UNDONE else new)
        wait_until(lambda: linked(pair), "the pair is whole again", 20)
    assert dies_at >= 4, "pause, demote, promote and unpause were each hit"
    report = await asyncio.to_thread(writers.stop)
    assert_nothing_lost(pair, report)


async def killed_at(old: RedisServer, new: RedisServer, dies_at: int, after: bool) -> bool:
    remaining = itertools.count(dies_at, -1)

    class Dying(MortalSession):
        countdown = staticmethod(lambda: next(remaining))

    Dying.after = after
    try:
        async with swap_between(old, new, Dying) as swap:
            await swap.run()
    except Killed:
        return True
    return False


def linked(pair: ReplicatedPair) -> bool:
    replica = next(server for server in pair.servers if server is not primary_of(pair))
    return replica.info()["master_link_status"] == "up"


async def test_a_runner_stalled_past_its_pause_promotes_nothing_stale(start_pair: StartPair) -> None:
    """The pause lapses between equal offsets and the demotion, while writers write on."""
    pair = start_pair("7.0", repl_backlog_size="64mb")
    old, new = pair.servers
    writers = Writers.start([server.address.port for server in pair.servers], 2, 2000)
    async with swap_between(old, new) as swap:
        swap.pause_seconds = 0.1
        demote = swap._demote

        async def stalled() -> StepResult | None:
            await asyncio.sleep(0.5)  # what SIGSTOP and SIGCONT do to a runner
            return await demote()

        swap._demote = stalled  # type: ignore[method-assign]
        result = await swap.run()
    assert result.status in (StepStatus.DONE, StepStatus.FAILED)
    assert (primary_of(pair) is new) is (result.status is StepStatus.DONE)
    report = await asyncio.to_thread(writers.stop)
    assert_nothing_lost(pair, report)


async def test_a_frozen_replica_costs_no_write(start_pair: StartPair) -> None:
    pair = start_pair("7.0")
    old, new = pair.servers
    async with swap_between(old, new) as swap:
        old.cli("SET", "before", "x")
        pair.wait_equal()
        new.freeze()
        result = await swap.run()
        assert result.status is StepStatus.FAILED
        assert "nothing was changed" in result.detail
        new.thaw()
    old.cli("SET", "after", "x")
    assert primary_of(pair) is old


async def test_an_old_primary_that_cannot_store_its_role_leads_again(start_pair: StartPair) -> None:
    pair = start_pair("7.0")
    old, new = pair.servers
    async with swap_between(old, new) as swap:
        stored = old.folder / "redis.conf"
        stored.unlink()
        stored.mkdir()  # root may write anything but a folder
        result = await swap.run()
    assert result.status is StepStatus.FAILED
    assert "cannot store its role" in result.detail
    assert primary_of(pair) is old
    old.cli("SET", "after", "x")


@pytest.mark.long
@pytest.mark.parametrize(("writers", "rate"), [(1, 1000), (20, 20000)])
async def test_fifty_switchovers(start_pair: StartPair, writers: int, rate: int) -> None:
    pair = start_pair("7.0", repl_backlog_size="256mb")
    old, new = pair.servers
    load = Writers.start([server.address.port for server in pair.servers], writers, rate)
    gaps = []
    for number in range(50):
        gap = (await switch(old, new, number)).facts["write_gap_milliseconds"]
        assert isinstance(gap, float)
        gaps.append(gap)
        old, new = new, old
    report = await asyncio.to_thread(load.stop)
    assert_nothing_lost(pair, report)
    print(f"{writers} writers: gap median {statistics.median(gaps):.1f} ms, worst {max(gaps):.1f} ms")
