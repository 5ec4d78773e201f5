"""The pair screen as an operator uses it: keys, panels, tabs, questions, starting a node."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from support.fleets import NOW, FakeSource, down_pair, history, lagging_pair, later, pair
from textual.pilot import Pilot
from textual.widgets import Button, DataTable

from redistui.console.app import RedistuiApp
from redistui.console.dialogs.confirm import ConfirmDialog
from redistui.console.panels.answers import ClientsPanel, LogsPanel
from redistui.console.screens.pair import PairScreen
from redistui.console.setup import ConsoleSetup
from redistui.console.viewmodel.pair_panels import PairPanel
from redistui.console.widgets.lines import Lines
from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.inspection import ClientConnection
from redistui.model.sample import FailureKind
from redistui.model.snapshot import FleetSnapshot, PairSnapshot
from redistui.model.topology import NodeState
from redistui.provider.capabilities import Capability, Verb
from redistui.wire import inspect
from redistui.wire.failures import WireFailure

WIDE, NARROW, SMALLEST = (120, 40), (80, 24), (60, 16)


class Operator:
    """Presses keys and reads the screen."""

    def __init__(self, app: RedistuiApp, pilot: Pilot[int], source: FakeSource) -> None:
        self.app = app
        self.pilot = pilot
        self.source = source

    @property
    def screen(self) -> PairScreen:
        screen = next(one for one in reversed(self.app.screen_stack) if isinstance(one, PairScreen))
        assert isinstance(screen, PairScreen)
        return screen

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    def seen(self) -> str:
        """Every line that can be seen."""
        found = [widget for widget in self.app.screen.query(Lines) if widget.is_on_screen]
        return "\n".join(line.text for widget in found for line in widget.lines)

    async def sees(self, words: str) -> None:
        for _ in range(100):
            if words in self.seen():
                return
            await self.pilot.pause(0.02)
        raise AssertionError(f"{words!r} is not on the screen:\n{self.seen()}")

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        for _ in range(100):
            await self.pilot.pause()
            if condition():
                return
        raise AssertionError(what)

    async def told(self, words: str) -> None:
        for _ in range(100):
            if any(words in one.message for one in self.app._notifications):
                return
            await self.pilot.pause(0.02)
        raise AssertionError(f"nothing told {words!r}: {[one.message for one in self.app._notifications]}")

    async def publish(self, *pairs: PairSnapshot, at: float = NOW) -> None:
        self.source.publish(FleetSnapshot(at, pairs))
        await self.pilot.pause()


@asynccontextmanager
async def opened(
    snapshot: PairSnapshot, size: tuple[int, int] = WIDE, setup: ConsoleSetup | None = None
) -> AsyncIterator[Operator]:
    source = FakeSource(FleetSnapshot(NOW, (snapshot,)))
    source.histories[snapshot.key] = history(nodes=[node.node.id for node in snapshot.nodes])
    app = RedistuiApp(source, setup)
    try:
        async with app.run_test(size=size) as pilot:
            app.open_pair(snapshot.key)
            await pilot.pause()
            yield Operator(app, pilot, source)
    finally:
        source.close()


async def test_wide_shows_everything_at_once() -> None:
    async with opened(lagging_pair()) as operator:
        await operator.sees("Topology")
        for words in ("Findings: 1", "Replication", "Memory of a", "Throughput of a", "6 Events", "3.8 MB behind"):
            await operator.sees(words)
        assert "now" in operator.seen()


@pytest.mark.parametrize("size", [NARROW, SMALLEST])
async def test_small_shows_the_essential_lines_and_the_lag_first(size: tuple[int, int]) -> None:
    async with opened(lagging_pair(), size) as operator:
        await operator.sees("a primary 10.2.0.14:6379")
        await operator.sees("[Lag]")
        await operator.sees("Replication")
        assert "Memory of" not in operator.seen()


async def test_brackets_go_through_every_panel_and_the_essential_lines_stay() -> None:
    async with opened(lagging_pair(), NARROW) as operator:
        for panel in (*tuple(PairPanel)[1:], PairPanel.REPLICATION):
            await operator.press("right_square_bracket")
            assert operator.screen.current is panel
            await operator.sees("a primary 10.2.0.14:6379")
        await operator.press("left_square_bracket")
        assert operator.screen.current is PairPanel.MEMORY_REPORT


async def test_a_resize_keeps_what_was_looked_at() -> None:
    async with opened(lagging_pair(), NARROW) as operator:
        await operator.press("3")
        await operator.sees("DATABASE")
        await operator.pilot.resize_terminal(*WIDE)
        await operator.sees("Topology")
        await operator.sees("DATABASE")
        await operator.pilot.resize_terminal(*NARROW)
        await operator.sees("[3 Keyspace]")
        assert "── Topology" not in operator.seen()


async def test_a_tick_redraws_only_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(lagging_pair()) as operator:
        await operator.sees("Replication")
        drawn: list[Lines] = []
        original = Lines.refresh

        def noted(self: Lines, *regions: object, **options: object) -> object:
            drawn.append(self)
            return original(self, *regions, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(Lines, "refresh", noted)
        unchanged = later(operator.source.latest, 1.0)
        past = operator.source.histories[operator.screen.key]
        operator.source.histories[operator.screen.key] = replace(past)
        operator.source.publish(replace(unchanged, at=NOW))
        await operator.pilot.pause()
        assert drawn == []


async def test_another_node_is_chosen_for_memory() -> None:
    async with opened(pair(replicas=2)) as operator:
        await operator.sees("Memory of a 10.2.0.14:6379")
        await operator.press("full_stop")
        await operator.sees("Memory of b 10.2.0.15:6379")
        await operator.press("comma", "comma")
        await operator.sees("Memory of c 10.2.0.16:6379")
        await operator.sees("▶c")


async def test_a_failing_primary_is_told_within_the_tick_and_recovers() -> None:
    async with opened(pair(), NARROW) as operator:
        await operator.sees("no findings")
        await operator.publish(down_pair())
        await operator.sees("✖ primary 10.2.0.14:6379 refuses connections")
        await operator.sees("✖ link down for 10s · lag unknown")
        await operator.publish(pair())
        await operator.sees("no findings")


async def test_a_pair_that_is_gone_says_so_and_keeps_what_was_known() -> None:
    async with opened(pair()) as operator:
        await operator.publish()
        await operator.sees("no longer lists this pair")
        await operator.sees("offset 88")


async def test_clock_times_instead_of_ages() -> None:
    async with opened(pair()) as operator:
        await operator.press("4")
        await operator.sees("5m ago")
        await operator.press("T")
        await operator.sees("2025-10-09 08:55:20 UTC")


def client(number: int, name: str) -> ClientConnection:
    return ClientConnection(number, f"10.0.0.9:5{number}", name, "default", 0, number, 0, "N", "get", 0, 20_000, "")


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What CLIENT LIST answers: the clients by endpoint, or an error; and whom it asked."""
    asked: list[object] = []

    async def answer(endpoint: object) -> tuple[ClientConnection, ...]:
        asked.append(endpoint)
        return (client(7, "[red]app[/] 订单 🚀"), client(3, "worker"))

    monkeypatch.setattr(inspect, "list_clients", answer)
    return asked


