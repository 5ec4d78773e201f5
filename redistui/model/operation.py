"""An operation as pure transitions: journal entries are folded into a state, the state decides what comes next.

A runner only carries out decisions and writes down what came of them, so that a runner killed at any instant is
continued by another one from the entries alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Outcome(StrEnum):
    DONE = "done"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    UNKNOWN = "unknown"


class EntryKind(StrEnum):
    BEGIN = "begin"
    ATTACH = "attach"  # a runner process took the operation
    INTENT = "intent"  # written and synced before a step acts
    RESULT = "result"
    TURN_BACK = "turn_back"  # from here on steps are undone, the newest first
    CANCEL = "cancel"  # asked for by an operator
    RESUME = "resume"  # an operator asked to look again after a failed or unknown end
    WATCH = "watch"
    END = "end"


class Direction(StrEnum):
    FORWARD = "forward"
    BACKWARD = "backward"


class StepStatus(StrEnum):
    PENDING = "pending"
    RUNNING = "running"  # intended, no result: it may have happened, wholly, in part or not at all
    DONE = "done"
    NOT_DONE = "not_done"  # looked: it has not happened
    FAILED = "failed"  # tried and refused; it may have happened in part
    UNKNOWN = "unknown"  # sent, no answer, and a look could not tell
    UNDONE = "undone"
    FORWARD_ONLY = "forward_only"  # an undo looked and found that there is no way back


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an operation's journal. `payload` holds plain JSON values and no secrets."""

    kind: EntryKind
    at: float
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class StepState:
    status: StepStatus = StepStatus.PENDING
    direction: Direction = Direction.FORWARD
    milliseconds: float | None = None
    detail: str = ""
    attempts: int = 0
    started_at: float | None = None  # the newest attempt, seconds since the epoch


@dataclass(frozen=True, slots=True)
class OperationState:
    """`point_of_no_return` is the index of the step that contains it. `always` are the steps that put temporary
    settings back: they run even when a step before them failed for good. With `stops_at_failure` a failed step ends
    it as it is: whether it is resumed or rolled back is for the operator to say."""

    steps: tuple[StepState, ...]
    point_of_no_return: int | None = None
    always: frozenset[int] = frozenset()
    stops_at_failure: bool = False
    direction: Direction = Direction.FORWARD
    cancelled: bool = False
    watching: bool = False
    outcome: Outcome | None = None


class Act(StrEnum):
    """What a runner does next with a step."""

    RUN = "run"
    LOOK = "look"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Decision:
    """Either an act on a step, a turn, or the end with its outcome."""

    act: Act | None = None
    step: int = 0
    turn_back: bool = False
    outcome: Outcome | None = None


_SETTLED = (StepStatus.DONE, StepStatus.FORWARD_ONLY)
_TOUCHED = (StepStatus.RUNNING, StepStatus.DONE, StepStatus.FAILED, StepStatus.UNKNOWN)


def begin(
    step_count: int,
    point_of_no_return: int | None,
    always: frozenset[int] = frozenset(),
    *,
    stops_at_failure: bool = False,
) -> OperationState:
    return OperationState((StepState(),) * step_count, point_of_no_return, always, stops_at_failure)


def apply(state: OperationState, entry: Entry) -> OperationState:
    """The state after one more entry. Entries that tell nothing of the steps leave it as it is."""
    match entry.kind:
        case EntryKind.INTENT:
            index = _index(entry)
            step = state.steps[index]
            running = replace(
                step,
                status=StepStatus.RUNNING,
                direction=Direction(str(entry.payload["direction"])),
                attempts=step.attempts + 1,
                started_at=entry.at,
            )
            return _with_step(replace(state, watching=False), index, running)
        case EntryKind.RESULT:
            index = _index(entry)
            milliseconds = entry.payload.get("milliseconds")
            result = replace(
                state.steps[index],
                status=StepStatus(str(entry.payload["status"])),
                milliseconds=float(milliseconds) if isinstance(milliseconds, int | float) else None,
                detail=str(entry.payload.get("detail", "")),
            )
            return _after_result(_with_step(state, index, result), result.status)
        case EntryKind.TURN_BACK:
            return replace(state, direction=Direction.BACKWARD, outcome=None)
        case EntryKind.RESUME:
            return _look_again(state)
        case EntryKind.CANCEL:
            return replace(state, cancelled=True)
        case EntryKind.WATCH:
            # Whoever cancelled before it meant the change; the watch is ended by a cancellation of its own.
            return replace(state, watching=True, cancelled=False)
        case EntryKind.END:
            return replace(state, outcome=Outcome(str(entry.payload["outcome"])), watching=False)
        case _:
            return state


