"""An operation as it is seen live: each step with its time, what the current one does, the verdict and its figures."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from redistui.model import units
from redistui.model.operation import Direction, Outcome, StepState, StepStatus, can_turn_back
from redistui.operations.control import Standing
from redistui.operations.record import OperationRecord
from redistui.operations.results import result_of
from redistui.operations.sight import Sight
from redistui.present.drills import drill_text
from redistui.present.operations import STEP_GLYPHS, outcome_tone, verdict
from redistui.present.table import Look
from redistui.present.table import Tone as Words

from .line import Cell, Line, Span, Tone, line, safe, wrapped
from .operation_report import report_lines
from .plan import no_return_line

STEP_TONES = {
    StepStatus.RUNNING: Tone.ACCENT,
    StepStatus.DONE: Tone.GOOD,
    StepStatus.FAILED: Tone.BAD,
    StepStatus.UNKNOWN: Tone.WARN,
}
OUTCOME_TONES = {
    Outcome.DONE: Tone.GOOD,
    Outcome.ROLLED_BACK: Tone.WARN,
    Outcome.FAILED: Tone.BAD,
    Outcome.UNKNOWN: Tone.WARN,
}
_TONES = {Words.GOOD: Tone.GOOD, Words.WARNING: Tone.WARN, Words.BAD: Tone.BAD}
_INDENT = 6
_TIME = 9
_OUTCOME_GLYPHS = {Outcome.DONE: "✓", Outcome.ROLLED_BACK: "‹", Outcome.FAILED: "✖", Outcome.UNKNOWN: "?"}


def operation_lines(sight: Sight, now: float, width: int, report: Sequence[str] = ()) -> list[Line]:
    """`now` is in seconds since the epoch, `report` what a drill has written."""
    record = sight.record
    lines = wrapped([Span(f" {safe(record.plan.summary)}", Tone.STRONG)], width - 1, indent=1)
    lines += wrapped([Span(f" {safe(_begun(record))}", Tone.DIM)], width - 1, indent=1)
    lines += [*_state(sight, now, width, told=not report), *report_lines(report, width), line()]
    for index in range(len(record.plan.steps)):
        if index == record.plan.point_of_no_return:
            lines.append(no_return_line(width, passed=not can_turn_back(record.state)))
        lines += _step(record, index, sight, now, width)
    return lines


def current_line(lines: list[Line]) -> int | None:
    """Where the step that runs stands, so that it can be kept in view."""
    marks = [number for number, one in enumerate(lines) if one.text.startswith(f" {STEP_GLYPHS[StepStatus.RUNNING]} ")]
    return marks[-1] if marks else None


def _begun(record: OperationRecord) -> str:
    reason = f" · reason: {record.reason}" if record.reason else ""
    began = datetime.fromtimestamp(record.started_at, UTC)
    return f"begun {began:%H:%M:%S} UTC by {record.operator}{reason} · operation {record.id}"


def _state(sight: Sight, now: float, width: int, *, told: bool) -> list[Line]:
    """`told`: also what the verdict stands on."""
    record, words_of_runner = sight.record, _progress(sight)
    turned = record.state.direction is Direction.BACKWARD
    match sight.standing:
        case Standing.ENDED:
            return verdict_lines(record, width) if told else verdict_lines(record, width)[:1]
        case Standing.INTERRUPTED:
            words = " ▲ Interrupted: it has not ended and nobody carries it on. Nothing changes until you say so."
            return wrapped([Span(words, Tone.WARN), *words_of_runner], width - 1, indent=3)
        case Standing.WATCHING:
            words = " … Watching: all steps are done, and the rest is being looked at."
        case _ if not record.attached:
            words = " … Its process is starting. Nothing has been changed yet."
        case _ if turned:
            words = " … Turning back: what was done is undone, the newest first."
        case _ if record.state.cancelled:
            words = " … Asked to turn back: it does so after the current step, where it still can."
        case _:
            words = " … Running."
    running = any(step.status is StepStatus.RUNNING for step in record.state.steps)
    return wrapped([Span(words, Tone.ACCENT), *(() if running else words_of_runner)], width - 1, indent=3)


def _progress(sight: Sight) -> tuple[Span, ...]:
    """The runner's newest words; they stand beside the step that runs, where one does."""
    return (Span(f" {safe(sight.progress)}", Tone.STRONG),) if sight.progress else ()


