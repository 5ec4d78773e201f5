"""From what a probe saw to figures and a verdict."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from redistui.operations.drill.measures import DrillVerdict, Measures, Part, Phase, measure, verdict_line
from redistui.operations.drill.messages import ProbeReport
from redistui.operations.drill.scenarios import Scenario

FAULT = 1002.0


def report(**told: object) -> ProbeReport:
    """Ten seconds from 1000.0 on, with a gap of 40 ms around the fault and a longer one long before it."""
    made = ProbeReport(
        started_at=1000.0,
        ended_at=1010.0,
        slot_seconds=0.005,
        slots_ok=(1,) * 2000,
        slots_failed=(0,) * 2000,
        acknowledged=2000,
        unknown=0,
        refused=0,
        errors={"readonly": 3, "timeout": 0},
        gaps=((1000.5, 0.3), (FAULT - 0.01, 0.04), (1005.0, 0.06)),
        moves=((1000.0, "old"), (FAULT + 0.03, "new"), (1005.06, "old")),
    )
    return replace(made, **told)  # type: ignore[arg-type]


PHASES = (
    Phase("start the probe", Part.PREPARE, 1000.0, 1900.0),
    Phase("swap roles", Part.FAULT, FAULT, 8.0),
    Phase("verify", Part.HEAL, FAULT + 0.1, 100.0),
    Phase("swap roles back", Part.FAILBACK, 1005.01, 8.0),
)


def judged(
    scenario: Scenario = Scenario.SWITCHOVER,
    limit: float = 1.0,
    probe: ProbeReport | None = None,
    phases: Sequence[Phase] = PHASES,
    left: Sequence[str] = (),
) -> Measures:
    return measure(scenario, limit, probe or report(), phases, full_resync=False, left_to_do=left)


def test_each_outage_is_that_of_its_own_fault() -> None:
    measures = judged()
    assert (measures.rto_milliseconds, measures.failback_rto_milliseconds) == (40.0, 60.0)
    assert measures.new_primary_after_milliseconds == pytest.approx(30.0, abs=0.2)
    assert measures.full_redundancy_milliseconds == pytest.approx(200.0, abs=0.2)
    assert measures.errors == {"readonly": 3}
    assert measures.verdict is DrillVerdict.PASS
    assert verdict_line(measures) == "PASS: 0 of 2\u2009000 writes lost, 40 ms without writes, limit 1.0 s"


@pytest.mark.parametrize(("limit", "verdict"), [(0.061, DrillVerdict.PASS), (0.05, DrillVerdict.FAIL)])
def test_the_limit_holds_for_the_failback_too(limit: float, verdict: DrillVerdict) -> None:
    assert judged(limit=limit).verdict is verdict


def lost(acknowledged_at: float) -> ProbeReport:
    return report(lost=7, lost_at=(acknowledged_at, acknowledged_at + 0.02), lost_keys=("drill:0:1",))


@pytest.mark.parametrize("scenario", [Scenario.SWITCHOVER, Scenario.REPLICA_LOSS])
def test_one_lost_write_is_too_many_where_none_may_be_lost(scenario: Scenario) -> None:
    measures = judged(scenario, probe=lost(FAULT - 0.1))
    assert measures.verdict is DrillVerdict.FAIL
    assert measures.rpo_milliseconds == pytest.approx(20.0, abs=0.1)
    assert "drill:0:1" in verdict_line(measures)


@pytest.mark.parametrize(("age", "verdict"), [(0.5, DrillVerdict.PASS), (1.5, DrillVerdict.FAIL)])
def test_a_failover_promises_no_zero_but_an_end_to_what_may_be_lost(age: float, verdict: DrillVerdict) -> None:
    measures = judged(Scenario.PRIMARY_CRASH, probe=lost(FAULT - age))
    assert measures.lost == 7
    assert measures.verdict is verdict
    assert "cannot promise 0" in verdict_line(measures)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"check_problem": "no node answers as the primary"}, "no node answers as the primary"),
        ({"acknowledged": 0, "gaps": ()}, "no write was acknowledged"),
        ({"gaps": ((FAULT - 0.01, 1010.0 - FAULT + 0.01),)}, "writes did not come back"),
        ({"cut_short": True}, "own time limit"),
    ],
)
def test_what_could_not_be_seen_is_no_pass(told: dict[str, object], words: str) -> None:
    measures = judged(limit=60.0, probe=report(**told))
    assert measures.verdict is DrillVerdict.FAIL
    assert words in " ".join(measures.reasons)


def test_a_pair_that_is_not_whole_and_a_step_that_failed_are_told() -> None:
    broken = (*PHASES[:2], Phase("verify", Part.HEAL, FAULT, 30.0, problem="no link"))
    measures = judged(phases=broken, left=("10.0.0.6:6379 has no link: redistui rejoin p/orders",))
    assert measures.reasons == ("verify: no link", "10.0.0.6:6379 has no link: redistui rejoin p/orders")
    assert measures.full_redundancy_milliseconds is None


def test_without_a_report_the_measurement_is_void() -> None:
    measures = measure(Scenario.PRIMARY_CRASH, 10.0, None, PHASES)
    assert measures.verdict is DrillVerdict.FAIL
    assert (measures.rto_milliseconds, measures.lost) == (None, None)
    assert verdict_line(measures).startswith("FAIL: interrupted")