def fold(state: OperationState, entries: Iterable[Entry]) -> OperationState:
    for entry in entries:
        state = apply(state, entry)
    return state


def decide(state: OperationState) -> Decision:
    """What a runner does next. Total: every state has exactly one answer."""
    if state.outcome is not None:
        return Decision(outcome=state.outcome)
    return _decide_forward(state) if state.direction is Direction.FORWARD else _decide_backward(state)


def can_turn_back(state: OperationState) -> bool:
    """Whether steps may still be undone: the point of no return was not passed, as far as the entries tell."""
    turning_point = state.point_of_no_return
    if turning_point is None:
        return True
    if state.steps[turning_point].status in _SETTLED:
        return False
    return not any(step.status in _TOUCHED for step in state.steps[turning_point + 1 :])


def _decide_forward(state: OperationState) -> Decision:
    failed = False
    for index, step in enumerate(state.steps):
        if step.status in _SETTLED or (failed and index not in state.always):
            continue
        match step.status:
            case StepStatus.RUNNING:
                return Decision(act=Act.LOOK, step=index)
            case StepStatus.UNKNOWN:
                return Decision(outcome=Outcome.UNKNOWN)
            case StepStatus.FAILED if can_turn_back(state) and (state.cancelled or not state.stops_at_failure):
                return Decision(turn_back=True)
            case StepStatus.FAILED:
                failed = True
            case _ if state.cancelled and can_turn_back(state):
                return Decision(turn_back=True)
            case _:
                return Decision(act=Act.RUN, step=index)
    return Decision(outcome=Outcome.FAILED if failed else Outcome.DONE)


def _decide_backward(state: OperationState) -> Decision:
    for index in range(len(state.steps) - 1, -1, -1):
        step = state.steps[index]
        if step.status not in _TOUCHED:
            continue
        if step.direction is Direction.BACKWARD and step.status is StepStatus.FAILED:
            return Decision(outcome=Outcome.FAILED)
        if step.direction is Direction.BACKWARD and step.status is StepStatus.UNKNOWN:
            return Decision(outcome=Outcome.UNKNOWN)
        return Decision(act=Act.UNDO, step=index)
    return Decision(outcome=Outcome.ROLLED_BACK)


def _look_again(state: OperationState) -> OperationState:
    # Whatever had no good end is looked at again; nothing is repeated before it was looked at.
    open_statuses = (StepStatus.FAILED, StepStatus.UNKNOWN)
    steps = tuple(
        replace(step, status=StepStatus.RUNNING) if step.status in open_statuses else step for step in state.steps
    )
    return replace(state, steps=steps, outcome=None, watching=False)


def _after_result(state: OperationState, status: StepStatus) -> OperationState:
    # An undo that found no way back: the rest is finished forward.
    if status is StepStatus.FORWARD_ONLY:
        return replace(state, direction=Direction.FORWARD, cancelled=False)
    return state


def _with_step(state: OperationState, index: int, step: StepState) -> OperationState:
    return replace(state, steps=(*state.steps[:index], step, *state.steps[index + 1 :]))


def _index(entry: Entry) -> int:
    index = entry.payload["step"]
    if not isinstance(index, int):
        raise TypeError(f"a step index is a whole number, not {index!r}")
    return index
