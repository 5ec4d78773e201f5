"""An operation as the journal tells it: begun by whom and why, its plan, how far it is, how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from redistui.model.errors import UsageError
from redistui.model.operation import Entry, EntryKind, OperationState, StepStatus, apply, begin
from redistui.model.plan import Plan
from redistui.store.journal import Journal, Recorded

from .operator import Operator


class Phase(StrEnum):
    RUNNING = "running"
    WATCHING = "watching"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class OperationRecord:
    id: str
    plan: Plan
    operator: Operator
    reason: str
    force: bool
    started_at: float
    ended_at: float | None
    state: OperationState
    facts: Mapping[str, object] = field(default_factory=dict)
    refused: tuple[str, ...] = ()  # why a runner would not begin it; nothing was changed then
    last_number: int = -1
    last_kind: EntryKind = EntryKind.BEGIN
    last_at: float = 0.0
    attached: bool = False  # a runner has taken it at least once

    @property
    def untouched(self) -> bool:
        """Whether no step was ever begun."""
        return all(step.status is StepStatus.PENDING for step in self.state.steps)

    @property
    def phase(self) -> Phase:
        if self.state.outcome is not None:
            return Phase.ENDED
        return Phase.WATCHING if self.state.watching else Phase.RUNNING


def begin_entry(plan: Plan, operator: Operator, reason: str, *, force: bool, at: float) -> Entry:
    payload = {
        "plan": msgspec.to_builtins(plan),
        "operator": msgspec.to_builtins(operator),
        "reason": reason,
        "force": force,
    }
    return Entry(EntryKind.BEGIN, at, payload)


def initial_state(plan: Plan) -> OperationState:
    always = frozenset(index for index, step in enumerate(plan.steps) if step.always)
    return begin(len(plan.steps), plan.point_of_no_return, always, stops_at_failure=plan.stops_at_failure)


def read(journal: Journal, operation: str) -> OperationRecord:
    """Fold an operation's entries. Raises UsageError when there is no such operation."""
    entries = journal.entries(operation)
    if not entries:
        raise UsageError(f"there is no operation {operation!r}", hint="redistui operations list shows them")
    return fold_record(operation, entries)


def fold_record(operation: str, entries: tuple[Recorded, ...]) -> OperationRecord:
    first = entries[0].entry
    plan = msgspec.convert(first.payload["plan"], Plan)
    state, facts, ended_at = initial_state(plan), dict[str, object](), None
    refused: tuple[str, ...] = ()
    for recorded in entries:
        entry = recorded.entry
        state = apply(state, entry)
        told = entry.payload.get("facts")
        if isinstance(told, dict):
            facts.update(told)
        reasons = entry.payload.get("refused")
        refused = tuple(map(str, reasons)) if isinstance(reasons, list) else refused
        ended_at = entry.at if entry.kind is EntryKind.END else ended_at if state.outcome else None
    return OperationRecord(
        id=operation,
        plan=plan,
        operator=msgspec.convert(first.payload["operator"], Operator),
        reason=str(first.payload["reason"]),
        force=first.payload["force"] is True,
        started_at=first.at,
        ended_at=ended_at,
        state=state,
        facts=facts,
        refused=refused,
        last_number=entries[-1].number,
        last_kind=entries[-1].entry.kind,
        last_at=entries[-1].entry.at,
        attached=any(recorded.entry.kind is EntryKind.ATTACH for recorded in entries),
    )
