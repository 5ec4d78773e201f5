"""Drills of real pairs: each scenario with its verdict, what is cancelled, killed or tampered with in the middle."""

import asyncio
import contextlib
import json
import re
import signal
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.operating import PASSWORD, Place, assert_ended, embedded_place
from support.waiting import eventually

from redistui.model.clock import SYSTEM_CLOCK
from redistui.model.errors import UsageError
from redistui.model.operation import Outcome, StepStatus
from redistui.model.plan import Confirmation, Verdict
from redistui.operations import control, launch, verbs
from redistui.operations.drill import faults
from redistui.operations.facts import Limits
from redistui.operations.record import OperationRecord
from redistui.operations.results import result_of

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

KEYS = "redistui:drill:*"


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    async with embedded_place(tmp_path, patch=monkeypatch) as made:
        yield made


async def drill(place: Place, scenario: str, **values: str) -> tuple[OperationRecord, dict[str, Any]]:
    record = await place.perform("drill", scenario=scenario, **values)
    assert_ended(record, Outcome.DONE)
    return record, told(record)


def told(record: OperationRecord) -> dict[str, Any]:
    result = result_of(record)
    assert result is not None
    return result


async def keys(place: Place) -> list[bytes]:
    found: list[bytes] = []
    for node in (await place.pair()).nodes:
        found += await place.ask(node.id, "KEYS", KEYS)
    return found


async def reaches(place: Place, operation: str, action: str, *statuses: StepStatus) -> None:
    def reached() -> bool:
        record = place.record(operation)
        index = [step.action for step in record.plan.steps].index(action)
        return record.state.steps[index].status in (statuses or (StepStatus.RUNNING,))

    async def looked() -> bool:
        return reached()

    await eventually(looked, f"{action} runs", 30)


def assert_private_and_free_of_secrets(place: Place, report: Path) -> None:
    assert stat.S_IMODE(report.parent.stat().st_mode) == 0o700
    for file in report.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for file in place.folder.rglob("*"):
        if file.is_file() and "providers" not in file.parts and file.name != "redis.conf":
            assert PASSWORD.encode() not in file.read_bytes(), file


async def test_a_switchover_and_back_is_measured_as_a_client_sees_it(place: Place) -> None:
    before = await place.roles()
    record, result = await drill(place, "switchover", failback="yes")
    assert result["verdict"] == "pass", result
    assert result["lost"] == 0
    assert result["acknowledged"] > 300
    assert result["full_resync"] is False
    assert result["rto_milliseconds"] < 1000
    assert result["failback_rto_milliseconds"] < 1000
    gap = record.facts["write_gap_milliseconds"]
    assert isinstance(gap, float)
    assert gap - 10 < result["failback_rto_milliseconds"] < gap + 300, "what the runner measured lies within"
    assert 0 < result["new_primary_after_milliseconds"] < 1000
    assert await place.roles() == before
    assert await keys(place) == []
    report = Path(result["report"])
    text = report.read_text()
    assert text.startswith("# Drill of local/orders: switchover")
    assert "**PASS: 0 of " in text
    assert "failback: pause writes" in text
    assert text.isascii() or re.sub("[\u2009…]", "", text).isascii(), "the plots are plain"
    kept = json.loads((report.parent / "report.json").read_text())
    assert sum(kept["timeline"]["ok"]) == result["acknowledged"]
    assert_private_and_free_of_secrets(place, report)
    _, second = await drill(place, "switchover")
    assert f"{result['acknowledged']:>12}" in Path(second["report"]).read_text(), "compared with the one before"


@pytest.mark.parametrize(("scenario", "fastest_ms"), [("primary-crash", 0), ("primary-hang", 2000)])
async def test_a_failed_primary_is_replaced_and_comes_back(place: Place, scenario: str, fastest_ms: float) -> None:
    record, result = await drill(place, scenario, failback="yes")
    assert record.plan.confirmation is Confirmation.TYPED_NAME
    assert result["verdict"] == "pass", result
    assert "cannot promise 0" in result["summary"]
    assert fastest_ms < result["rto_milliseconds"] < 15000
    assert result["full_redundancy_milliseconds"] > result["new_primary_after_milliseconds"] * 0.5
    assert result["failback_rto_milliseconds"] < 1000, "the failback is measured for itself"
    assert result["errors"]
    assert await place.roles() == {"node-1": "primary", "node-2": "replica"}
    assert not await place.provider.fenced(await place.pair(), await place.node("node-1"))
    assert await keys(place) == []


async def test_writes_go_on_without_the_replica(place: Place) -> None:
    _, result = await drill(place, "replica-loss")
    assert result["verdict"] == "pass", result
    assert (result["lost"], result["full_resync"], result["errors"]) == (0, False, {})
    assert result["read_errors"] >= 1, "its readers had to go elsewhere"
    assert await place.roles() == {"node-1": "primary", "node-2": "replica"}


