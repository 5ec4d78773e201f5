"""The fleet screen under the keys of an operator."""

from dataclasses import replace

import pytest
from rich.cells import cell_len
from support.console import Console, console
from support.fleets import NOW, down_pair, fleet, lagging_pair, later, pair, provider

from redistui.console.screens.pair import PairScreen
from redistui.console.setup import ConsoleSetup
from redistui.console.widgets.fleet_table import FleetTable
from redistui.console.widgets.lines import Lines
from redistui.model.snapshot import FleetSnapshot, ProviderPhase


def trouble(*broken: str, at: float = NOW) -> FleetSnapshot:
    """Four pairs, of which some are down."""
    names = ("alpha", "beta", "gamma", "delta")
    return FleetSnapshot(
        at, tuple((down_pair if name in broken else pair)(name, at=at) for name in names), (provider(),)
    )


async def test_the_cursor_stays_on_its_pair_when_the_order_changes() -> None:
    async with console(trouble()) as shown:
        await shown.press("j")
        assert "beta" in shown.marked
        await shown.publish(trouble("gamma", "delta", at=NOW + 1))
        assert "beta" in shown.marked
        assert [line.split()[0] for line in rows(shown)] == ["delta", "gamma", "alpha", "▶"]


async def test_until_the_cursor_was_moved_it_shows_the_worst() -> None:
    async with console(trouble()) as shown:
        assert "alpha" in shown.marked
        await shown.publish(trouble("gamma", at=NOW + 1))
        assert "gamma" in shown.marked


def rows(shown: Console) -> list[str]:
    table = shown.app.screen.query_one(FleetTable)
    return [table.render_line(y).text.strip() for y in range(1, len(table.lines))]


async def test_keys_move_page_and_reach_both_ends() -> None:
    async with console(fleet(200), size=(80, 24)) as shown:
        first = shown.marked
        await shown.press("end")
        assert shown.marked != first
        last = shown.marked
        await shown.press("pageup", "pagedown")
        assert shown.marked == last
        await shown.press("home")
        assert shown.marked == first
        await shown.press("down", "k")
        assert shown.marked == first


async def test_the_filter_narrows_while_typing_and_tells_what_it_does_not_know() -> None:
    async with console(trouble("gamma")) as shown:
        await shown.press("slash")
        await shown.type("status:down")
        assert [line.split()[1] for line in rows(shown)] == ["gamma"]
        await shown.press("enter", "j")
        assert "filter status:down" in shown.text
        assert "1 of 4 pairs" in shown.text
        await shown.press("slash")
        await shown.type(" place:x")
        assert "no such filter place:" in shown.text
        await shown.press("escape")
        assert len(rows(shown)) == 4


async def test_a_filter_without_matches_says_how_to_see_all_again() -> None:
    async with console(trouble()) as shown:
        await shown.press("slash")
        await shown.type("zzz")
        assert "No pair matches zzz" in shown.text
        await shown.press("escape")
        assert "alpha" in shown.marked


async def test_sorting_and_grouping() -> None:
    async with console(trouble("gamma")) as shown:
        await shown.press("s")
        assert "by pair" in shown.text
        assert "alpha" in shown.marked
        await shown.press("S")
        assert "gamma" in shown.marked
        await shown.press("0", "g")
        assert "grouped by environment" in shown.text
        assert "─ prod" in shown.text
        assert "gamma" in shown.marked


async def test_a_new_pair_comes_in_and_a_gone_one_leaves_the_cursor_near() -> None:
    async with console(trouble()) as shown:
        await shown.press("j", "j")
        there = trouble(at=NOW + 1)
        await shown.publish(replace(there, pairs=tuple(one for one in there.pairs if one.key.name != "delta")))
        assert "gamma" in shown.marked
        assert len(rows(shown)) == 3


async def test_what_did_not_change_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    start = trouble("gamma")
    async with console(start) as shown:
        drawn: list[int] = []
        original = Lines.render_line
        monkeypatch.setattr(Lines, "render_line", lambda self, y: drawn.append(y) or original(self, y))
        await shown.publish(later(start, 1))
        assert drawn == []
        await shown.publish(later(start, 2, changing=0.25, seed=4))
        assert len(drawn) == 1


async def test_enter_opens_the_pair_and_escape_comes_back_to_it() -> None:
    async with console(trouble("gamma")) as shown:
        await shown.press("j", "enter")
        assert isinstance(shown.app.screen, PairScreen)
        await shown.publish(trouble(at=NOW + 1))
        await shown.press("escape")
        assert "alpha" in shown.marked
        assert "✖" not in shown.text, "the fleet shows the newest when it is seen again"


async def test_a_double_click_opens_and_a_click_selects() -> None:
    async with console(trouble()) as shown:
        await shown.pilot.click(FleetTable, offset=(5, 3))
        assert "delta" in shown.marked
        await shown.pilot.click(FleetTable, offset=(5, 3), times=2)
        await shown.pilot.pause()
        assert isinstance(shown.app.screen, PairScreen)


async def test_an_empty_fleet_teaches_and_fills() -> None:
    async with console(FleetSnapshot(NOW)) as shown:
        assert "redistui demo" in shown.text
        await shown.publish(trouble(at=NOW + 1))
        assert "alpha" in shown.marked
        assert "redistui demo" not in shown.text


async def test_a_provider_that_fails_has_its_own_line_and_delays_nobody() -> None:
    failing = provider("aws", ProviderPhase.FAILED, message="the token is expired", hint="aws sso login")
    async with console(replace(trouble(), providers=(provider(), failing))) as shown:
        assert "✖ aws  the token is expired – aws sso login" in shown.text
        assert len(rows(shown)) == 4
        await shown.publish(trouble(at=NOW + 1))
        assert "aws" not in shown.text


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40), (200, 50)])
async def test_every_line_fits(size: tuple[int, int]) -> None:
    names = ("数据库-北京-主库-一号", "[red]x[/] 👩‍💻 team", "a\x1b[31mb\nc", "ﷺ" * 9, "plain")
    hard = FleetSnapshot(NOW, tuple(lagging_pair(name) for name in names), (provider(),))
    async with console(hard, size=size) as shown:
        table = shown.app.screen.query_one(FleetTable)
        columns = {table.render_line(y).cell_length for y in range(table.size.height)}
        assert columns == {size[0]}
        assert "\x1b" not in shown.text
        assert "[red]x[/]" in shown.text


async def test_wide_names_do_not_move_the_columns_behind_them() -> None:
    async with console(FleetSnapshot(NOW, (pair("数据库"), pair("数据库-a"), pair("plain")))) as shown:
        table = shown.app.screen.query_one(FleetTable)
        lines = [table.render_line(y).text for y in (1, 2, 3)]
        assert len({cell_len(text[: text.index("k8s/shop")]) for text in lines}) == 1


async def test_too_small_is_said_and_undone() -> None:
    async with console(trouble(), size=(80, 24)) as shown:
        await shown.pilot.resize_terminal(50, 12)
        await shown.pilot.pause()
        assert "needs 60×16 cells" in shown.text
        await shown.pilot.resize_terminal(80, 24)
        await shown.pilot.pause()
        assert "alpha" in shown.marked


async def test_remapped_keys_count_and_are_shown() -> None:
    setup = ConsoleSetup(keys={"fleet.sort": "z"}, theme="redistui-dark")
    async with console(trouble(), setup) as shown:
        assert " z sort" in shown.text
        await shown.press("s")
        assert "by pair" not in shown.text
        await shown.press("z")
        assert "by pair" in shown.text
