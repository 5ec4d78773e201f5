"""Following an operation live from the journal, whoever started it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from redistui.model.clock import SYSTEM_CLOCK, Clock
from redistui.store.journal import Journal

from .pair_lock import is_locked
from .record import OperationRecord, Phase, read

_POLL_SECONDS = 0.05
_START_LIMIT_SECONDS = 15.0


async def follow(
    journal: Journal, operation: str, state_folder: Path, clock: Clock = SYSTEM_CLOCK
) -> AsyncIterator[OperationRecord]:
    """Yield the record each time it has grown, until it has ended or nobody carries it on any more.

    The last record yielded may still be running: then its runner was killed, and `resume` goes on.
    """
    record = read(journal, operation)
    yield record
    alone_since = clock.monotonic()
    version = -1
    while record.phase is not Phase.ENDED:
        await asyncio.sleep(_POLL_SECONDS)
        newest = journal.version()
        if newest != version:
            version = newest
            grown = read(journal, operation)
            if grown.last_number != record.last_number:
                record = grown
                alone_since = clock.monotonic()
                yield record
        if is_locked(state_folder, record.plan.pair):
            alone_since = clock.monotonic()
        elif clock.monotonic() - alone_since > (_START_LIMIT_SECONDS if not record.attached else 1.0):
            return