def names(operator: Operator) -> list[str]:
    table = operator.app.screen.query_one(ClientsPanel).query_one(DataTable)
    return [str(table.get_row_at(row)[2]).strip() for row in range(table.row_count)]


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_clients_are_asked_once_shown_as_they_are_and_sorted(
    size: tuple[int, int], clients: list[object]
) -> None:
    async with opened(pair(), size) as operator:
        assert clients == []
        await operator.press("1")
        await operator.sees("2 clients of a 10.2.0.14:6379")
        assert names(operator) == ["worker", "[red]app[/] 订单 🚀"]
        await operator.press("S")
        assert names(operator) == ["[red]app[/] 订单 🚀", "worker"]
        await operator.press("s", "s")
        assert names(operator) == ["[red]app[/] 订单 🚀", "worker"]
        await operator.publish(pair(at=NOW + 1), at=NOW + 1)
        assert len(clients) == 1
        await operator.press("r")
        await operator.sees("2 clients of a")
        assert len(clients) == 2
        assert operator.source.refreshed == 1


async def test_an_answer_about_another_node_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    first = asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def answer(endpoint: object) -> tuple[ClientConnection, ...]:
        if not loops:
            loops.append(asyncio.get_running_loop())
            await asyncio.wait_for(first.wait(), 5)
            return (client(1, "late"),)
        return (client(2, "of the replica"),)

    monkeypatch.setattr(inspect, "list_clients", answer)
    async with opened(pair()) as operator:
        await operator.press("1")
        await operator.sees("asking a 10.2.0.14:6379 for its list of clients")
        await operator.press("full_stop")
        await operator.sees("1 clients of b 10.2.0.15:6379")
        loops[0].call_soon_threadsafe(first.set)
        await operator.pilot.pause(0.05)
        assert names(operator) == ["of the replica"]


