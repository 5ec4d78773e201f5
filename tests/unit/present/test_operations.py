"""Operations as operators and scripts read them."""

import pytest
from support.operations import DONE, NEW, OLD, PROVEN, SWAPPED, end, intent, record, result

from redistui.model.errors import ExitCode
from redistui.model.operation import Entry, EntryKind, Outcome
from redistui.operations.control import Standing
from redistui.present.operations import (
    exit_code,
    operation_json,
    operation_text,
    operations_table,
    step_text,
    verdict,
    way_out,
)
from redistui.present.table import Look

FAILED_AFTER = (*PROVEN, *SWAPPED, intent(2), result(2, "failed", "no link"), end(Outcome.FAILED))
UNKNOWN = (*PROVEN, intent(1), result(1, "unknown", "no answer"), end(Outcome.UNKNOWN))
ROLLED_BACK = (
    *PROVEN,
    intent(1),
    result(1, "failed", "offsets were not equal"),
    Entry(EntryKind.TURN_BACK, 1.0, {}),
    intent(1, "backward"),
    result(1, "undone", "writes go on"),
    intent(0, "backward"),
    result(0, "undone"),
    end(Outcome.ROLLED_BACK),
)
REFUSED = (end(Outcome.ROLLED_BACK, refused=["the pair changed"]),)


@pytest.mark.parametrize(
    ("entries", "code", "words", "next_step"),
    [
        (DONE, ExitCode.DONE, "done in 3.5 s: Switchover of orders", ""),
        (FAILED_AFTER, ExitCode.FAILED, "failed: verify: no link (6 ms without writes", "resume"),
        (UNKNOWN, ExitCode.UNKNOWN, "could not be looked at: swap the roles: no answer", "rollback"),
        (ROLLED_BACK, ExitCode.ROLLED_BACK, "rolled back, everything is as it was", ""),
        (REFUSED, ExitCode.REFUSED, "refused, nothing was changed: the pair changed", ""),
    ],
)
def test_every_end_has_its_words_and_code(
    entries: tuple[Entry, ...], code: ExitCode, words: str, next_step: str
) -> None:
    told = record(entries)
    assert exit_code(told) is code
    assert words in verdict(told)
    assert next_step in way_out(told, Standing.ENDED)
    assert bool(way_out(told, Standing.ENDED)) is bool(next_step)


def test_past_the_point_of_no_return_nobody_is_sent_back() -> None:
    assert "rollback" not in way_out(record(FAILED_AFTER), Standing.ENDED)
    assert "rollback" in way_out(record(PROVEN), Standing.INTERRUPTED)


def test_steps_tell_what_they_did() -> None:
    told = record(ROLLED_BACK)
    assert step_text(told, 1, Look()) == "‹  2 undo: swap the roles  7 ms  writes go on"
    assert step_text(record(DONE), 1, Look()) == f"✓  2 swap the roles  7 ms  {NEW} leads"
    assert step_text(record(()), 2, Look()) == "·  3 verify"


def test_the_json_of_an_operation() -> None:
    told = operation_json(record(DONE))
    assert (told["state"], told["outcome"], told["operator"]) == (
        "ended",
        "done",
        "alice as root on bastion from 10.1.1.1",
    )
    assert told["result"] == {
        "kind": "switchover",
        "old_primary": OLD,
        "new_primary": NEW,
        "switch_offset": 88,
        "write_gap_milliseconds": 6.5,
        "full_resync": False,
    }
    assert told["steps"][0]["milliseconds"] == 7.25  # type: ignore[index]
    running = operation_json(record(PROVEN), interrupted=True)
    assert (running["state"], running["interrupted"], running["outcome"], running["result"]) == (
        "running",
        True,
        None,
        None,
    )
    assert operation_json(record(ROLLED_BACK))["result"] is None
    assert operation_json(record(REFUSED))["refused"] == ["the pair changed"]


def test_the_list_and_the_whole_of_one() -> None:
    rows = [(record(DONE), Standing.ENDED), (record(PROVEN), Standing.INTERRUPTED), (record(REFUSED), Standing.ENDED)]
    heading, *lines = operations_table(rows, Look())
    assert heading.split() == ["ID", "WHEN", "WHO", "WHAT", "PAIR", "STATE", "OUTCOME"]
    assert [line.split()[-1] for line in lines] == ["done", "interrupted", "refused"]
    text = "\n".join(operation_text(record(DONE), Standing.ENDED, Look()))
    for words in ("change 4711", "alice as root on bastion", "CLIENT PAUSE", "write_gap_milliseconds", "done in 3.5 s"):
        assert words in text