def _step(record: OperationRecord, index: int, sight: Sight, now: float, width: int) -> list[Line]:
    planned, step = record.plan.steps[index], record.state.steps[index]
    tone = STEP_TONES.get(step.status, Tone.PLAIN)
    words = f"undo: {planned.name}" if _undone(step) else planned.name
    pending = step.status is StepStatus.PENDING
    head = wrapped([Span(f"{index + 1:>2}  {safe(words)}", Tone.DIM if pending else Tone.PLAIN)], width - 4 - _TIME,
                   indent=4)  # fmt: skip
    glyph = Cell((Span(f" {STEP_GLYPHS[step.status]} ", tone),), 3)
    blank = Cell((Span(""),), 3)
    room = width - 4 - _TIME
    lines = [
        Line((blank if number else glyph, Cell(one.cells[0].spans, room), Cell((Span(""),), 0)))
        for number, one in enumerate(head)
    ]
    lines[0] = Line((glyph, Cell(head[0].cells[0].spans, room), Cell((_time(step, sight, now),), _TIME, right=True)))
    return [*lines, *_under(planned.call, step, sight, width)]


def _undone(step: StepState) -> bool:
    return step.direction is Direction.BACKWARD and step.status is not StepStatus.PENDING


def _time(step: StepState, sight: Sight, now: float) -> Span:
    """Of a step that runs, whole seconds once it takes more than one."""
    if step.status is StepStatus.RUNNING:
        seconds = now - step.started_at if step.started_at is not None else 0.0
        carried = sight.standing in (Standing.RUNNING, Standing.WATCHING)
        return Span(units.age(seconds) if carried and seconds >= 1 else "", Tone.ACCENT)
    return Span(units.duration(step.milliseconds / 1000) if step.milliseconds is not None else "", Tone.DIM)


def _under(call: str, step: StepState, sight: Sight, width: int) -> list[Line]:
    """What the current step sends and waits for; of one that has ended what came of it."""
    indent = " " * (_INDENT + 1)
    if step.status is StepStatus.RUNNING:
        parts = [Span(indent), Span(safe(call), Tone.ACCENT)]
        lines = wrapped(parts, width - 1, indent=len(indent))
        if sight.carried and sight.progress:
            lines += wrapped([Span(indent[:-1]), *_progress(sight)], width - 1, indent=len(indent))
        if sight.standing is Standing.INTERRUPTED:
            told = "its process was killed here: it may have happened, wholly, in part or not at all"
            lines += wrapped([Span(indent), Span(told, Tone.WARN)], width - 1, indent=len(indent))
        return lines
    if not step.detail:
        return []
    tone = STEP_TONES.get(step.status, Tone.DIM) if step.status is not StepStatus.DONE else Tone.DIM
    return wrapped([Span(indent), Span(safe(step.detail), tone)], width - 1, indent=len(indent))


def verdict_lines(record: OperationRecord, width: int) -> list[Line]:
    """One sentence, and the figures under it."""
    outcome = record.state.outcome
    if outcome is None:
        return []
    sentence = safe(verdict(record))
    words = f" {_OUTCOME_GLYPHS[outcome]} {sentence[:1].upper()}{sentence[1:]}"
    lines = wrapped([Span(words, _TONES[outcome_tone(record)])], width - 1, indent=3)
    if record.plan.verb == "drill":
        told = drill_text(result_of(record) or {}, Look())
        return [*lines, *(line(f"   {safe(words)}") for words in told)]
    return [*lines, *(line(Span(f"   {name:<22}", Tone.DIM), safe(value)) for name, value in figures(record).items())]


def figures(record: OperationRecord) -> dict[str, str]:
    """The result in words, the unknown left out."""
    return _told(result_of(record) or {})


def _told(result: Mapping[str, object]) -> dict[str, str]:
    told: dict[str, str] = {}
    for name, value in result.items():
        if isinstance(value, list):
            for part in value:
                if isinstance(part, dict) and "name" in part:
                    told[str(part["name"])] = _value("milliseconds", part.get("milliseconds"))
        elif value is not None and name != "kind":
            told[_title(name)] = _value(name, value)
    return told


def _title(name: str) -> str:
    titles = {"full_resync": "resync", "write_gap_milliseconds": "without writes"}
    return titles.get(name, name.removesuffix("_milliseconds").replace("_", " "))


def _value(name: str, value: object) -> str:
    if name == "full_resync":
        return "full" if value else "partial"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("milliseconds") and isinstance(value, int | float):
        return units.duration(value / 1000)
    return units.grouped(value) if isinstance(value, int) else str(value)
