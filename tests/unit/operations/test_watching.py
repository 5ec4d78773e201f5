"""An operation that watches: it shows as such, outlives its runner, and holds up no hook."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from redistui.model.clock import SYSTEM_CLOCK
from redistui.model.operation import Entry, EntryKind, Outcome, begin, fold
from redistui.model.plan import Plan, PlannedStep
from redistui.model.topology import PairKey
from redistui.operations.engine import Engine
from redistui.operations.environment import within
from redistui.operations.facts import Limits
from redistui.operations.step import StepResult, Watch, done, not_done, undone
from redistui.store.journal import Journal


class Killed(BaseException):
    """Stands for kill -9: nothing catches it."""


@dataclass
class Waiting(Watch):
    journal: Journal
    back: bool = False

    async def run(self) -> StepResult:
        state = fold(begin(1, None), [recorded.entry for recorded in self.journal.entries("op")])
        assert state.watching
        if not self.back:
            raise Killed
        return done("it is back")

    async def look(self) -> StepResult:
        return not_done("not yet")

    async def undo(self) -> StepResult:
        return undone()


async def test_a_watch_whose_runner_was_killed_is_taken_up_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.append("op", Entry(EntryKind.BEGIN, 0.0, {}))
    step = Waiting(journal)
    with pytest.raises(Killed):
        await Engine(journal, "op", begin(1, None), [step], SYSTEM_CLOCK).run()
    entries = [recorded.entry for recorded in journal.entries("op")]
    assert [entry.kind for entry in entries] == [EntryKind.BEGIN, EntryKind.INTENT, EntryKind.WATCH]
    step.back = True
    assert await Engine(journal, "op", fold(begin(1, None), entries), [step], SYSTEM_CLOCK).run() is Outcome.DONE
    assert journal.verify() == ()
    journal.close()


def test_a_cancellation_before_the_watch_does_not_end_it() -> None:
    cancel, watch = Entry(EntryKind.CANCEL, 0.0, {}), Entry(EntryKind.WATCH, 0.0, {})
    assert not fold(begin(1, None), [cancel, watch]).cancelled
    assert fold(begin(1, None), [cancel, watch, cancel]).cancelled


def test_hooks_do_not_wait_for_a_watch() -> None:
    steps = tuple(PlannedStep(action, action, "") for action in ("promote-survivor", "watch-old-primary"))
    plan = Plan("promote", "failover", PairKey("p", "orders"), "", {}, (), steps, 0, "", "")
    widened = within(plan, Limits(hooks={"after_promote": (("/bin/true",),)}))
    assert [step.action for step in widened.steps] == ["promote-survivor", "run-hook", "watch-old-primary"]
    assert widened.point_of_no_return == 0
