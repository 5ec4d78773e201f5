"""Operations in words: steps as they tick, the verdict in one sentence, what to do next."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from redistui.model import units
from redistui.model.errors import ExitCode
from redistui.model.operation import Direction, Outcome, StepState, StepStatus, can_turn_back
from redistui.operations.control import Standing
from redistui.operations.document import operation_json
from redistui.operations.record import OperationRecord
from redistui.operations.results import result_of

from .drills import drill_text
from .plans import plan_text
from .table import Cell, Column, Look, Tone, render

__all__ = [
    "exit_code",
    "operation_json",
    "operation_text",
    "operations_table",
    "outcome_tone",
    "step_text",
    "verdict",
    "way_out",
]

STEP_GLYPHS = {
    StepStatus.PENDING: "·",
    StepStatus.RUNNING: "…",
    StepStatus.DONE: "✓",
    StepStatus.NOT_DONE: "·",
    StepStatus.FAILED: "✖",
    StepStatus.UNKNOWN: "?",
    StepStatus.UNDONE: "‹",
    StepStatus.FORWARD_ONLY: "›",
}
STEP_TONES = {StepStatus.DONE: Tone.GOOD, StepStatus.FAILED: Tone.BAD, StepStatus.UNKNOWN: Tone.WARNING}
OUTCOME_WORDS = {
    Outcome.DONE: "done",
    Outcome.ROLLED_BACK: "rolled back",
    Outcome.FAILED: "failed",
    Outcome.UNKNOWN: "unknown",
}
OUTCOME_TONES = {
    Outcome.DONE: Tone.GOOD,
    Outcome.ROLLED_BACK: Tone.WARNING,
    Outcome.FAILED: Tone.BAD,
    Outcome.UNKNOWN: Tone.WARNING,
}
_CODES = {
    Outcome.DONE: ExitCode.DONE,
    Outcome.ROLLED_BACK: ExitCode.ROLLED_BACK,
    Outcome.FAILED: ExitCode.FAILED,
    Outcome.UNKNOWN: ExitCode.UNKNOWN,
}
_COLUMNS = tuple(map(Column, ("ID", "WHEN", "WHO", "WHAT", "PAIR", "STATE", "OUTCOME")))


def exit_code(record: OperationRecord) -> ExitCode:
    """Of an operation that has ended; of any other it is unknown how it will."""
    if record.refused:
        return ExitCode.REFUSED
    if record.state.outcome is Outcome.DONE and _drill(record).get("verdict") == "fail":
        return ExitCode.FAILED
    return _CODES[record.state.outcome] if record.state.outcome else ExitCode.UNKNOWN


def step_text(record: OperationRecord, index: int, look: Look) -> str:
    """`✓ 3 pause writes on …  12 ms  …`"""
    planned, step = record.plan.steps[index], record.state.steps[index]
    glyph = look.toned(look.text(STEP_GLYPHS[step.status]), STEP_TONES.get(step.status, Tone.PLAIN))
    return f"{glyph} {index + 1:>2} {look.text('  '.join(_step_words(planned.name, step)))}"


def verdict(record: OperationRecord) -> str:
    """How it ended, in one sentence."""
    match record.state.outcome:
        case None:
            return "not ended"
        case Outcome.DONE if summary := _drill(record).get("summary"):
            return str(summary)
        case Outcome.DONE:
            return f"done in {units.duration(_seconds(record))}: {record.plan.summary}{_figures(record)}"
        case Outcome.ROLLED_BACK if record.refused:
            return f"refused, nothing was changed: {'; '.join(record.refused)}"
        case Outcome.ROLLED_BACK:
            return f"rolled back, everything is as it was{_because(record)}"
        case Outcome.FAILED:
            return f"failed{_because(record)}{_figures(record)}"
        case Outcome.UNKNOWN:
            return f"unknown: it was sent and could not be looked at{_because(record)}"


def way_out(record: OperationRecord, standing: Standing) -> str:
    """What to do next; empty when there is nothing to do."""
    resume = f"redistui operations resume {record.id} looks at each step and goes on"
    back = f"; redistui operations rollback {record.id} undoes it" if can_turn_back(record.state) else ""
    if standing is Standing.INTERRUPTED:
        return resume + back
    match record.state.outcome:
        case Outcome.FAILED:
            return resume + back
        case Outcome.UNKNOWN:
            return f"redistui check {record.plan.pair} tells how the pair is; {resume}{back}"
        case _:
            return ""


def operation_text(record: OperationRecord, standing: Standing, look: Look) -> Iterator[str]:
    """All that the journal tells of one."""
    head = {
        "operation": record.id,
        "what": f"{_what(record)} of {record.plan.pair}",
        "who": str(record.operator),
        "reason": record.reason,
        "began": _moment(record.started_at),
        "ended": _moment(record.ended_at),
        "state": _state_words(record, standing),
    }
    for name, value in head.items():
        if value:
            yield f"{name:<10} {look.text(value)}"
    yield ""
    yield from plan_text(record.plan, look)
    yield ""
    yield look.toned("WHAT WAS DONE", Tone.FAINT)
    yield from (step_text(record, index, look) for index in range(len(record.plan.steps)))
    if drill := _drill(record):
        yield ""
        yield from drill_text(drill, look)
    if facts := _facts(record):
        yield ""
        yield look.toned("FACTS", Tone.FAINT)
        yield from (look.text(f"{name:<28} {value}") for name, value in facts.items())
    if record.state.outcome is not None:
        yield ""
        yield look.toned(look.text(verdict(record)), outcome_tone(record))
    if advice := way_out(record, standing):
        yield look.text(advice)


def outcome_tone(record: OperationRecord) -> Tone:
    """A drill that failed was carried out, and is no good news."""
    if record.state.outcome is Outcome.DONE and exit_code(record) is ExitCode.FAILED:
        return Tone.BAD
    return OUTCOME_TONES[record.state.outcome] if record.state.outcome else Tone.PLAIN


def operations_table(rows: Sequence[tuple[OperationRecord, Standing]], look: Look) -> list[str]:
    return render(_COLUMNS, [_row(record, standing) for record, standing in rows], look)


def _row(record: OperationRecord, standing: Standing) -> list[Cell | str]:
    outcome = record.state.outcome
    shown = Cell("refused" if record.refused else OUTCOME_WORDS[outcome], OUTCOME_TONES[outcome]) if outcome else ""
    tone = Tone.WARNING if standing is Standing.INTERRUPTED else Tone.PLAIN
    return [
        record.id,
        _moment(record.started_at),
        str(record.operator),
        _what(record),
        str(record.plan.pair),
        Cell(standing.value, tone),
        shown,
    ]


def _what(record: OperationRecord) -> str:
    plan = record.plan
    return plan.verb if plan.kind == plan.verb else f"{plan.verb} ({plan.kind})"


def _step_words(name: str, step: StepState) -> Iterator[str]:
    back = step.direction is Direction.BACKWARD
    yield f"undo: {name}" if back and step.status is not StepStatus.PENDING else name
    if step.milliseconds is not None and step.status is not StepStatus.RUNNING:
        yield units.duration(step.milliseconds / 1000)
    if step.detail and step.status is not StepStatus.RUNNING:
        yield step.detail


def _state_words(record: OperationRecord, standing: Standing) -> str:
    if record.state.outcome is None:
        asked = ", asked to turn back" if record.state.cancelled else ""
        return f"{standing.value}{asked}"
    return "refused" if record.refused else OUTCOME_WORDS[record.state.outcome]


def _because(record: OperationRecord) -> str:
    """The step that decided it."""
    bad = (StepStatus.FAILED, StepStatus.UNKNOWN)
    deciding = [
        (planned, step)
        for planned, step in zip(record.plan.steps, record.state.steps, strict=True)
        if step.status in bad
    ]
    if not deciding:
        return ": cancelled" if record.state.cancelled else ""
    planned, step = deciding[0]
    return f": {planned.name}: {step.detail}"


def _figures(record: OperationRecord) -> str:
    """The write gap and the kind of resync, where the result has them."""
    result = result_of(record) or {}
    gap, full = result.get("write_gap_milliseconds"), result.get("full_resync")
    words = [
        *([f"{units.duration(gap / 1000)} without writes"] if isinstance(gap, int | float) else []),
        *(["full resync" if full else "partial resync"] if isinstance(full, bool) else []),
    ]
    return f" ({', '.join(words)})" if words else ""


def _facts(record: OperationRecord) -> dict[str, object]:
    told = ((name, value) for name, value in record.facts.items() if not isinstance(value, dict))
    return {name: value for name, value in told if value is not None}


def _drill(record: OperationRecord) -> Mapping[str, object]:
    """What a drill was judged as; empty for any other operation."""
    told = record.facts.get("drill")
    return told if isinstance(told, dict) else {}


def _seconds(record: OperationRecord) -> float | None:
    return None if record.ended_at is None else max(record.ended_at - record.started_at, 0)


def _moment(seconds: float | None) -> str:
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
