"""Failovers of pairs by address: fenced by the operator's command, or watched until the old primary is back."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from support.operating import Place, assert_ended, static_place
from support.redis_server import ReplicatedPair
from support.waiting import eventually

from redistui.model.operation import Outcome
from redistui.operations import control
from redistui.operations.record import Phase

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]
StartPair = Callable[..., ReplicatedPair]


async def watched(place: Place) -> tuple[str, "asyncio.Task[Outcome]"]:
    """An operation that has failed over and watches for the old primary."""
    plan = await place.plan("promote")
    assert [step.action for step in plan.steps][-1] == "watch-old-primary"
    operation = place.begin(plan, force=True)  # the replica's link is still up: only a longer wait would show more
    running = asyncio.create_task(place.run(operation))

    async def watching() -> bool:
        if running.done():
            running.result()
        return place.record(operation).phase is Phase.WATCHING

    await eventually(watching, "it watches", 40)
    return operation, running


async def test_a_hung_primary_that_comes_back_is_made_a_replica_at_once(
    tmp_path: Path, start_pair: StartPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = start_pair("7.0")
    servers.primary.cli("SET", "common", "x")
    servers.wait_equal()
    async with static_place(tmp_path, servers, monkeypatch) as place:
        servers.primary.freeze()
        operation, running = await watched(place)
        assert servers.replica.info()["role"] == "master"
        assert servers.replica.cli("SET", "after", "x") == "OK"
        servers.primary.thaw()
        assert await asyncio.wait_for(running, 30) is Outcome.DONE
        record = place.record(operation)
        assert record.facts["old_primary"] == "back"
        assert record.facts["returned_as"] == "primary"
        assert servers.primary.info()["role"] == "slave"
        assert servers.primary.cli("EXISTS", "after") == 1
        stored = (servers.primary.folder / "redis.conf").read_text()
        assert f"replicaof 127.0.0.1 {servers.replica.address.port}" in stored


async def test_a_watch_ends_when_it_is_cancelled(
    tmp_path: Path, start_pair: StartPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = start_pair("7.0")
    async with static_place(tmp_path, servers, monkeypatch) as place:
        servers.primary.kill()
        operation, running = await watched(place)
        with place.journal() as journal:
            control.cancel(journal, place.folder, operation)
        assert await asyncio.wait_for(running, 30) is Outcome.DONE
        assert place.record(operation).facts["old_primary"] == "unwatched"
        assert "may still come back as a second primary" in place.record(operation).state.steps[-1].detail


async def test_with_a_fence_command_nothing_has_to_be_watched(
    tmp_path: Path, start_pair: StartPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = start_pair("7.0")
    old = servers.primary
    mask = f"touch {tmp_path}/masked"
    async with static_place(tmp_path, servers, monkeypatch, fence=["/bin/sh", "-c", mask]) as place:
        old.kill()
        operation = place.begin(await place.plan("promote"))
        assert await place.run(operation) is Outcome.DONE
        assert (tmp_path / "masked").exists()
        assert servers.replica.info()["role"] == "master"
        assert place.record(operation).plan.steps[-1].action == "verify-failover"


async def test_a_fence_command_that_fails_changes_nothing(
    tmp_path: Path, start_pair: StartPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = start_pair("7.0")
    async with static_place(tmp_path, servers, monkeypatch, fence=["/bin/false"]) as place:
        servers.primary.kill()
        operation = place.begin(await place.plan("promote"))
        outcome = await place.run(operation)
        assert outcome in (Outcome.UNKNOWN, Outcome.ROLLED_BACK), place.record(operation).state
        assert servers.replica.info()["role"] == "slave"
        # The machine is gone, and the fence with it: the operator says so.
        if outcome is Outcome.UNKNOWN:
            assert await place.roll_back(operation) is Outcome.ROLLED_BACK
        plan = await place.plan("promote", fence="no")
        assert [guard.name for guard in plan.failing] == ["old primary can be fenced"]
        assert plan.refused(force=True) == ()


async def test_a_restart_by_the_operators_command(
    tmp_path: Path, start_pair: StartPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = start_pair("7.0")
    replica = servers.replica
    # A supervisor that starts what has ended: the test itself.
    stop = ["/bin/sh", "-c", f"kill {replica.pid}; while kill -0 {replica.pid} 2>/dev/null; do sleep .05; done"]
    before = replica.info()["run_id"]
    async with static_place(tmp_path, servers, monkeypatch, restart=stop) as place:
        operation = place.begin(await place.plan("restart", node=str(replica.address)))

        async def supervise() -> None:
            while replica.running:
                await asyncio.sleep(0.02)
            await asyncio.to_thread(replica.run)

        supervisor = asyncio.create_task(supervise())
        assert await place.run(operation) is Outcome.DONE, place.record(operation).state
        await supervisor
        assert replica.info()["run_id"] != before
        assert replica.info()["master_link_status"] == "up"
        assert_ended(place.record(operation), Outcome.DONE)
