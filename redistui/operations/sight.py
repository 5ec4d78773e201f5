"""What can be seen of operations from outside, whoever carries them on: cheap to look at, told only when it changed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from redistui.store.journal import Journal

from .control import Standing, standing
from .record import OperationRecord, read

_RUNNING_SECONDS = 0.05
_RESTING_SECONDS = 0.5
_OVERVIEW_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Sight:
    """An operation as it is now. `progress` are its runner's newest words, empty once they are old."""

    record: OperationRecord
    standing: Standing
    progress: str = ""

    @property
    def ended(self) -> bool:
        return self.standing is Standing.ENDED

    @property
    def interrupted(self) -> bool:
        return self.standing is Standing.INTERRUPTED

    @property
    def carried(self) -> bool:
        """Whether somebody carries it on."""
        return self.standing in (Standing.RUNNING, Standing.WATCHING)


@dataclass(frozen=True, slots=True)
class Overview:
    """All operations that have not ended, the newest first, and those that have ended since the look before."""

    unended: tuple[Sight, ...] = ()
    ended: tuple[Sight, ...] = ()


def look(journal: Journal, operation: str, state_folder: Path) -> Sight:
    """Raises UsageError when there is no such operation."""
    return _sight(journal, read(journal, operation), state_folder)


async def watch(journal: Journal, operation: str, state_folder: Path) -> AsyncIterator[Sight]:
    """Yield the operation each time something about it has changed, without end: an ended one may be resumed."""
    sight: Sight | None = None
    version = -1
    while True:
        newest = journal.version()
        if sight is None or newest != version:
            version = newest
            fresh = look(journal, operation, state_folder)
        else:
            fresh = Sight(sight.record, standing(sight.record, state_folder), sight.progress)
        if sight is None or _differs(fresh, sight):
            sight = fresh
            yield sight
        resting = sight.standing in (Standing.ENDED, Standing.INTERRUPTED)
        await asyncio.sleep(_RESTING_SECONDS if resting else _RUNNING_SECONDS)


async def overview(journal: Journal, state_folder: Path) -> AsyncIterator[Overview]:
    """The same of all that have not ended."""
    shown: tuple[Sight, ...] | None = None
    records: tuple[OperationRecord, ...] = ()
    version = -1
    while True:
        newest = journal.version()
        if newest != version:
            version = newest
            records = tuple(read(journal, operation) for operation in journal.open_operations())
        sights = tuple(Sight(record, standing(record, state_folder)) for record in records)
        if shown is None or _told(sights) != _told(shown):
            remaining = {sight.record.id for sight in sights}
            gone = [sight.record.id for sight in shown or () if sight.record.id not in remaining]
            yield Overview(sights, tuple(look(journal, operation, state_folder) for operation in gone))
            shown = sights
        await asyncio.sleep(_OVERVIEW_SECONDS)


def _sight(journal: Journal, record: OperationRecord, state_folder: Path) -> Sight:
    told = journal.progress(record.id)
    words = told[1] if told is not None and told[0] >= record.last_at else ""
    return Sight(record, standing(record, state_folder), words)


def _differs(one: Sight, other: Sight) -> bool:
    return (one.record.last_number, one.standing, one.progress) != (
        other.record.last_number,
        other.standing,
        other.progress,
    )


def _told(sights: tuple[Sight, ...]) -> list[tuple[str, Standing]]:
    return [(sight.record.id, sight.standing) for sight in sights]
