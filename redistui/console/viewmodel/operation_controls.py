"""What an operator may ask of an operation now, and why not of the rest; and what to look at next."""

from collections.abc import Mapping
from dataclasses import dataclass

from redistui.model import units
from redistui.model.operation import Direction, Outcome, can_turn_back
from redistui.operations.control import Standing
from redistui.operations.sight import Sight
from redistui.present.actions import BY_ID, key_words
from redistui.present.operations import OUTCOME_WORDS

from .line import Line, Span, Tone, line, wrapped

CANCEL, RESUME, ROLL_BACK = "operation.cancel", "operation.resume", "operation.rollback"
_CANCELS = {"drill": "end the rehearsal early and make the pair whole"}
_CARRIED = (Standing.RUNNING, Standing.WATCHING)


@dataclass(frozen=True, slots=True)
class Control:
    """`why_not` is empty where it can be done."""

    action: str
    does: str
    why_not: str = ""


def controls(sight: Sight) -> tuple[Control, ...]:
    return (
        Control(
            CANCEL,
            _CANCELS.get(sight.record.plan.verb, "undo what was done, from the newest step on"),
            _why_not_cancel(sight),
        ),
        Control(RESUME, "look at each step and go on", _why_not_resume(sight)),
        Control(ROLL_BACK, "undo what was done", _why_not_roll_back(sight)),
    )


def why_not(sight: Sight, action: str) -> str:
    return next(control.why_not for control in controls(sight) if control.action == action)


def _why_not_cancel(sight: Sight) -> str:
    state = sight.record.state
    if sight.standing is Standing.ENDED:
        return "it has ended"
    if sight.standing is Standing.INTERRUPTED:
        return "nobody carries it on"
    if state.cancelled or state.direction is Direction.BACKWARD:
        return "it turns back already"
    if not can_turn_back(state) and sight.record.plan.verb not in _CANCELS:
        return "past the point of no return: it is finished forward"
    return ""


def _why_not_resume(sight: Sight) -> str:
    if sight.standing in _CARRIED:
        return "it is running"
    outcome = sight.record.state.outcome
    if outcome in (Outcome.DONE, Outcome.ROLLED_BACK):
        return "nothing is left to do"
    return ""


def _why_not_roll_back(sight: Sight) -> str:
    state = sight.record.state
    if sight.standing in _CARRIED:
        return "it is running; c turns it back"
    if state.outcome is Outcome.ROLLED_BACK:
        return "nothing is left to undo"
    if state.direction is not Direction.BACKWARD and not can_turn_back(state):
        return "past the point of no return"
    return ""


def control_lines(sight: Sight, now: float, keys: Mapping[str, str], width: int) -> list[Line]:
    """How it is, one line a control, and one about what is next; `now` is in seconds since the epoch."""
    state = f" {_state(sight, now)} "
    lines = [line(Span("──", Tone.DIM), Span(state, Tone.STRONG), Span("─" * (width - len(state) - 2), Tone.DIM))]
    for control in controls(sight):
        action = BY_ID[control.action]
        key = next(iter(key_words(keys.get(action.id, action.key))), "")
        tone = Tone.DIM if control.why_not else Tone.ACCENT
        words = f"not now: {control.why_not}" if control.why_not else control.does
        lines.append(
            line(Span(f" {key:<3}{action.title:<11}", tone), Span(words, Tone.DIM if control.why_not else Tone.PLAIN))
        )
    return [*lines, *wrapped([Span(f" {next_words(sight)}", Tone.STRONG)], width - 1, indent=1, limit=1)]


def _state(sight: Sight, now: float) -> str:
    """Always in view, however far the steps are scrolled."""
    record = sight.record
    if sight.ended and record.state.outcome is not None:
        return "refused" if record.refused else OUTCOME_WORDS[record.state.outcome]
    if sight.standing is not Standing.RUNNING:
        return sight.standing.value
    turned = record.state.cancelled or record.state.direction is Direction.BACKWARD
    words = "turning back" if turned else "running" if record.attached else "starting"
    return f"{words} for {units.age(max(0.0, now - record.started_at))}"


def next_words(sight: Sight) -> str:
    record = sight.record
    match sight.standing:
        case Standing.RUNNING | Standing.WATCHING:
            return "esc leaves it running; it needs neither this console nor this terminal."
        case Standing.INTERRUPTED:
            return "Next: R finishes it, or B undoes it. Nothing is changed until then."
    if record.refused:
        return "Next: p plans anew with what is seen now."
    match record.state.outcome:
        case Outcome.DONE if record.plan.kind == "failover":
            return "Next: J brings the old primary back as a replica; enter shows the pair."
        case Outcome.DONE if record.plan.verb == "promote":
            return "Next: enter shows the pair; p plans the way back."
        case Outcome.DONE | Outcome.ROLLED_BACK:
            return "Next: enter shows the pair."
        case _:
            back = "" if _why_not_roll_back(sight) else ", or B undoes it"
            return f"Next: enter shows the pair; R looks again and goes on{back}."
