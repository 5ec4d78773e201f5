"""Failovers of real pairs: the primary crashed or hung, and the runner killed at any instant."""

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.operating import PASSWORD, Place, assert_ended, embedded_place
from support.writers import Writers, missing

from redistui.model.operation import Outcome
from redistui.model.plan import Confirmation, Verdict

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


async def test_a_replica_that_still_hears_the_primary_is_not_promoted(place: Place) -> None:
    """The console alone is cut off: the password that it knows is wrong."""
    config = place.provider.store.pair("orders").node("node-1").config_file
    whole = config.read_text()
    config.write_text(whole.replace(PASSWORD, "another"))
    plan = await place.plan("promote")
    seen = {guard.name: guard for guard in plan.failing}
    assert seen["console's view of the primary"].observed == "it is alive"
    assert not seen["console's view of the primary"].loss
    config.write_text(whole)
    assert (await place.plan("promote")).kind == "switchover"


async def test_what_runs_and_is_only_silent_is_fenced_first(place: Place) -> None:
    """Frozen, and thawed again by hand while the plan is looked at: it is a healthy primary then."""
    pair = await place.pair()
    await place.provider.freeze(pair, pair.nodes[0])
    plan = await place.plan("promote")
    actions = [step.action for step in plan.steps]
    assert actions.index("fence") < actions.index("promote-survivor") == plan.point_of_no_return
    assert actions.index("store-role") > actions.index("promote-survivor")
    await place.provider.thaw(pair, pair.nodes[0])
    operation = place.begin(plan)
    assert await place.run(operation) is Outcome.ROLLED_BACK
    assert any("another process than the plan saw" in words for words in place.record(operation).refused)
    assert await place.roles() == {"node-1": "primary", "node-2": "replica"}


async def test_a_survivor_that_cannot_lead_leaves_everything_as_it_was(place: Place) -> None:
    pair = await place.pair()
    await place.provider.kill(pair, pair.nodes[0])
    plan = await place.plan("promote")
    operation = place.begin(plan)
    stored = place.provider.store.pair("orders").node("node-2").config_file
    text = stored.read_text()
    stored.unlink()
    stored.mkdir()  # root may write anything but a folder
    try:
        assert await place.run(operation) in (Outcome.ROLLED_BACK, Outcome.UNKNOWN)
    finally:
        stored.rmdir()
        stored.write_text(text)
    assert not await place.provider.fenced(pair, pair.nodes[0])
    assert await place.roles() == {"node-1": "down", "node-2": "replica"}


async def test_of_two_replicas_the_newest_leads_and_the_other_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with embedded_place(tmp_path, nodes=3, patch=monkeypatch) as place:
        pair = await place.pair()
        await place.provider.freeze(pair, pair.nodes[1])  # node-2 misses what follows
        for number in range(100):
            await place.ask("node-1", "SET", f"late:{number}", "x")
        await place.ask("node-1", "WAIT", 1, 5000)
        await place.provider.kill(pair, pair.nodes[0])
        await place.provider.kill(pair, pair.nodes[1])
        plan = await place.plan("promote", to="node-3")
        assert plan.refused(force=False) == ()
        await place.provider.start(pair, pair.nodes[1])
        refused = (await place.plan("promote", to="node-2")).failing
        assert {guard.name for guard in refused} == {"replica with the newest data"}
        record = await place.perform("promote")
        assert_ended(record, Outcome.DONE)
        assert record.plan.values == {"to": "node-3"}
        assert await place.roles() == {"node-1": "down", "node-2": "replica", "node-3": "primary"}
        assert await place.ask("node-2", "EXISTS", "late:99") == 1


async def test_evidence_is_kept_without_secrets(place: Place) -> None:
    pair = await place.pair()
    await place.provider.kill(pair, pair.nodes[0])
    record = await place.perform("promote")
    file = Path(str(record.facts["evidence"]))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PASSWORD not in file.read_text()
    nodes = json.loads(file.read_text())["nodes"]
    assert nodes["node-1"]["problem"] == "no answer"
    assert nodes["node-1"]["log"]
    assert any(line.startswith("master_link_status:down") for line in nodes["node-2"]["info"])


async def test_the_plan_says_what_is_at_risk(place: Place) -> None:
    pair = await place.pair()
    await place.provider.kill(pair, pair.nodes[0])
    plan = await place.plan("promote")
    guards = {guard.name: guard for guard in plan.guards}
    assert guards["acknowledged writes at risk"].verdict is Verdict.WARN
    assert "last heard" in plan.loss
    assert guards["console's view of the primary"].observed.startswith("silent for 2.")
    assert guards["replica's view of the primary"].observed.startswith("link down")
    assert guards["provider's view of the primary"].observed == "stopped"
