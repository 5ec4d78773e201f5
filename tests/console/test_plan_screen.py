"""The plan screen: what is seen before anything happens, what is asked, and that nothing happens by itself."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.console import Console, console
from support.fleets import NOW, pair, provider
from support.plans import KEY, LOSES, NEW, OLD, READ_ONLY, TOO_FAR, PlannedOperations, plan, planned
from support.waiting import eventually
from textual.widgets import Input

from redistui.console.dialogs.plain_button import PlainButton
from redistui.console.screens.fleet import FleetScreen
from redistui.console.screens.operation import OperationScreen
from redistui.console.screens.plan import PlanScreen
from redistui.console.setup import ConsoleSetup
from redistui.model.errors import RefusedError
from redistui.model.plan import Confirmation, Plan
from redistui.model.snapshot import FleetSnapshot
from redistui.operations.launch import open_journal
from redistui.operations.record import read

ONE = FleetSnapshot(NOW, (pair("orders"),), (provider(),))
SMALL = (80, 24)


def setup(operations: PlannedOperations) -> ConsoleSetup:
    return ConsoleSetup(theme="redistui-dark", state_folder=operations.state_folder, operations=operations)


async def until(shown: Console, words: str | Callable[[], bool], limit_seconds: float = 5.0) -> None:
    async def seen() -> bool:
        await shown.pilot.pause()
        return words() if callable(words) else words in shown.text

    await eventually(seen, f"{words}; instead\n{shown.text}", limit_seconds)


async def open_plan(shown: Console) -> None:
    await shown.press("p")
    await until(shown, lambda: isinstance(shown.app.screen, PlanScreen) and shown.app.screen.plan is not None)
    await until(shown, "lines 1 to")


def labels(shown: Console) -> list[str]:
    return [str(button.render()) for button in shown.app.screen.query(PlainButton)]


def focused(shown: Console) -> str | None:
    return shown.app.focused.id if shown.app.focused is not None else None


async def test_it_tells_what_it_costs_and_nothing_happens_by_itself(tmp_path: Path) -> None:
    operations = planned(tmp_path, plan())
    async with console(ONE, setup(operations), size=SMALL) as shown:
        await open_plan(shown)
        for words in (f"{NEW} becomes the primary", "writes stop for about 5 ms", "no acknowledged write",
                      "until step 2; from there on", "NOW", "AFTERWARDS", "1 pass", "same history", "9f3c…",
                      "Nothing has been changed yet"):  # fmt: skip
            assert words in shown.text
        [leaders] = [line.split() for line in shown.lines if line.count("● primary") == 2]
        assert (leaders[2], leaders[5]) == (OLD, NEW)
        await shown.press("pagedown")
        for words in ("CONFIG REWRITE", "point of no return", "CLIENT PAUSE 5000 WRITE", "undo: CLIENT UNPAUSE"):
            assert words in shown.text
        assert focused(shown) == "cancel"
        assert labels(shown) == ["[ Cancel ]", "  Promote  "]
        await shown.press("tab")
        assert labels(shown) == ["  Cancel  ", "[ Promote ]"]
        await shown.press("left", "enter")
        assert isinstance(shown.app.screen, FleetScreen)
    assert operations.launched == []


async def test_the_second_button_begins_it_and_its_operation_is_shown(tmp_path: Path) -> None:
    operations = planned(tmp_path, plan())
    async with console(ONE, setup(operations), size=SMALL) as shown:
        await open_plan(shown)
        await shown.press("tab", "enter")
        await until(shown, lambda: isinstance(shown.app.screen, OperationScreen))
        [operation] = operations.launched
        await until(shown, "Its process is starting")
        await shown.press("escape")
        assert isinstance(shown.app.screen, FleetScreen)
        await until(shown, "switchover running")
    journal = open_journal(tmp_path)
    assert read(journal, operation).plan == plan()
    journal.close()


async def test_a_refused_plan_says_why_first_and_cannot_be_confirmed(tmp_path: Path) -> None:
    operations = planned(tmp_path, plan(READ_ONLY))
    async with console(ONE, setup(operations), size=SMALL) as shown:
        await open_plan(shown)
        assert "1 fail, 1 pass" in shown.text
        assert "environment prod refuses every change" in shown.text
        assert "Refused, nothing was changed: environment may be changed" in shown.text
        assert shown.text.index("GUARDS") < shown.text.index("NOW")
        assert not shown.app.screen.query_one("#verb").display
        await shown.press("tab", "enter")
        assert isinstance(shown.app.screen, FleetScreen)
    assert operations.launched == []


async def test_what_makes_no_plan_is_explained(tmp_path: Path) -> None:
    refusal = RefusedError("k8s/orders has no replica: there is nothing to promote", hint="redistui show tells more")
    operations = planned(tmp_path, refusal, plan())
    async with console(ONE, setup(operations), size=SMALL) as shown:
        await shown.press("p")
        await until(shown, "No plan, nothing was changed: k8s/orders has no replica")
        assert "nothing was changed" in shown.text
        assert "redistui show tells more" in shown.text
        await shown.press("r")
        await until(shown, f"{NEW} becomes the primary")


@pytest.mark.parametrize(
    ("made", "button"),
    [
        (plan(confirmation=Confirmation.TYPED_NAME, requires_reason=True), "Promote"),
        (plan(LOSES, requires_reason=True), "Promote, accepting the loss"),
    ],
)
async def test_the_name_and_the_reason_are_asked_for(tmp_path: Path, made: Plan, button: str) -> None:
    operations = planned(tmp_path, made)
    async with console(ONE, setup(operations), size=SMALL) as shown:
        await open_plan(shown)
        verb = shown.app.screen.query_one("#verb")
        assert verb.display
        assert verb.disabled
        assert focused(shown) == "typed-name"
        await shown.type("order")
        assert verb.disabled
        assert "type orders in full" in shown.text
        await shown.type("s")
        assert "give a reason" in shown.text
        await shown.press("enter")
        assert focused(shown) == "reason"
        await shown.type("why not")
        assert not verb.disabled
        assert button in str(verb.render())
        await shown.press("enter")
        assert focused(shown) == "cancel"
        await shown.press("tab", "enter")
        await until(shown, lambda: bool(operations.launched))
    journal = open_journal(tmp_path)
    record = read(journal, operations.launched[0])
    journal.close()
    assert (record.reason, record.force) == ("why not", bool(made.failing))


async def test_waiting_looks_again_until_it_passes_and_begins_nothing(tmp_path: Path) -> None:
    operations = planned(tmp_path, plan(TOO_FAR), plan(TOO_FAR), plan(replace(TOO_FAR, observed="1.2 MB")), plan())
    async with console(ONE, setup(operations), size=SMALL) as shown:
        await open_plan(shown)
        assert "w waits until they pass" in shown.text
        await shown.press("w")
        await until(shown, "Waiting 0 s for replica close enough: 3.8 MB, limit 1.0 MB. w stops")
        await until(shown, "replica close enough: 1.2 MB")
        await until(shown, "Nothing has been changed yet. Tab and enter: Promote")
        assert len(operations.asked) == 4
        assert focused(shown) == "cancel"
    assert operations.launched == []


async def test_waiting_can_be_stopped_and_is_refused_where_it_is_no_use(tmp_path: Path) -> None:
    operations = planned(tmp_path, plan(READ_ONLY), plan(TOO_FAR))
    async with console(ONE, setup(operations), size=SMALL) as shown:
        await open_plan(shown)
        await shown.press("w")
        assert "w stops" not in shown.text
        await shown.press("r")
        await until(shown, "3.8 MB")
        await shown.press("w")
        await until(shown, "w stops")
        await shown.press("w")
        await until(shown, "Refused, nothing was changed: replica close enough")


async def test_a_plan_is_exported_and_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with console(ONE, setup(planned(tmp_path / "state", plan())), size=SMALL) as shown:
        await open_plan(shown)
        await shown.press("e", "y")
        [file] = tmp_path.glob("redistui-promote-orders-*.json")
        assert file.stat().st_mode & 0o077 == 0
        assert json.loads(file.read_text())["pair"] == "k8s/orders"
        assert "CLIENT PAUSE 5000 WRITE" in shown.app.clipboard


async def test_several_replicas_are_offered_the_best_first(tmp_path: Path) -> None:
    operations = planned(tmp_path, plan())
    fleet = FleetSnapshot(NOW, (pair("orders", replicas=3),), (provider(),))
    async with console(fleet, setup(operations), size=SMALL) as shown:
        await shown.press("p")
        assert "which replica of orders is to lead?" in str(shown.app.screen.query_one(".menu").border_title)
        assert "10.2.0.15:6379" in (offered := next(one for one in shown.lines if "proposed" in one))
        assert "0 B behind" in offered
        await shown.press("down", "enter")
        await until(shown, "lines 1 to")
    assert operations.asked[0] == ("promote", KEY, {"to": "orders-2"})


async def test_what_a_drill_and_a_restart_need_is_chosen_first(tmp_path: Path) -> None:
    operations = planned(tmp_path, plan())
    async with console(ONE, setup(operations), size=SMALL) as shown:
        await shown.press("d", "down", "down", "enter")
        await until(shown, "lines 1 to")
        await shown.press("escape", "x", "down", "enter")
        await until(shown, "lines 1 to")
        await shown.press("escape", "x", "escape")
        assert isinstance(shown.app.screen, FleetScreen)
    chosen = [(verb, dict(values)) for verb, _, values in operations.asked]
    assert chosen == [("drill", {"scenario": "primary-crash"}), ("restart", {"node": "orders-0"})]


async def test_a_console_that_may_not_begin_anything_still_shows_the_plan(tmp_path: Path) -> None:
    operations = planned(tmp_path, plan(), obstacle="it stands in no file")
    async with console(ONE, setup(operations), size=SMALL) as shown:
        await open_plan(shown)
        assert "Nothing can be begun from here: it stands in no file" in shown.text
        assert not shown.app.screen.query_one("#verb").display


async def test_names_with_brackets_are_shown_as_they_are(tmp_path: Path) -> None:
    name = "[red]or[/]ders"
    one = pair(name)
    made = plan(key=one.key, confirmation=Confirmation.TYPED_NAME)
    async with console(FleetSnapshot(NOW, (one,), (provider(),)), setup(planned(tmp_path, made)), size=SMALL) as shown:
        await open_plan(shown)
        assert f"Switchover of {name}" in shown.text
        assert f"type {name} in full" in shown.text
        assert shown.app.screen.query_one("#typed-name", Input).placeholder.endswith(name)


async def test_without_a_place_for_a_journal_nothing_is_planned() -> None:
    async with console(ONE, size=SMALL) as shown:
        await shown.press("p", "o")
        assert isinstance(shown.app.screen, FleetScreen)


async def test_commands_plan_too(tmp_path: Path) -> None:
    operations = planned(tmp_path, plan())
    async with console(ONE, setup(operations), size=SMALL) as shown:
        await shown.press("colon")
        await shown.type("promote orders")
        await shown.press("enter")
        await until(shown, "lines 1 to")
    assert operations.asked[0][:2] == ("promote", KEY)
