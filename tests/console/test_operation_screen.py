"""The operation screen and the history: live from a real journal, whoever writes it, and what may be asked of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.console import Console, console
from support.fleets import NOW, pair, provider
from support.plans import KEY, NEW, OLD, PlannedOperations, Runner, plan, planned, runner
from support.waiting import eventually
from textual.geometry import Region

from redistui.console.screens.fleet import FleetScreen
from redistui.console.screens.operation import OperationScreen
from redistui.console.screens.operations import OperationsScreen
from redistui.console.screens.pair import PairScreen
from redistui.console.setup import ConsoleSetup
from redistui.console.widgets.lines import Lines
from redistui.model.operation import EntryKind, Outcome, StepStatus
from redistui.model.snapshot import FleetSnapshot
from redistui.model.topology import PairKey
from redistui.operations.places import journal_path

TWO = FleetSnapshot(NOW, (pair("orders"), pair("[other]")), (provider(),))
OTHER = PairKey("k8s", "[other]")
SMALL = (80, 24)


@pytest.fixture
def operations(tmp_path: Path) -> PlannedOperations:
    return planned(tmp_path, plan())


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Runner]:
    with runner(tmp_path, plan()) as begun:
        yield begun


def setup(operations: PlannedOperations) -> ConsoleSetup:
    return ConsoleSetup(theme="redistui-dark", state_folder=operations.state_folder, operations=operations)


async def until(shown: Console, words: str | Callable[[], bool], limit_seconds: float = 5.0) -> None:
    async def seen() -> bool:
        await shown.pilot.pause()
        return words() if callable(words) else words in shown.text

    await eventually(seen, f"{words}; instead\n{shown.text}", limit_seconds)


def toasts(shown: Console) -> str:
    return " ".join(str(toast.render()) for toast in shown.app.screen.query("Toast"))


async def open_newest(shown: Console) -> None:
    await shown.press("o")
    await until(shown, "orders")
    await shown.press("enter")
    await until(shown, lambda: isinstance(shown.app.screen, OperationScreen) and "begun" in shown.text)


async def test_it_is_followed_step_by_step_to_the_verdict(operations: PlannedOperations, running: Runner) -> None:
    async with console(TWO, setup(operations), size=SMALL) as shown:
        await until(shown, "orders  switchover running: o follows it · begun by ann on bastion")
        await open_newest(shown)
        for words in ("change 4711", "Its process is starting", "esc leaves it running", "c  cancel     undo what"):
            assert words in shown.text
        running.attach()
        running.start(0)
        await until(shown, "…  1  prove that roles")
        assert "CONFIG REWRITE" in shown.text
        running.journal.report_progress(running.operation, 9e12, "waits for 12 KB, at most 2.0 s")
        await until(shown, "waits for 12 KB, at most 2.0 s")
        running.finish(0, detail="stored")
        running.start(1)
        await until(shown, f"…  2  pause writes on {OLD}")
        assert "stored" in shown.text
        running.finish(1, detail=f"{NEW} leads", switch_offset=88_213_004, write_gap_milliseconds=5.4)
        await until(shown, "not now: past the point of no return")
        running.start(2)
        running.finish(2, full_resync=False)
        running.end(Outcome.DONE)
        await until(shown, "✓ Done in")
        for words in ("without writes        5 ms", "switch offset", "resync                partial",
                      "Next: enter shows the pair; p plans the way back"):  # fmt: skip
            assert words in shown.text
        await shown.press("enter")
        assert isinstance(shown.app.screen, PairScreen)
        await until(shown, lambda: "switchover running" not in shown.text)


async def test_leaving_it_leaves_it_running_and_its_end_is_told(operations: PlannedOperations, running: Runner) -> None:
    running.attach()
    async with console(TWO, setup(operations), size=SMALL) as shown:
        await open_newest(shown)
        await shown.press("escape", "escape")
        assert isinstance(shown.app.screen, FleetScreen)
        await until(shown, lambda: "goes on without this screen" in toasts(shown))
        running.end(Outcome.ROLLED_BACK)
        await until(shown, lambda: "rolled back" in toasts(shown))
        assert "switchover running" not in shown.text
    assert EntryKind.CANCEL not in running.kinds()


async def test_cancelling_is_asked_and_no_is_the_default(operations: PlannedOperations, running: Runner) -> None:
    running.attach()
    async with console(TWO, setup(operations), size=SMALL) as shown:
        await open_newest(shown)
        await until(shown, "running for")
        await shown.press("c", "enter")
        assert EntryKind.CANCEL not in running.kinds()
        await shown.press("c", "tab", "enter")
        await until(shown, "Asked to turn back")
        assert EntryKind.CANCEL in running.kinds()
        assert "not now: it turns back already" in shown.text
        await shown.press("R", "B")
        assert isinstance(shown.app.screen, OperationScreen)


async def test_an_interrupted_one_is_offered_and_carried_on(tmp_path: Path, operations: PlannedOperations) -> None:
    with runner(tmp_path, plan()) as killed:
        killed.attach()
        killed.start(1)
    async with console(TWO, setup(operations), size=SMALL) as shown:
        await until(shown, "▲ orders  switchover interrupted: o finishes or undoes it")
        await shown.press("end", "enter")
        await until(shown, "switchover interrupted: o")
        await shown.press("o")
        await until(shown, "not ended")
        await shown.press("enter")
        await until(shown, "its process was killed here")
        assert "Next: R finishes it, or B undoes it" in shown.text
        await shown.press("c")
        assert isinstance(shown.app.screen, OperationScreen)
        await shown.press("R", "tab", "enter")
        await until(shown, lambda: bool(operations.launched))
        await shown.press("B", "tab", "enter")
        await until(shown, lambda: len(operations.launched) == 2)
        await until(shown, "Turning back")
    assert operations.launched == [killed.operation] * 2


async def test_a_failure_names_its_step_and_the_way_out(tmp_path: Path, operations: PlannedOperations) -> None:
    with runner(tmp_path, plan()) as failing:
        failing.attach()
        failing.start(0)
        failing.finish(0, StepStatus.UNKNOWN, "no answer within 10 s")
        failing.end(Outcome.UNKNOWN)
    async with console(TWO, setup(operations), size=SMALL) as shown:
        await open_newest(shown)
        await until(shown, "? Unknown: it was sent and could not be looked at")
        assert "no answer within 10 s" in shown.text
        assert "R looks again and goes on, or B undoes it" in shown.text


async def test_the_history_has_the_pair_first_and_can_be_filtered_and_verified(
    tmp_path: Path, operations: PlannedOperations
) -> None:
    for number, key in enumerate((KEY, OTHER, KEY)):
        with runner(tmp_path, plan(key=key), f"20261101-09000{number}-abcdef") as done:
            done.end(Outcome.DONE)
    with runner(tmp_path, plan(key=OTHER), "20261101-090009-abcdef"):
        async with console(TWO, setup(operations), size=SMALL) as shown:
            await until(shown, "switchover running")
            await shown.press("end", "o")
            await until(shown, "── not ended ──")
            place = [shown.text.index(words) for words in ("not ended", "of k8s/orders", "of other pairs")]
            assert place == sorted(place)
            assert shown.text.count("✓ done") == 3
            await shown.press("v")
            await until(shown, "✓ The journal holds: 4 operations")
            await shown.press("slash")
            await shown.type("done")
            assert "not ended" not in shown.text
            await shown.type("x")
            assert "No operation matches donex" in shown.text
            await shown.press("escape")
            await until(shown, "not ended")
            assert isinstance(shown.app.screen, OperationsScreen)


async def test_a_changed_journal_is_found(tmp_path: Path, operations: PlannedOperations) -> None:
    import sqlite3

    with runner(tmp_path, plan()) as done:
        done.end(Outcome.DONE)
    with sqlite3.connect(journal_path(tmp_path)) as connection:
        connection.execute("UPDATE entries SET payload=replace(payload, 'change 4711', 'change 4712')")
    connection.close()
    async with console(TWO, setup(operations), size=SMALL) as shown:
        await shown.press("o")
        await until(shown, "✓ done")
        await shown.press("v")
        await until(shown, "✖ The journal does not hold")
        assert "entry 0 was changed" in " ".join(shown.text.split())


async def test_nothing_is_drawn_while_nothing_changes(
    operations: PlannedOperations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with runner(tmp_path, plan()) as done:
        done.end(Outcome.DONE)
    async with console(TWO, setup(operations), size=SMALL) as shown:
        await open_newest(shown)
        await until(shown, "✓ Done")
        drawn: list[Lines] = []

        def noted(widget: Lines) -> Callable[..., Lines]:
            refresh = widget.refresh

            def note(*regions: Region, **options: bool) -> Lines:
                drawn.append(widget)
                return refresh(*regions, **options)

            return note

        for widget in shown.app.screen.query(Lines):
            monkeypatch.setattr(widget, "refresh", noted(widget))
        await shown.pilot.pause(1.5)
        assert drawn == []


async def test_no_operation_yet_says_how_to_begin(operations: PlannedOperations) -> None:
    async with console(TWO, setup(operations), size=SMALL) as shown:
        await shown.press("o")
        await until(shown, "Nothing was changed from this machine yet")
