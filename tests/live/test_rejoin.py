"""Bringing back what a failover left: fenced, diverged, or down; on real servers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.operating import Place, assert_ended, embedded_place

from redistui.model.errors import RefusedError
from redistui.model.operation import Outcome
from redistui.model.plan import Confirmation

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    async with embedded_place(tmp_path, patch=monkeypatch) as made:
        yield made


async def diverge(place: Place) -> None:
    """node-1 was cut off, node-2 was promoted by hand, and both took writes; then node-1 follows nobody."""
    await place.ask("node-1", "SET", "common", "x")
    await place.ask("node-1", "WAIT", 1, 5000)
    await place.ask("node-2", "REPLICAOF", "NO", "ONE")
    await place.ask("node-2", "CONFIG", "REWRITE")
    for number in range(10):
        await place.ask("node-1", "SET", f"only-1:{number}", "x")
    await place.ask("node-2", "SET", "only-2", "x")


async def test_after_a_failover_the_fenced_node_comes_back_and_redundancy_is_whole(place: Place) -> None:
    for node_id in ("node-1", "node-2"):
        await place.ask(node_id, "CONFIG", "SET", "min-replicas-to-write", 1)
        await place.ask(node_id, "CONFIG", "REWRITE")
    pair = await place.pair()
    await place.provider.kill(pair, pair.nodes[0])
    record = await place.perform("promote")
    assert_ended(record, Outcome.DONE)
    assert await place.ask("node-2", "SET", "written", "alone") == b"OK", "lowered, else it would refuse"
    assert record.facts["min_replicas_left_out"] == 1
    plan = await place.plan("rejoin")
    assert plan.confirmation is Confirmation.QUESTION, "the failover said what is lost"
    record = await place.perform("rejoin")
    assert_ended(record, Outcome.DONE)
    assert await place.roles() == {"node-1": "replica", "node-2": "primary"}
    assert await place.ask("node-1", "GET", "written") == b"alone"
    assert not await place.provider.fenced(pair, pair.nodes[0])
    assert (await place.ask("node-2", "CONFIG", "GET", "min-replicas-to-write"))[1] == b"1"
    with pytest.raises(RefusedError, match="nothing to bring back"):
        await place.plan("rejoin")


async def test_a_diverged_node_is_only_brought_back_when_its_loss_is_accepted(place: Place) -> None:
    await diverge(place)
    with pytest.raises(RefusedError, match="it takes one primary"):
        await place.plan("rejoin")
    await place.ask("node-1", "REPLICAOF", "127.0.0.1", "1")  # it is no primary any more, and has its own history
    plan = await place.plan("rejoin")
    assert plan.confirmation is Confirmation.TYPED_NAME
    [guard] = plan.failing
    assert guard.loss
    assert "of writes" in guard.observed
    with pytest.raises(RefusedError, match="the primary lacks"):
        place.begin(plan)
    record = await place.perform("rejoin", force=True, node="node-1")
    assert_ended(record, Outcome.DONE)
    assert record.facts["full_resync"] is True
    assert await place.ask("node-1", "EXISTS", "only-1:0") == 0
    assert await place.ask("node-1", "EXISTS", "only-2") == 1


async def test_a_crashed_replica_is_started_and_linked(place: Place) -> None:
    pair = await place.pair()
    await place.provider.kill(pair, pair.nodes[1])
    await place.ask("node-1", "SET", "meanwhile", "x")
    record = await place.perform("rejoin")
    assert_ended(record, Outcome.DONE)
    assert await place.ask("node-2", "EXISTS", "meanwhile") == 1


async def test_without_a_primary_there_is_nothing_to_follow(place: Place) -> None:
    pair = await place.pair()
    await place.provider.kill(pair, pair.nodes[0])
    with pytest.raises(RefusedError) as raised:
        await place.plan("rejoin")
    assert "redistui promote" in raised.value.hint
