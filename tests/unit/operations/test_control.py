"""Operators act on operations: what is decided, and that two who ask at once do no harm."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.operations import DONE, PROVEN, SWAPPED, end, intent, record, result, switchover

from redistui.model.errors import RefusedError, UsageError
from redistui.model.operation import Entry, EntryKind, Outcome
from redistui.operations import control
from redistui.operations.control import Standing
from redistui.operations.guards.history import with_history
from redistui.operations.pair_lock import LockError, OperationBusy, PairBusy, is_carried, local_lock, operation_lock
from redistui.operations.record import begin_entry, read
from redistui.store.journal import Journal

OPERATION = "20231114-221320-abc123"
FAILED = (*PROVEN, *SWAPPED, intent(2), result(2, "failed", "no link"), end(Outcome.FAILED))
HALF_BACK = (
    *PROVEN,
    Entry(EntryKind.TURN_BACK, 1.0, {}),
    intent(0, "backward"),
    result(0, "unknown"),
    end(Outcome.UNKNOWN),
)
BACK = (*PROVEN, end(Outcome.ROLLED_BACK))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path / "journal.sqlite")
    yield opened
    opened.close()


def written(journal: Journal, entries: tuple[Entry, ...] = (), operation: str = OPERATION, at: float = 1.0) -> None:
    journal.append(operation, begin_entry(switchover(), record(()).operator, "", force=False, at=at))
    for entry in entries:
        journal.append(operation, entry)


def kinds(journal: Journal) -> list[str]:
    return [one.entry.kind.value for one in journal.entries(OPERATION)]


def test_an_operation_is_named_by_its_beginning_or_as_the_last(journal: Journal) -> None:
    with pytest.raises(UsageError, match="there is no operation 'last'"):
        control.choose(journal, "last")
    written(journal, operation="2023-a1", at=1.0)
    written(journal, operation="2023-a2", at=2.0)
    assert control.choose(journal, "last") == "2023-a2"
    assert control.choose(journal, "2023-a1") == "2023-a1"
    for text in ("2023-a", "", "1999"):
        with pytest.raises(UsageError):
            control.choose(journal, text)


@pytest.mark.parametrize(
    ("entries", "launches", "added"),
    [
        ((), True, []),
        (PROVEN, True, []),
        (FAILED, True, ["resume"]),
        (HALF_BACK, True, ["resume"]),
        (DONE, False, []),
        (BACK, False, []),
    ],
)
def test_resume(journal: Journal, tmp_path: Path, entries: tuple[Entry, ...], launches: bool, added: list[str]) -> None:
    written(journal, entries)
    before = kinds(journal)
    for _ in range(2):
        assert control.resume(journal, tmp_path, OPERATION) is launches
        assert kinds(journal) == before + added, "asked twice is asked once"


@pytest.mark.parametrize(
    ("entries", "launches", "added"),
    [((), True, ["turn_back"]), (PROVEN, True, ["turn_back"]), (HALF_BACK, True, ["resume"]), (BACK, False, [])],
)
def test_rollback(
    journal: Journal, tmp_path: Path, entries: tuple[Entry, ...], launches: bool, added: list[str]
) -> None:
    written(journal, entries)
    before = kinds(journal)
    for _ in range(2):
        assert control.roll_back(journal, tmp_path, OPERATION) is launches
        assert kinds(journal) == before + added


@pytest.mark.parametrize("entries", [FAILED, DONE, (*PROVEN, *SWAPPED)])
def test_past_the_point_of_no_return_nothing_is_rolled_back(
    journal: Journal, tmp_path: Path, entries: tuple[Entry, ...]
) -> None:
    written(journal, entries)
    with pytest.raises(RefusedError, match="point of no return"):
        control.roll_back(journal, tmp_path, OPERATION)


def test_what_is_carried_on_is_only_cancelled(journal: Journal, tmp_path: Path) -> None:
    written(journal, PROVEN)
    assert control.standing(read(journal, OPERATION), tmp_path) is Standing.INTERRUPTED
    with pytest.raises(RefusedError, match="nobody carries"):
        control.cancel(journal, tmp_path, OPERATION)
    with operation_lock(tmp_path, OPERATION):
        assert control.standing(read(journal, OPERATION), tmp_path) is Standing.RUNNING
        assert control.resume(journal, tmp_path, OPERATION) is False
        with pytest.raises(RefusedError) as refused:
            control.roll_back(journal, tmp_path, OPERATION)
        assert f"operations cancel {OPERATION}" in refused.value.hint
        for _ in range(2):
            assert control.cancel(journal, tmp_path, OPERATION).state.cancelled
        with pytest.raises(OperationBusy), operation_lock(tmp_path, OPERATION):
            pass
    assert kinds(journal).count("cancel") == 1


def test_an_interrupted_operation_keeps_others_from_beginning(journal: Journal, tmp_path: Path) -> None:
    def verdict_now() -> str:
        return with_history(switchover(), journal, tmp_path).guards[-1].verdict.value

    assert verdict_now() == "pass"
    written(journal)
    assert verdict_now() == "pass", "nothing was done of it"
    for entry in PROVEN:
        journal.append(OPERATION, entry)
    assert verdict_now() == "fail"
    journal.append(OPERATION, end(Outcome.UNKNOWN))
    assert verdict_now() == "pass"
    journal.append(OPERATION, Entry(EntryKind.RESUME, 1.0, {}))
    assert verdict_now() == "fail"


def test_a_look_at_the_lock_keeps_nobody_out(tmp_path: Path) -> None:
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            is_carried(tmp_path, OPERATION)

    looker = threading.Thread(target=look)
    looker.start()
    try:
        for _ in range(100):
            with operation_lock(tmp_path, OPERATION):
                pass
    finally:
        stop.set()
        looker.join()


def test_locks_tell_who_is_in_the_way(tmp_path: Path) -> None:
    pair = switchover().pair
    with local_lock(tmp_path, pair), pytest.raises(PairBusy, match="here/orders"), local_lock(tmp_path, pair):
        pass
    (tmp_path / "file").touch()
    with pytest.raises(LockError, match="cannot be opened"):
        is_carried(tmp_path / "file", OPERATION)


def test_a_changed_entry_shows(journal: Journal, tmp_path: Path) -> None:
    written(journal, DONE)
    assert journal.verify() == ()
    other = sqlite3.connect(tmp_path / "journal.sqlite")
    with other:
        payload = json.dumps({"step": 1, "status": "done", "detail": "nothing happened"})
        other.execute("UPDATE entries SET payload=? WHERE number=4", (payload,))
    other.close()
    assert journal.verify() != ()