async def test_a_refusal_is_told_in_the_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(endpoint: object) -> tuple[ClientConnection, ...]:
        raise WireFailure(FailureKind.PERMISSION, "this user may not run CLIENT LIST [x]", "grant +client|list")

    monkeypatch.setattr(inspect, "list_clients", refuse)
    async with opened(pair(), NARROW) as operator:
        await operator.press("1")
        await operator.sees("gave no list of clients")
        await operator.sees("this user may not run CLIENT LIST")
        await operator.sees("[x]")
        await operator.sees("grant +client|list")


async def test_a_node_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silence(endpoint: object) -> tuple[ClientConnection, ...]:
        await asyncio.Event().wait()
        return ()

    monkeypatch.setattr(inspect, "list_clients", silence)
    monkeypatch.setattr("redistui.console.panels.question.LIMIT_SECONDS", 0.05)
    async with opened(pair()) as operator:
        await operator.press("1")
        await operator.sees("no answer within 0.05 s")
        await operator.sees("r asks again")


async def test_a_bug_in_a_question_does_not_end_the_console(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(endpoint: object) -> tuple[ClientConnection, ...]:
        raise ValueError("secret")

    monkeypatch.setattr(inspect, "list_clients", broken)
    async with opened(pair()) as operator:
        await operator.press("1")
        await operator.sees("unexpected error: ValueError")
        assert "secret" not in operator.seen()


async def test_logs_where_the_provider_has_them_and_the_reason_where_not() -> None:
    async with opened(pair()) as operator:
        operator.source.log_lines = ("* Ready [ok]", "# 警告 \x1b[2J")
        await operator.press("7")
        await operator.sees("* Ready [ok]")
        assert "\x1b" not in operator.seen()
    async with opened(pair()) as operator:
        operator.source.abilities[Verb.LOGS] = Capability.no("a bare address has no log")
        await operator.press("7")
        await operator.sees("no logs here: a bare address has no log")


async def test_logs_show_their_newest_lines_first_and_scroll_back() -> None:
    async with opened(pair()) as operator:
        operator.source.log_lines = tuple(f"* line {number:03}" for number in range(120))
        await operator.press("7")
        await operator.sees("* line 119")
        scroll = operator.app.screen.query_one(LogsPanel).scroll
        await operator.until(lambda: 0 < scroll.max_scroll_y == scroll.scroll_y, "the newest line is seen")
        await operator.press(*["pageup"] * 20)
        await operator.until(lambda: scroll.scroll_y == 0, "the oldest line is seen")


def stopped(snapshot: PairSnapshot) -> PairSnapshot:
    first = snapshot.nodes[0]
    return replace(
        snapshot, nodes=(replace(first, node=replace(first.node, state=NodeState.STOPPED)), *snapshot.nodes[1:])
    )


async def test_starting_asks_first_and_cancel_has_the_focus() -> None:
    async with opened(stopped(down_pair())) as operator:
        await operator.press("X")
        dialog = operator.app.screen
        assert isinstance(dialog, ConfirmDialog)
        assert isinstance(dialog.focused, Button)
        assert dialog.focused.id == "cancel"
        await operator.press("enter")
        assert isinstance(operator.app.screen, PairScreen)
        assert operator.source.started == []


@pytest.mark.parametrize("no", ["escape", "n"])
async def test_starting_can_be_declined(no: str) -> None:
    async with opened(stopped(down_pair())) as operator:
        await operator.press("X", no)
        assert isinstance(operator.app.screen, PairScreen)
        assert operator.source.started == []


async def test_a_confirmed_start_starts_that_node() -> None:
    snapshot = stopped(down_pair())
    async with opened(snapshot) as operator:
        await operator.press("X", "right", "enter")
        await operator.told("was started")
        assert operator.source.started == [(snapshot.key, snapshot.nodes[0].node.id)]


async def test_a_failed_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(key: object, node_id: str) -> None:
        raise ProviderError(ProviderErrorKind.CONFLICT, "port 6379 is taken [x]", hint="end the other process")

    async with opened(stopped(down_pair())) as operator:
        monkeypatch.setattr(operator.source, "start_node", fail)
        await operator.press("X", "right", "enter")
        await operator.told("was not started: port 6379 is taken [x]. end the other process")


async def test_starting_is_refused_in_a_read_only_environment_and_where_the_provider_cannot() -> None:
    async with opened(stopped(down_pair()), setup=ConsoleSetup(read_only=frozenset({"prod"}))) as operator:
        await operator.press("X")
        await operator.told("the environment prod is read-only")
        assert operator.source.started == []
    async with opened(stopped(down_pair())) as operator:
        operator.source.abilities[Verb.START] = Capability.no("it is a bare address")
        await operator.press("X")
        await operator.told("it is a bare address")


async def test_every_plot_can_be_reached_where_only_one_fits() -> None:
    async with opened(pair(), SMALLEST) as operator:
        await operator.sees("bytes behind")
        await operator.press("u")
        await operator.sees("time behind")


async def test_a_tab_scrolls_by_keys() -> None:
    async with opened(pair(), SMALLEST) as operator:
        operator.source.log_lines = tuple(f"line {number}" for number in range(150))
        await operator.press("7")
        await operator.sees("line 149")
        scroll = operator.screen._answers[PairPanel.LOGS].scroll  # type: ignore[attr-defined]
        await operator.pilot.pause(0.05)
        bottom = scroll.scroll_y
        assert bottom > 0
        await operator.press("up", "pageup")
        assert scroll.scroll_y < bottom - 2


@pytest.mark.parametrize("name", ["订单 [red] 🚀", "[/]", "a" * 120, "\x1b[31mred"])
@pytest.mark.parametrize("size", [WIDE, SMALLEST])
async def test_any_name_is_drawn_as_it_is(name: str, size: tuple[int, int]) -> None:
    async with opened(pair(name), size) as operator:
        await operator.sees(name[:8] if name.isprintable() else "red")
        for y in range(size[1]):
            widget, region = operator.app.screen.get_widget_at(0, y)
            assert widget.render_line(y - region.y).cell_length <= size[0]
        assert "\x1b" not in operator.seen()


async def test_only_ascii_where_the_locale_has_no_more() -> None:
    async with opened(lagging_pair(), setup=ConsoleSetup(only_ascii=True)) as operator:
        await operator.sees("Topology")
        await operator.pilot.pause()
        for widget in operator.app.screen.query(Lines):
            if widget.is_on_screen:
                drawn = [widget.render_line(y).text for y in range(widget.size.height)]
                assert all(line.isascii() for line in drawn), (widget, [one for one in drawn if not one.isascii()])


async def test_the_write_endpoint_is_copied() -> None:
    async with opened(pair()) as operator:
        await operator.press("y", "enter")
        await operator.told("10.2.0.14:6379")
        assert operator.app.clipboard == "10.2.0.14:6379"


async def test_tabs_can_be_asked_for_by_name(clients: list[object]) -> None:
    async with opened(pair(), NARROW) as operator:
        await operator.press("colon", *"clients", "enter")
        await operator.sees("2 clients of a 10.2.0.14:6379")
        assert len(clients) == 1


async def test_escape_goes_back_to_the_fleet() -> None:
    async with opened(pair()) as operator:
        await operator.press("escape")
        assert not isinstance(operator.app.screen, PairScreen)


async def test_a_storm_of_resizes_ends_with_a_right_screen() -> None:
    async with opened(lagging_pair()) as operator:
        for columns, rows in ((60, 16), (200, 60), (20, 5), (99, 40), (100, 33), (1, 1), (120, 34), (61, 17), (10, 80)):
            await operator.pilot.resize_terminal(columns, rows)
            await operator.publish(lagging_pair(at=NOW + columns), at=NOW + columns)
        await operator.pilot.resize_terminal(*NARROW)
        await operator.sees("[Lag]")
        await operator.sees("3.8 MB behind")
        await operator.pilot.resize_terminal(*WIDE)
        await operator.sees("── Topology")
        await operator.sees("Memory of a")
