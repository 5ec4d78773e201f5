"""The journal of operations: append-only, synced before each act, a hash chain an operation, anchored in a global one.

SQLite in WAL mode with synchronous=FULL: a committed entry survives a power cut (sqlite.org/pragma.html).
Progress is kept beside the chain: it is for the eye only.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from redistui.model.errors import RedistuiError
from redistui.model.operation import Entry, EntryKind

from . import chain

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
  operation TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, at REAL NOT NULL, payload TEXT NOT NULL,
  previous TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (operation, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS anchors (
  number INTEGER PRIMARY KEY, operation TEXT NOT NULL, kind TEXT NOT NULL, entry TEXT NOT NULL,
  previous TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS progress (operation TEXT PRIMARY KEY, at REAL NOT NULL, text TEXT NOT NULL);
"""
_ANCHORED = (EntryKind.BEGIN, EntryKind.RESUME, EntryKind.END)
_BUSY_LIMIT_SECONDS = 10.0
_ROOM_BYTES = 4 << 20


class JournalError(RedistuiError):
    """The journal cannot be read or written; nothing may be changed without it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry with its place in the operation's chain."""

    number: int
    entry: Entry
    hash: str


class Journal:
    """One connection to the journal. Not shared between threads: open another one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._told("opened"):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            self._connection = sqlite3.connect(path, timeout=_BUSY_LIMIT_SECONDS, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        self._connection.close()

    def append(self, operation: str, entry: Entry) -> Recorded:
        """Write and sync one entry. Raises JournalError, and then nothing was written."""
        payload = _encode(entry.payload)
        with self._told("written"), self._transaction():
            newest = self._connection.execute(
                "SELECT number, hash FROM entries WHERE operation=? ORDER BY number DESC LIMIT 1", (operation,)
            ).fetchone()
            number, previous = (newest[0] + 1, newest[1]) if newest else (0, chain.GENESIS)
            digest = chain.link(previous, operation, number, entry.kind.value, entry.at, payload)
            self._connection.execute(
                "INSERT INTO entries VALUES (?,?,?,?,?,?,?)",
                (operation, number, entry.kind.value, entry.at, payload, previous, digest),
            )
            if entry.kind in _ANCHORED:
                self._anchor(operation, entry.kind, digest)
        return Recorded(number, entry, digest)

    def entries(self, operation: str, after: int = -1) -> tuple[Recorded, ...]:
        with self._told("read"):
            rows = self._connection.execute(
                "SELECT number, kind, at, payload, hash FROM entries WHERE operation=? AND number>? ORDER BY number",
                (operation, after),
            ).fetchall()
        return tuple(Recorded(row[0], Entry(EntryKind(row[1]), row[2], _decode(row[3])), row[4]) for row in rows)

    def operations(self) -> tuple[str, ...]:
        """Ids of all operations, the newest first."""
        with self._told("read"):
            rows = self._connection.execute(
                "SELECT operation FROM entries WHERE number=0 ORDER BY at DESC, operation DESC"
            ).fetchall()
        return tuple(row[0] for row in rows)

    def open_operations(self) -> tuple[str, ...]:
        """Ids of those that have not ended, or were taken up again after an end; the newest first."""
        with self._told("read"):
            rows = self._connection.execute(
                "SELECT operation FROM entries GROUP BY operation"
                " HAVING IFNULL(MAX(CASE WHEN kind='end' THEN number END), -1)"
                " < MAX(CASE WHEN kind IN ('begin', 'resume', 'turn_back') THEN number END)"
                " ORDER BY MIN(at) DESC"
            ).fetchall()
        return tuple(row[0] for row in rows)

    def require_room(self) -> None:
        """Raises JournalError where the disk could not take an operation's entries."""
        with self._told("looked at"):
            disk = os.statvfs(self._path.parent)
        if disk.f_bavail * disk.f_frsize < _ROOM_BYTES:
            raise JournalError(
                f"the disk of the journal {self._path} is nearly full",
                hint="make room on it; nothing is changed without the journal",
            )

    def version(self) -> int:
        """Changes when another connection wrote something: cheap to poll (PRAGMA data_version)."""
        with self._told("read"):
            row = self._connection.execute("PRAGMA data_version").fetchone()
        return int(row[0])

    def report_progress(self, operation: str, at: float, text: str) -> None:
        with self._told("written"):
            self._connection.execute("INSERT OR REPLACE INTO progress VALUES (?,?,?)", (operation, at, text))

    def progress(self, operation: str) -> tuple[float, str] | None:
        with self._told("read"):
            row = self._connection.execute("SELECT at, text FROM progress WHERE operation=?", (operation,)).fetchone()
        return (row[0], row[1]) if row else None

    def verify(self) -> tuple[str, ...]:
        """What does not hold in the chains, in words; empty when all of it holds. A cut tail cannot be seen here."""
        with self._told("read"):
            rows = self._connection.execute("SELECT * FROM entries ORDER BY operation, number").fetchall()
            anchors = self._connection.execute("SELECT * FROM anchors ORDER BY number").fetchall()
        problems: list[str] = []
        by_operation: dict[str, list[tuple[object, ...]]] = {}
        for row in rows:
            by_operation.setdefault(row[0], []).append(row)
        hashes = {row[6] for row in rows}
        for operation, lines in by_operation.items():
            broken = chain.broken_at([(str(row[5]), str(row[6]), tuple(row[:5])) for row in lines])
            if broken is not None:
                problems.append(f"operation {operation}: entry {broken} was changed, or the one before it is missing")
        broken = chain.broken_at([(row[4], row[5], tuple(row[:4])) for row in anchors])
        if broken is not None:
            problems.append(f"the global chain breaks at anchor {broken}")
        problems.extend(
            f"operation {row[1]}: the entry that anchor {row[0]} names is missing or was changed"
            for row in anchors
            if row[3] not in hashes
        )
        anchored = {row[3] for row in anchors}
        problems.extend(
            f"operation {row[0]}: its {row[2]} entry stands in no anchor"
            for row in rows
            if row[2] in _ANCHORED and row[6] not in anchored
        )
        return tuple(problems)

    def head(self) -> str:
        """The newest hash of the global chain: kept elsewhere (syslog), it proves that no tail was cut."""
        with self._told("read"):
            row = self._connection.execute("SELECT hash FROM anchors ORDER BY number DESC LIMIT 1").fetchone()
        return row[0] if row else chain.GENESIS

    def _anchor(self, operation: str, kind: EntryKind, entry_hash: str) -> None:
        newest = self._connection.execute("SELECT number, hash FROM anchors ORDER BY number DESC LIMIT 1").fetchone()
        number, previous = (newest[0] + 1, newest[1]) if newest else (0, chain.GENESIS)
        digest = chain.link(previous, number, operation, kind.value, entry_hash)
        self._connection.execute(
            "INSERT INTO anchors VALUES (?,?,?,?,?,?)", (number, operation, kind.value, entry_hash, previous, digest)
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _told(self, act: str) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise JournalError(
                f"the journal {self._path} cannot be {act}: {error}",
                hint="make room on the disk or mend its permissions; nothing is changed without the journal",
            ) from error


def _encode(payload: Mapping[str, object]) -> str:
    return msgspec.json.encode(payload, order="deterministic").decode()


def _decode(text: str) -> dict[str, object]:
    return msgspec.json.decode(text, type=dict[str, object])
