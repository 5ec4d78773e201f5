"""The engine over a real journal: killed at every entry, another engine goes on and ends well."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from redistui.model.clock import SYSTEM_CLOCK
from redistui.model.operation import Entry, EntryKind, Outcome, StepStatus, begin, fold
from redistui.operations.engine import Engine
from redistui.operations.step import StepResult, done, failed, forward_only, not_done, undone, unknown
from redistui.store.journal import Journal, Recorded


class Killed(BaseException):
    """Stands for kill -9: nothing catches it."""


@dataclass
class Switch:
    """A step over a boolean that is the world; `breaks` makes its act end otherwise."""

    world: dict[str, bool]
    name: str
    breaks: StepStatus | None = None
    keeps: bool = False  # once on, there is no way back
    acts: list[str] = field(default_factory=list)

    async def run(self) -> StepResult:
        assert not self.world[self.name], "an act is never repeated"
        if self.breaks is StepStatus.FAILED:
            return failed("refused")
        self.world[self.name] = True
        self.acts.append("run")
        return unknown("no answer") if self.breaks is StepStatus.UNKNOWN else done("on", **{self.name: "on"})

    async def look(self) -> StepResult:
        return done("it is on") if self.world[self.name] else not_done("it is off")

    async def undo(self) -> StepResult:
        if self.keeps and self.world[self.name]:
            return forward_only("it is on for good")
        self.world[self.name] = False
        self.acts.append("undo")
        return undone("off again")


class DyingJournal(Journal):
    """Dies before or after the n-th entry that is written."""

    dies_at = -1
    after = False
    written = 0

    def append(self, operation: str, entry: Entry) -> Recorded:
        dies = self.written == self.dies_at
        self.written += 1
        if dies and not self.after:
            raise Killed
        recorded = super().append(operation, entry)
        if dies:
            raise Killed
        return recorded


def engine(journal: Journal, steps: Sequence[Switch], turning_point: int | None) -> Engine:
    entries = [recorded.entry for recorded in journal.entries("op")]
    return Engine(journal, "op", fold(begin(len(steps), turning_point), entries), steps, SYSTEM_CLOCK)


def steps_over(world: dict[str, bool], broken: int | None = None) -> list[Switch]:
    names = ("first", "second", "third")
    world.update(dict.fromkeys(names, False))
    return [
        Switch(world, name, breaks=StepStatus.FAILED if index == broken else None, keeps=name == "second")
        for index, name in enumerate(names)
    ]


@pytest.mark.parametrize("after", [False, True], ids=["before-the-write", "after-the-write"])
@pytest.mark.parametrize("broken", [None, 0, 1, 2])
async def test_killed_at_every_entry_and_gone_on(tmp_path: Path, broken: int | None, after: bool) -> None:
    expected = {None: Outcome.DONE, 0: Outcome.ROLLED_BACK, 1: Outcome.ROLLED_BACK, 2: Outcome.FAILED}[broken]
    for dies_at in itertools.count():
        path = tmp_path / f"journal-{dies_at}"
        dying = DyingJournal(path)
        dying.append("op", Entry(EntryKind.BEGIN, 0.0, {}))
        dying.dies_at, dying.after, dying.written = dies_at, after, 0
        world: dict[str, bool] = {}
        steps = steps_over(world, broken)
        finished = False
        try:
            outcome = await engine(dying, steps, 1).run()
            finished = True
        except Killed:
            dying.close()
            journal = Journal(path)
            outcome = await engine(journal, steps, 1).run()
            assert journal.verify() == ()
            journal.close()
        assert outcome is expected
        on = {Outcome.DONE: [True] * 3, Outcome.ROLLED_BACK: [False] * 3, Outcome.FAILED: [True, True, False]}
        assert list(world.values()) == on[expected]
        if finished:
            dying.close()
            assert dies_at >= 2
            return


async def test_a_lost_answer_ends_unknown_and_a_later_look_tells(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.append("op", Entry(EntryKind.BEGIN, 0.0, {}))
    world: dict[str, bool] = {}
    steps = steps_over(world)
    steps[0].breaks = StepStatus.UNKNOWN
    assert await engine(journal, steps, 1).run() is Outcome.UNKNOWN
    journal.append("op", Entry(EntryKind.RESUME, 0.0, {}))
    resumed = engine(journal, steps, 1)
    assert await resumed.run() is Outcome.DONE
    assert [step.acts for step in steps] == [["run"]] * 3
    journal.close()


async def test_a_cancel_written_by_another_process_turns_back(tmp_path: Path) -> None:
    journal, other = Journal(tmp_path / "journal"), Journal(tmp_path / "journal")
    journal.append("op", Entry(EntryKind.BEGIN, 0.0, {}))
    world: dict[str, bool] = {}
    steps = steps_over(world)
    original = steps[0].run

    async def run_and_be_cancelled() -> StepResult:
        other.append("op", Entry(EntryKind.CANCEL, 0.0, {"operator": "ann"}))
        return await original()

    steps[0].run = run_and_be_cancelled  # type: ignore[method-assign]
    assert await engine(journal, steps, 1).run() is Outcome.ROLLED_BACK
    assert not any(world.values())
    assert journal.verify() == ()
    journal.close()
    other.close()


async def test_a_step_that_breaks_is_unknown_and_its_words_are_kept(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.append("op", Entry(EntryKind.BEGIN, 0.0, {}))
    steps = steps_over({})

    async def breaks() -> StepResult:
        raise ConnectionResetError("connection reset by peer")

    steps[1].run = breaks  # type: ignore[method-assign]
    broken = engine(journal, steps, 1)
    assert await broken.run() is Outcome.UNKNOWN
    assert broken.state.steps[1].detail == "ConnectionResetError: connection reset by peer"
    journal.close()


async def test_the_text_of_a_foreign_exception_is_not_kept(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.append("op", Entry(EntryKind.BEGIN, 0.0, {}))
    steps = steps_over({})

    async def leaks() -> StepResult:
        raise ValueError("https://cloud.example/?Password=planted-77")

    steps[0].run = leaks  # type: ignore[method-assign]
    assert await engine(journal, steps, 1).run() is Outcome.UNKNOWN
    kept = [str(recorded.entry.payload) for recorded in journal.entries("op")]
    assert any("ValueError" in payload for payload in kept)
    assert not any("planted" in payload for payload in kept)
    journal.close()
