"""Every way an operation can be interrupted, replayed over the pure transitions."""

import itertools
from collections.abc import Iterator

import pytest

from redistui.model.operation import (
    Act,
    Decision,
    Direction,
    Entry,
    EntryKind,
    OperationState,
    Outcome,
    StepStatus,
    apply,
    begin,
    can_turn_back,
    decide,
    fold,
)

RUN_RESULTS = (StepStatus.DONE, StepStatus.FAILED, StepStatus.UNKNOWN)
LOOK_RESULTS = (StepStatus.DONE, StepStatus.NOT_DONE, StepStatus.UNKNOWN)
UNDO_RESULTS = (StepStatus.UNDONE, StepStatus.FAILED, StepStatus.UNKNOWN)


def entry(kind: EntryKind, **payload: object) -> Entry:
    return Entry(kind, 0.0, payload)


def entries_of(decision: Decision, result: StepStatus) -> tuple[Entry, ...]:
    direction = Direction.BACKWARD if decision.act is Act.UNDO else Direction.FORWARD
    answer = entry(EntryKind.RESULT, step=decision.step, status=result.value)
    if decision.act is Act.LOOK:
        return (answer,)
    return (entry(EntryKind.INTENT, step=decision.step, direction=direction.value), answer)


def answers(decision: Decision, state: OperationState) -> tuple[StepStatus, ...]:
    match decision.act:
        case Act.RUN:
            return RUN_RESULTS
        case Act.LOOK:
            return LOOK_RESULTS
        case _:
            # Only the step that holds the point of no return can find that there is no way back.
            passed = decision.step == state.point_of_no_return
            return (*UNDO_RESULTS, StepStatus.FORWARD_ONLY) if passed else UNDO_RESULTS


def plans() -> Iterator[OperationState]:
    for step_count in (1, 2, 3):
        for turning_point in (None, *range(step_count)):
            for always in (frozenset[int](), frozenset({step_count - 1})):
                yield begin(step_count, turning_point, always)
                yield begin(step_count, turning_point, always, stops_at_failure=True)


def explore(start: OperationState) -> Iterator[tuple[OperationState, Decision]]:
    """Every state that results, kills and cancellations can lead to, with its decision."""
    seen: set[OperationState] = set()
    queue = [start]
    while queue:
        state = queue.pop()
        stripped = plain(state)
        if stripped in seen:
            continue
        seen.add(stripped)
        decision = decide(state)
        yield state, decision
        if decision.turn_back:
            queue.append(apply(state, entry(EntryKind.TURN_BACK)))
        elif decision.outcome is None:
            for result in answers(decision, state):
                done = entries_of(decision, result)
                queue.extend(fold(state, done[:cut]) for cut in range(1, len(done) + 1))  # killed in between, or not
        else:
            ended = apply(state, entry(EntryKind.END, outcome=decision.outcome.value))
            queue.append(ended)
            if decision.outcome in (Outcome.FAILED, Outcome.UNKNOWN):
                queue.append(apply(ended, entry(EntryKind.RESUME)))
                if can_turn_back(ended):
                    queue.append(apply(ended, entry(EntryKind.TURN_BACK)))
        if not state.cancelled and state.outcome is None:
            queue.append(apply(state, entry(EntryKind.CANCEL)))


def plain(state: OperationState) -> OperationState:
    from dataclasses import replace

    return replace(state, steps=tuple(replace(step, attempts=0) for step in state.steps))


