"""What operators ask of operations that exist: list them, cancel, resume, roll back. Safe when two ask at once:

who decides how an operation goes on holds its lock, as its runner does, and looks again once it is held.
"""

import time
from enum import StrEnum
from pathlib import Path

from redistui.model.errors import RefusedError, UsageError
from redistui.model.operation import Direction, Entry, EntryKind, Outcome, can_turn_back
from redistui.model.topology import PairKey
from redistui.store.journal import Journal

from .following import AWAITING, START_LIMIT_SECONDS
from .operator import current
from .pair_lock import is_carried, operation_lock
from .record import OperationRecord, Phase, read

NEWEST = "last"


class Standing(StrEnum):
    """How an operation is, now and on this machine."""

    RUNNING = "running"
    WATCHING = "watching"
    INTERRUPTED = "interrupted"  # it has not ended, and nobody carries it on
    ENDED = "ended"


def standing(record: OperationRecord, state_folder: Path) -> Standing:
    if record.phase is Phase.ENDED:
        return Standing.ENDED
    if is_carried(state_folder, record.id) or _is_awaited(record):
        return Standing.WATCHING if record.phase is Phase.WATCHING else Standing.RUNNING
    return Standing.INTERRUPTED


def choose(journal: Journal, text: str) -> str:
    """The operation that an id, the unique beginning of one, or `last` means. Raises UsageError."""
    known = journal.operations()
    if text == NEWEST and known:
        return known[0]
    matches = [operation for operation in known if operation == text]
    matches = matches or [operation for operation in known if text and operation.startswith(text)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise UsageError(f"several operations begin with {text!r}", hint=f"name one of: {', '.join(matches[:5])}")
    raise UsageError(f"there is no operation {text!r}", hint="redistui operations list shows them")


def unfinished(journal: Journal, pair: PairKey) -> tuple[OperationRecord, ...]:
    """Operations on the pair that have not ended, the newest first."""
    records = (read(journal, operation) for operation in journal.open_operations())
    return tuple(record for record in records if record.plan.pair == pair)


def cancel(journal: Journal, state_folder: Path, operation: str) -> OperationRecord:
    """Ask its runner to turn back. Raises RefusedError where nobody could hear it."""
    record = read(journal, operation)
    match standing(record, state_folder):
        case Standing.ENDED:
            raise RefusedError(f"operation {operation} has ended: {_outcome(record)}")
        case Standing.INTERRUPTED:
            raise RefusedError(
                f"nobody carries operation {operation} on: its runner was killed",
                hint=f"redistui operations rollback {operation}, or resume {operation}",
            )
        case _:
            if not record.state.cancelled:
                _append(journal, operation, EntryKind.CANCEL)
            return read(journal, operation)


def resume(journal: Journal, state_folder: Path, operation: str) -> bool:
    """Make it ready to be carried on; whether a runner has to be launched. One that is running, done or rolled back
    is left as it is."""
    if is_carried(state_folder, operation):
        return False
    with operation_lock(state_folder, operation):
        record = read(journal, operation)
        if record.state.outcome in (Outcome.DONE, Outcome.ROLLED_BACK):
            return False
        if record.state.outcome is not None:
            _append(journal, operation, EntryKind.RESUME)
    return True


def roll_back(journal: Journal, state_folder: Path, operation: str) -> bool:
    """The same backwards. Raises RefusedError while it is running, and past the point of no return."""
    if is_carried(state_folder, operation):
        raise RefusedError(
            f"operation {operation} is running", hint=f"redistui operations cancel {operation} turns it back"
        )
    with operation_lock(state_folder, operation):
        record = read(journal, operation)
        if record.state.outcome is Outcome.ROLLED_BACK:
            return False
        if record.state.direction is Direction.BACKWARD:
            if record.state.outcome is not None:
                _append(journal, operation, EntryKind.RESUME)
            return True
        if not can_turn_back(record.state):
            way_out = "" if record.state.outcome is Outcome.DONE else f"redistui operations resume {operation}"
            raise RefusedError(
                f"operation {operation} has passed its point of no return: it is only finished forward", hint=way_out
            )
        _append(journal, operation, EntryKind.TURN_BACK)
    return True


def _append(journal: Journal, operation: str, kind: EntryKind) -> None:
    journal.append(operation, Entry(kind, time.time(), {"operator": str(current())}))


def _is_awaited(record: OperationRecord) -> bool:
    return record.last_kind in AWAITING and 0 <= time.time() - record.last_at < START_LIMIT_SECONDS


def _outcome(record: OperationRecord) -> str:
    return record.state.outcome.value.replace("_", " ") if record.state.outcome else ""
