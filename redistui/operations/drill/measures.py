"""From what the probe saw and when each step ran to figures and a verdict. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from redistui.model import units

from .messages import ProbeReport
from .scenarios import LOSS_WINDOW_SECONDS, Scenario

_SILENT_END_SECONDS = 1.0
_SECOND = 1000.0


class DrillVerdict(StrEnum):
    PASS = "pass"
    FAIL = "fail"


class Part(StrEnum):
    """What a step of a drill is for; its time is measured under this."""

    PREPARE = "prepare"
    FAULT = "fault"
    HEAL = "heal"
    SETTLE = "settle"
    FAILBACK = "failback"
    JUDGE = "judge"


@dataclass(frozen=True, slots=True)
class Phase:
    """A step that ran. `started_at` is in seconds since the epoch."""

    name: str
    part: Part
    started_at: float
    milliseconds: float
    problem: str = ""  # how it failed

    @property
    def ended_at(self) -> float:
        return self.started_at + self.milliseconds / _SECOND


@dataclass(frozen=True, slots=True)
class Measures:
    """Milliseconds and None where it could not be measured. `rpo_milliseconds` is the age of the oldest lost write
    when the old primary acknowledged its last one."""

    scenario: Scenario
    rto_limit_seconds: float
    rto_milliseconds: float | None = None
    failback_rto_milliseconds: float | None = None
    acknowledged: int = 0
    lost: int | None = None
    rpo_milliseconds: float | None = None
    unknown: int = 0
    errors: Mapping[str, int] = field(default_factory=dict)
    reads: int = 0
    read_errors: int = 0
    new_primary_after_milliseconds: float | None = None
    full_redundancy_milliseconds: float | None = None
    full_resync: bool | None = None
    phases: tuple[Phase, ...] = ()
    reasons: tuple[str, ...] = ()  # why it failed
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> DrillVerdict:
        return DrillVerdict.FAIL if self.reasons else DrillVerdict.PASS


def measure(
    scenario: Scenario,
    limit_seconds: float,
    report: ProbeReport | None,
    phases: Sequence[Phase],
    *,
    full_resync: bool | None = None,
    left_to_do: Sequence[str] = (),
) -> Measures:
    """`left_to_do`: what is not in order with the pair after all steps, in words. Without a report nobody measured."""
    done = tuple(phases)
    problems = [f"{phase.name}: {phase.problem}" for phase in done if phase.problem]
    if report is None:
        void = "interrupted: the process that measured has gone, so the measurement is void"
        return Measures(scenario, limit_seconds, phases=done, reasons=(void, *problems, *left_to_do))
    fault = _began(done, Part.FAULT)
    back = _began(done, Part.FAILBACK)
    rto = _longest_gap(report, fault, back)
    failback_rto = None if back is None else _longest_gap(report, back, None)
    rpo = _rpo(report)
    return Measures(
        scenario=scenario,
        rto_limit_seconds=limit_seconds,
        rto_milliseconds=rto,
        failback_rto_milliseconds=failback_rto,
        acknowledged=report.acknowledged,
        lost=None if report.check_problem else report.lost,
        rpo_milliseconds=rpo,
        unknown=report.unknown,
        errors={kind: count for kind, count in report.errors.items() if count},
        reads=report.reads,
        read_errors=report.read_errors,
        new_primary_after_milliseconds=_moved_after(report, fault),
        full_redundancy_milliseconds=_healed_after(done, fault),
        full_resync=full_resync,
        phases=done,
        reasons=(
            *(["the time without writes could not be measured"] if fault is not None and rto is None else []),
            *_about_outage(rto, limit_seconds, "without a successful write"),
            *_about_outage(failback_rto, limit_seconds, "without a successful write in the failback"),
            *_about_loss(scenario, report, fault),
            *_about_probe(report),
            *problems,
            *left_to_do,
        ),
        notes=_notes(scenario, report, full_resync),
    )


def verdict_line(measures: Measures) -> str:
    """`PASS: 0 of 58 204 writes lost, 6 ms without writes, limit 1 s`."""
    head = measures.verdict.value.upper()
    limit = f"limit {units.duration(measures.rto_limit_seconds)}"
    if measures.rto_milliseconds is None:
        return f"{head}: {'; '.join(measures.reasons)}"
    lost = "unknown how many" if measures.lost is None else units.grouped(measures.lost)
    promise = "" if measures.scenario.promises_no_loss else " (a failover cannot promise 0)"
    figures = (
        f"{lost} of {units.grouped(measures.acknowledged)} writes lost{promise}, "
        f"{units.duration(measures.rto_milliseconds / _SECOND)} without writes, {limit}"
    )
    return f"{head}: {figures}" + (f": {'; '.join(measures.reasons)}" if measures.reasons else "")


def _began(phases: Sequence[Phase], part: Part) -> float | None:
    return next((phase.started_at for phase in phases if phase.part is part), None)


def _longest_gap(report: ProbeReport, begin: float | None, end: float | None) -> float | None:
    """Of the gaps that lie between `begin` and `end`, by the greater part of what follows `begin`: a gap begins with
    the last write before the fault."""
    if begin is None:
        return None
    lying = []
    for start, seconds in report.gaps:
        after = start + seconds - max(start, begin)
        beyond = 0.0 if end is None else max(0.0, start + seconds - max(start, end))
        if after > 0 and beyond <= after / 2:
            lying.append(seconds)
    return round(max(lying) * _SECOND, 1) if lying else None


def _rpo(report: ProbeReport) -> float | None:
    if report.check_problem:
        return None
    return round((report.lost_at[1] - report.lost_at[0]) * _SECOND, 1) if report.lost_at else 0.0


def _moved_after(report: ProbeReport, fault: float | None) -> float | None:
    moved = [at for at, _ in report.moves if fault is not None and at > fault]
    return round((moved[0] - fault) * _SECOND, 1) if moved and fault is not None else None


def _healed_after(phases: Sequence[Phase], fault: float | None) -> float | None:
    healing = [phase for phase in phases if phase.part is Part.HEAL]
    if fault is None or not healing or any(phase.problem for phase in healing):
        return None
    return round((healing[-1].ended_at - fault) * _SECOND, 1)


def _about_outage(rto: float | None, limit_seconds: float, words: str) -> list[str]:
    if rto is None or rto <= limit_seconds * _SECOND:
        return []
    return [f"{units.duration(rto / _SECOND)} {words}, the limit is {units.duration(limit_seconds)}"]


def _about_loss(scenario: Scenario, report: ProbeReport, fault: float | None) -> list[str]:
    if report.check_problem:
        return [report.check_problem]
    if not report.lost:
        return []
    lost = f"{units.grouped(report.lost)} acknowledged writes are missing, among them {', '.join(report.lost_keys)}"
    if scenario.promises_no_loss or fault is None:
        return [lost]
    age = fault - report.lost_at[0]
    if age > LOSS_WINDOW_SECONDS:
        shown = units.duration(LOSS_WINDOW_SECONDS)
        return [
            f"{lost}; the oldest was acknowledged {units.duration(age)} before the fault, at most {shown} was shown"
        ]
    return []


def _about_probe(report: ProbeReport) -> list[str]:
    reasons = []
    if not report.acknowledged:
        reasons.append("no write was acknowledged")
    if report.gaps and report.gaps[-1][1] > _SILENT_END_SECONDS and _ends_at(report.gaps[-1], report.ended_at):
        reasons.append("writes did not come back")
    if report.cut_short:
        reasons.append("the probe's own time limit ended the measurement early")
    return reasons


def _ends_at(gap: tuple[float, float], moment: float) -> bool:
    return abs(gap[0] + gap[1] - moment) < 0.001


def _notes(scenario: Scenario, report: ProbeReport, full_resync: bool | None) -> tuple[str, ...]:
    notes = []
    if report.unknown:
        notes.append(f"{report.unknown} writes got no answer: they count neither as acknowledged nor as lost")
    if report.keys_left:
        notes.append(f"{report.keys_left} keys of the drill could not be removed and expire by themselves")
    if full_resync:
        usual = scenario in (Scenario.PRIMARY_CRASH, Scenario.PRIMARY_HANG)
        why = (
            "a process that was killed forgets its place" if usual else "the backlog was too small, or histories parted"
        )
        notes.append(f"a full resync was needed: {why}")
    return tuple(notes)