@pytest.mark.parametrize(
    "start", plans(), ids=lambda s: f"{len(s.steps)}-{s.point_of_no_return}-{sorted(s.always)}-{s.stops_at_failure}"
)
def test_every_reachable_state_has_a_safe_decision(start: OperationState) -> None:
    for state, decision in explore(start):
        statuses = [step.status for step in state.steps]
        turning_point = state.point_of_no_return
        if decision.act is Act.RUN:
            assert statuses[decision.step] in (StepStatus.PENDING, StepStatus.NOT_DONE, StepStatus.UNDONE), (
                "what may have happened is looked at before it is repeated"
            )
            assert state.direction is Direction.FORWARD
        if decision.act is Act.UNDO and turning_point is not None:
            assert statuses[turning_point] is not StepStatus.FORWARD_ONLY
        if decision.turn_back:
            assert can_turn_back(state)
        if decision.outcome is Outcome.DONE and state.outcome is None:
            assert set(statuses) <= {StepStatus.DONE, StepStatus.FORWARD_ONLY}
        if decision.outcome is Outcome.ROLLED_BACK and state.outcome is None:
            assert set(statuses) <= {StepStatus.PENDING, StepStatus.NOT_DONE, StepStatus.UNDONE}


@pytest.mark.parametrize("step_count", [1, 2, 3, 4])
def test_a_failure_before_the_point_of_no_return_undoes_the_newest_first(step_count: int) -> None:
    state = begin(step_count, step_count - 1)
    for _ in range(step_count - 1):
        state = fold(state, entries_of(decide(state), StepStatus.DONE))
    state = fold(state, entries_of(decide(state), StepStatus.FAILED))
    assert decide(state) == Decision(turn_back=True)
    state = apply(state, entry(EntryKind.TURN_BACK))
    undone = []
    while (decision := decide(state)).act is Act.UNDO:
        undone.append(decision.step)
        state = fold(state, entries_of(decision, StepStatus.UNDONE))
    assert undone == list(range(step_count - 1, -1, -1))
    assert decision.outcome is Outcome.ROLLED_BACK


def test_an_operation_that_stops_at_a_failure_waits_for_the_operators_word() -> None:
    state = begin(3, 2, stops_at_failure=True)
    state = fold(state, entries_of(decide(state), StepStatus.DONE))
    state = fold(state, entries_of(decide(state), StepStatus.FAILED))
    assert decide(state).outcome is Outcome.FAILED
    assert can_turn_back(state)
    ended = apply(state, entry(EntryKind.END, outcome=Outcome.FAILED.value))
    assert decide(apply(ended, entry(EntryKind.RESUME))) == Decision(act=Act.LOOK, step=1)
    assert decide(apply(ended, entry(EntryKind.TURN_BACK))) == Decision(act=Act.UNDO, step=1)
    assert decide(apply(state, entry(EntryKind.CANCEL))) == Decision(turn_back=True)


def test_past_the_point_of_no_return_a_failure_still_puts_temporary_settings_back() -> None:
    state = begin(4, 0, frozenset({3}))
    state = fold(state, entries_of(decide(state), StepStatus.DONE))
    state = fold(state, entries_of(decide(state), StepStatus.FAILED))
    assert decide(state) == Decision(act=Act.RUN, step=3), "step 2 is passed over, step 3 puts settings back"
    state = fold(state, entries_of(decide(state), StepStatus.DONE))
    assert decide(state).outcome is Outcome.FAILED


def test_a_cancel_past_the_point_of_no_return_finishes_forward() -> None:
    state = fold(begin(2, 0), entries_of(Decision(act=Act.RUN, step=0), StepStatus.DONE))
    state = apply(state, entry(EntryKind.CANCEL))
    assert decide(state) == Decision(act=Act.RUN, step=1)


def test_every_operation_ends(  # no endless loop: each path ends within a bounded number of decisions
) -> None:
    for pattern in itertools.product((0, 1, 2), repeat=4):
        state = begin(3, 1, frozenset({2}))
        for turn in itertools.count():
            assert turn < 30
            decision = decide(state)
            if decision.outcome is not None:
                break
            if decision.turn_back:
                state = apply(state, entry(EntryKind.TURN_BACK))
                continue
            possible = answers(decision, state)
            choice = pattern[turn] if turn < len(pattern) else 0
            state = fold(state, entries_of(decision, possible[choice % len(possible)]))
