"""The other screens: alerts, providers, help, themes, copying, commands and the palette."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from support.console import Console, console
from support.fleets import NOW, down_pair, fleet, lagging_pair, pair, provider
from textual.command import CommandPalette

from redistui.console.screens.fleet import FleetScreen
from redistui.console.screens.pair import PairScreen
from redistui.console.setup import ConsoleSetup
from redistui.console.themes import has_few_colours
from redistui.model.snapshot import FleetSnapshot, ProviderPhase
from redistui.provider.capabilities import NOT_IN_THIS_RELEASE
from redistui.workspace.workspace import OpenConnection

TWO = FleetSnapshot(NOW, (pair("alpha"), down_pair("beta"), lagging_pair("gamma")), (provider(),))


async def test_alerts_show_the_gravest_first_and_open_the_pair() -> None:
    async with console(TWO) as shown:
        await shown.press("a")
        critical, warning = (line for line in shown.lines if " critical " in line or " warning " in line)
        assert "beta" in critical
        assert "gamma" in warning
        assert "Start the server" in shown.text
        await shown.press("down")
        assert "Look at its link" in shown.text
        await shown.press("enter")
        assert isinstance(shown.app.screen, PairScreen)
        assert shown.app.screen.key.name == "gamma"
        await shown.press("escape", "escape")
        assert isinstance(shown.app.screen, FleetScreen)


async def test_alerts_follow_the_fleet() -> None:
    async with console(TWO) as shown:
        await shown.press("a")
        await shown.publish(FleetSnapshot(NOW + 1, (pair("alpha"),), (provider(),)))
        assert "Nothing to report" in shown.text


async def test_providers_say_what_they_can_and_why_not_and_how_to_add_one() -> None:
    broken = OpenConnection("old", "redis-cloud", "prod", None, "There is no provider redis-cloud", "pip install it")
    good = OpenConnection("shop", "static", "prod")
    setup = ConsoleSetup(connections=(good, broken), new_configuration_path=Path("/home/me/redistui/config.toml"))
    failing = provider("shop", ProviderPhase.FAILED, message="no route", hint="look at the network")
    async with console(replace(TWO, providers=(failing,)), setup, size=(120, 60)) as shown:
        await shown.press("v")
        for told in (
            "shop  type static",
            "no route – look at the network",
            "can watch",
            "cannot ",
            NOT_IN_THIS_RELEASE.reason,
            "There is no provider redis-cloud",
            "pip install it",
            "embedded  installed, no connection uses it",
            "/home/me/redistui/config.toml",
            'type = "static"',
            'primary = "10.0.0.5:6379"',
        ):
            assert told in shown.text


async def test_help_shows_the_keys_of_where_it_was_called() -> None:
    async with console(TWO) as shown:
        await shown.press("question_mark")
        assert shown.text.index("On the fleet") < shown.text.index("Anywhere")
        before = shown.text
        await shown.press("pagedown")
        assert shown.text != before
        await shown.press("escape", "enter", "question_mark")
        assert shown.text.index("On a pair") < shown.text.index("Anywhere")


@pytest.fixture
def state(tmp_path: Path) -> ConsoleSetup:
    return ConsoleSetup(state_folder=tmp_path, theme="redistui-dark")


async def test_a_theme_is_seen_before_it_is_chosen_and_remembered(state: ConsoleSetup) -> None:
    async with console(TWO, state) as shown:
        await shown.press("t", "down")
        seen = shown.app.theme
        assert seen != "redistui-dark"
        await shown.press("escape")
        assert shown.app.theme == "redistui-dark"
        await shown.press("t", "down", "enter")
        assert shown.app.theme == seen
    async with console(TWO, state) as shown:
        assert shown.app.theme == seen
    async with console(TWO, replace(state, theme="mono")) as shown:
        assert shown.app.theme == "mono", "a changed configuration counts again"


async def test_a_broken_memory_of_the_theme_and_an_unknown_one_do_no_harm(
    state: ConsoleSetup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "COLORTERM", "truecolor")
    (tmp_path / "theme.json").write_text("[not json")
    async with console(TWO, replace(state, theme="no-such-theme")) as shown:
        assert shown.app.theme == "redistui-dark"
        assert any("no-such-theme" in problem for problem in shown.app.wardrobe.problems)


async def test_every_shipped_theme_draws_the_fleet(state: ConsoleSetup) -> None:
    async with console(TWO, state) as shown:
        names = shown.app.wardrobe.names()
        assert len(names) >= 6
        for name in names:
            shown.app.wear(name)
            await shown.pilot.pause()
            assert "beta" in shown.text
    assert json.loads((state.state_folder or Path()).joinpath("theme.json").read_text())["chosen"] == names[-1]


def test_few_colours_choose_the_sixteen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, colour, few in (("screen", "", True), ("xterm-256color", "", False), ("screen", "truecolor", False)):
        monkeypatch.setitem(os.environ, "TERM", name)
        monkeypatch.setitem(os.environ, "COLORTERM", colour)
        assert has_few_colours() is few


async def test_endpoints_are_copied_through_the_terminal() -> None:
    async with console(TWO) as shown:
        await shown.press("home", "y")
        await shown.press("enter")
        assert shown.app.clipboard == "10.2.0.14:6379"
        await shown.press("y", "down", "enter")
        assert shown.app.clipboard == "10.2.0.15:6379"


async def run(shown: Console, command: str) -> None:
    await shown.press("colon")
    await shown.type(command)
    await shown.press("enter")


async def test_commands_do_what_the_keys_do() -> None:
    async with console(TWO) as shown:
        await run(shown, "open gam")
        assert isinstance(shown.app.screen, PairScreen)
        await run(shown, "filter status:down")
        assert isinstance(shown.app.screen, FleetScreen)
        assert "filter status:down" in shown.text
        await run(shown, "filter")
        await run(shown, "sort memory")
        assert "by memory" in shown.text
        await run(shown, "group provider")
        assert "grouped by provider" in shown.text
        await run(shown, "theme mono")
        assert shown.app.theme == "mono"
        await run(shown, "refresh")
        assert shown.source.refreshed == 1
        await run(shown, "alerts")
        assert "SEVERITY" in shown.text
        await run(shown, "pairs")
        assert isinstance(shown.app.screen, FleetScreen)
        await run(shown, "q")
    assert shown.app.return_code == 0


async def test_tab_completes_and_mistakes_are_told() -> None:
    async with console(TWO) as shown:
        await shown.press("colon")
        await shown.type("go al")
        await shown.press("tab", "enter")
        assert isinstance(shown.app.screen, PairScreen)
        assert shown.app.screen.key.name == "alpha"
        await shown.press("colon")
        await shown.type("fitler x")
        await shown.press("enter")
        assert "did you mean filter" in shown.text
        await shown.press("escape")
        assert isinstance(shown.app.screen, PairScreen)


async def test_the_palette_finds_actions_and_pairs() -> None:
    async with console(fleet(40)) as shown:
        await shown.press("ctrl+p")
        assert isinstance(shown.app.screen, CommandPalette)
        await shown.type("sessions-eu-1")
        await shown.app.workers.wait_for_complete()
        await shown.pilot.pause(0.3)
        await shown.press("enter")
        assert isinstance(shown.app.screen, PairScreen)
        assert shown.app.screen.key.name == "sessions-eu-1"


async def test_a_pair_named_at_the_start_is_opened_once_it_is_known() -> None:
    async with console(FleetSnapshot(NOW), ConsoleSetup(open_pair="k8s/beta")) as shown:
        assert isinstance(shown.app.screen, FleetScreen)
        await shown.publish(TWO)
        assert isinstance(shown.app.screen, PairScreen)
        await shown.press("escape")
        await shown.publish(TWO)
        assert isinstance(shown.app.screen, FleetScreen)


async def test_quit_asks_nothing() -> None:
    async with console(TWO) as shown:
        await shown.press("q")
    assert shown.app.return_code == 0