async def test_a_primary_that_its_supervisor_starts_again_needs_no_failover(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directives = (("save", ""), ("appendonly", "yes"), ("appendfsync", "always"))
    async with embedded_place(tmp_path, patch=monkeypatch, directives=directives) as place:
        kill = place.provider.kill

        async def kill_and_start(pair: Any, node: Any) -> None:
            await kill(pair, node)
            await place.provider.start(pair, node)

        monkeypatch.setattr(place.provider, "kill", kill_and_start)
        record, result = await drill(place, "primary-crash", failback="yes")
        assert record.facts["primary_restarted"] is True
        assert result["verdict"] == "pass", result
        assert await place.roles() == {"node-1": "primary", "node-2": "replica"}


async def test_a_lost_write_fails_the_drill(place: Place) -> None:
    operation = place.begin(await place.plan("drill", scenario="switchover"))
    running = asyncio.ensure_future(place.run(operation))
    await reaches(place, operation, "drill-judge")
    assert await place.ask("node-2", "UNLINK", f"redistui:drill:{operation}:0:0") == 1
    assert await running is Outcome.DONE
    result = told(place.record(operation))
    assert (result["verdict"], result["lost"]) == ("fail", 1)
    assert f"redistui:drill:{operation}:0:0" in " ".join(result["reasons"])
    assert "FAIL: 1 of " in Path(result["report"]).read_text()
    assert await keys(place) == []


async def test_a_longer_outage_than_the_limit_fails_the_drill(place: Place) -> None:
    _, result = await drill(place, "switchover", **{"rto-limit": "0.001"})
    assert result["verdict"] == "fail"
    assert "the limit is 1 ms" in " ".join(result["reasons"])
    assert result["lost"] == 0


@pytest.mark.parametrize(
    ("scenario", "action", "outcome"),
    [
        ("switchover", "drill-start-probe", Outcome.ROLLED_BACK),
        ("switchover", "drill-settle", Outcome.DONE),
        ("primary-crash", "wait-linked", Outcome.DONE),
        ("primary-hang", "drill-confirm-death", Outcome.ROLLED_BACK),
        ("replica-loss", "drill-endure", Outcome.ROLLED_BACK),
        ("switchover", "drill-judge", Outcome.DONE),
    ],
)
async def test_a_cancelled_drill_leaves_a_whole_pair(
    place: Place, scenario: str, action: str, outcome: Outcome
) -> None:
    values = {} if scenario == "replica-loss" else {"failback": "yes"}
    operation = place.begin(await place.plan("drill", scenario=scenario, **values))
    running = asyncio.ensure_future(place.run(operation))
    await reaches(place, operation, action, StepStatus.RUNNING, StepStatus.DONE)
    with place.journal() as journal, contextlib.suppress(Exception):
        control.cancel(journal, place.folder, operation)
    assert await running is outcome
    assert await place.roles() == {"node-1": "primary", "node-2": "replica"}
    await place.wait_linked("node-2")
    assert await keys(place) == []


@pytest.mark.parametrize(
    ("scenario", "action", "way_out"),
    [
        ("switchover", "drill-start-probe", "rollback"),
        ("switchover", "drill-settle", "resume"),
        ("primary-hang", "drill-confirm-death", "resume"),
        ("primary-hang", "drill-confirm-death", "rollback"),
        ("primary-crash", "drill-settle", "resume"),
        ("replica-loss", "drill-endure", "resume"),
    ],
)
async def test_a_drill_whose_runner_was_killed_is_healed(
    place: Place, scenario: str, action: str, way_out: str
) -> None:
    values = {} if scenario == "replica-loss" else {"failback": "yes"}
    operation = place.begin(await place.plan("drill", scenario=scenario, **values))
    runner = launch.launch(operation, place.folder, None, {})
    try:
        await reaches(place, operation, action)
        runner.send_signal(signal.SIGKILL)
    finally:
        runner.kill()
        runner.wait(10)
    if way_out == "resume":
        assert await place.resume(operation) is Outcome.DONE
        result = told(place.record(operation))
        assert result["verdict"] == "fail"
        assert "interrupted" in result["reasons"][0]
    else:
        assert await place.roll_back(operation) is Outcome.ROLLED_BACK
        assert told(place.record(operation))["verdict"] == "fail"
    assert await place.roles() == {"node-1": "primary", "node-2": "replica"}
    await place.wait_linked("node-2")

    async def removed() -> bool:
        return await keys(place) == []

    await eventually(removed, "the probe has removed its keys by itself", 15)


async def test_nothing_is_broken_while_nobody_measures(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between the probe's start and the fault: a resumed drill turns back."""
    monkeypatch.setattr(faults, "probe_of", lambda around: None)
    for scenario in ("switchover", "primary-crash", "primary-hang", "replica-loss"):
        record = await place.perform("drill", scenario=scenario)
        assert_ended(record, Outcome.ROLLED_BACK)
        assert await place.roles() == {"node-1": "primary", "node-2": "replica"}
    assert await keys(place) == []


async def test_what_a_drill_asks_for_and_refuses(place: Place) -> None:
    with pytest.raises(UsageError, match="no fault of its own"):
        await place.plan("drill", scenario="provider")
    with pytest.raises(UsageError, match="no scenario 'flood'"):
        await place.plan("drill", scenario="flood")
    provider, pair = await verbs.find(place.workspace, place.key)
    facts = await verbs.gather(place.workspace, provider, pair, SYSTEM_CLOCK)
    protected = replace(facts, limits=Limits(protected=True, rto_limit_seconds=7.0))
    plan = verbs.make_plan("drill", protected, {"scenario": "switchover"}, 0.0)
    assert (plan.confirmation, plan.requires_reason) == (Confirmation.TYPED_NAME, True)
    assert plan.steps[-1].values["limit_seconds"] == 7.0, "the environment's limit"
    handless = replace(facts, acts={})
    refused = verbs.make_plan("drill", handless, {"scenario": "primary-crash"}, 0.0).failing
    assert {guard.name for guard in refused} >= {"node can be killed", "old primary can be fenced"}
    assert verbs.make_plan("drill", handless, {"scenario": "switchover"}, 0.0).failing == ()
    assert {guard.verdict for guard in plan.guards} == {Verdict.PASS}
