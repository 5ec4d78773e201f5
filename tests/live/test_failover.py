"""Failovers of real pairs: the primary crashed or hung, and the runner killed at any instant."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.operating import PASSWORD, Place, assert_ended, embedded_place
from support.writers import Writers, missing

from redistui.model.operation import Outcome
from redistui.model.plan import Confirmation

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    async with embedded_place(tmp_path, patch=monkeypatch) as made:
        yield made


@pytest.mark.parametrize("death", ["kill", "freeze"])
async def test_a_dead_primary_is_replaced_and_comes_back_only_as_a_replica(place: Place, death: str) -> None:
    writers = Writers.start(await place.ports(), 2, 1000, PASSWORD)
    await place.ask("node-1", "SET", "before", "x")
    await place.ask("node-1", "WAIT", 1, 5000)
    pair = await place.pair()
    await getattr(place.provider, death)(pair, pair.nodes[0])
    plan = await place.plan("promote")
    assert plan.kind == "failover"
    assert plan.confirmation is Confirmation.TYPED_NAME
    assert plan.values == {"to": "node-2"}
    operation = place.begin(plan)
    await place.run(operation)
    record = place.record(operation)
    assert_ended(record, Outcome.DONE)
    assert isinstance(record.facts["switch_offset"], int)
    assert await place.roles() == {"node-1": "down", "node-2": "primary"}
    assert await place.provider.fenced(pair, pair.nodes[0])
    report = await asyncio.to_thread(writers.stop)
    lost = missing(pair.nodes[1].address.port, report.acknowledged, PASSWORD)
    print(f"{death}: {len(lost)} of {len(report.acknowledged)} acknowledged writes lost, gap {report.gaps[0]:.1f} s")
    assert await place.ask("node-2", "EXISTS", "before") == 1, "what was replicated is there"
    assert len(lost) < 50, "what was lost is the tail that was never sent"
    # Somebody lifts the fence and starts it by hand.
    await place.provider.unfence(pair, pair.nodes[0])
    await place.provider.start(pair, pair.nodes[0])
    await place.wait_linked("node-1")
    assert await place.roles() == {"node-1": "replica", "node-2": "primary"}
