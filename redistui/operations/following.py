"""Following an operation live from the journal, whoever started it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from redistui.model.clock import SYSTEM_CLOCK, Clock
from redistui.model.operation import EntryKind
from redistui.store.journal import Journal

from .pair_lock import is_carried
from .record import OperationRecord, Phase, read

START_LIMIT_SECONDS = 15.0
_POLL_SECONDS = 0.05
_ALONE_LIMIT_SECONDS = 1.0
# After these entries somebody has just started a runner, which takes a moment until it holds the operation.
AWAITING = frozenset({EntryKind.BEGIN, EntryKind.RESUME, EntryKind.TURN_BACK})


async def follow(
    journal: Journal,
    operation: str,
    state_folder: Path,
    clock: Clock = SYSTEM_CLOCK,
    is_starting: Callable[[], bool] | None = None,
) -> AsyncIterator[OperationRecord]:
    """Yield the record each time it has grown, until it has ended or nobody carries it on any more.

    The last record yielded may still be running: then its runner was killed, and `resume` goes on. Who started the
    runner tells by `is_starting` whether that process lives.
    """
    record = read(journal, operation)
    yield record
    alone_since = clock.monotonic()
    version = -1
    while record.phase is not Phase.ENDED:
        await asyncio.sleep(_POLL_SECONDS)
        if is_carried(state_folder, operation) or (is_starting is not None and is_starting()):
            alone_since = clock.monotonic()
        newest = journal.version()
        if newest != version:
            version = newest
            grown = read(journal, operation)
            if grown.last_number != record.last_number:
                record = grown
                yield record
        awaited = is_starting is None and record.last_kind in AWAITING
        limit = START_LIMIT_SECONDS if awaited else _ALONE_LIMIT_SECONDS
        if clock.monotonic() - alone_since > limit:
            return
