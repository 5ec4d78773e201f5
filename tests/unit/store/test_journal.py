"""The journal keeps what was written, tells what was tampered with, and refuses when it cannot be kept."""

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from redistui.model.operation import Entry, EntryKind
from redistui.store.journal import Journal, JournalError


def fill(path: Path, operation: str = "op-1") -> None:
    journal = Journal(path)
    journal.append(operation, Entry(EntryKind.BEGIN, 1.0, {"plan": {"verb": "promote"}, "reason": "Übung №1"}))
    journal.append(operation, Entry(EntryKind.INTENT, 2.0, {"step": 0, "direction": "forward"}))
    journal.append(operation, Entry(EntryKind.RESULT, 3.0, {"step": 0, "status": "done", "milliseconds": 4.5}))
    journal.append(operation, Entry(EntryKind.END, 4.0, {"outcome": "done"}))
    journal.close()


def test_entries_come_back_as_written(tmp_path: Path) -> None:
    path = tmp_path / "state" / "journal.sqlite"
    fill(path)
    journal = Journal(path)
    kinds = [recorded.entry.kind for recorded in journal.entries("op-1")]
    assert kinds == [EntryKind.BEGIN, EntryKind.INTENT, EntryKind.RESULT, EntryKind.END]
    assert journal.entries("op-1", after=1)[0].entry.payload == {"step": 0, "status": "done", "milliseconds": 4.5}
    assert journal.entries("op-1")[0].entry.payload["reason"] == "Übung №1"
    assert journal.verify() == ()
    assert path.stat().st_mode & 0o077 == 0
    journal.close()


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        ("UPDATE entries SET payload='{\"outcome\":\"failed\"}' WHERE kind='end'", "entry 3 was changed"),
        ("UPDATE entries SET at=99 WHERE kind='intent'", "entry 1 was changed"),
        ("DELETE FROM entries WHERE kind='intent'", "entry 1 was changed, or the one before it is missing"),
        ("DELETE FROM entries WHERE operation='op-2'", "operation op-2: the entry that anchor 2 names is missing"),
        ("DELETE FROM anchors WHERE number=1", "the global chain breaks at anchor 1"),
        ("DELETE FROM anchors WHERE number=3", "operation op-2: its end entry stands in no anchor"),
    ],
)
def test_tampering_shows(tmp_path: Path, tamper: str, said: str) -> None:
    path = tmp_path / "journal.sqlite"
    fill(path, "op-1")
    fill(path, "op-2")
    with sqlite3.connect(path) as connection:
        connection.execute(tamper)
    connection.close()
    journal = Journal(path)
    assert any(said in problem for problem in journal.verify())
    journal.close()


def test_a_follower_sees_that_something_was_written(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    fill(path, "op-1")
    follower = Journal(path)
    before = follower.version()
    assert follower.version() == before
    fill(path, "op-2")
    assert follower.version() != before
    assert follower.operations() == ("op-2", "op-1")
    follower.close()


def test_two_processes_append_without_a_gap(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=fill, args=(path, f"op-{number}")) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
        assert writer.exitcode == 0
    journal = Journal(path)
    assert len(journal.operations()) == 4
    assert journal.verify() == ()
    journal.close()


def test_a_full_disk_refuses_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    fill(path)
    journal = Journal(path)
    pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
    journal._connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(JournalError, match="full"):
        journal.append("op-2", Entry(EntryKind.BEGIN, 1.0, {"plan": "x" * 1_000_000}))
    assert journal.operations() == ("op-1",)
    assert journal.verify() == ()
    journal.close()


def test_an_unwritable_folder_is_told(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.touch()
    with pytest.raises(JournalError, match="cannot be opened"):
        Journal(blocker / "journal.sqlite")
