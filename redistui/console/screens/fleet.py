"""Home: every pair of every provider in one table."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Input

from redistui.console.bindings import bindings
from redistui.console.requests import FleetWanted, OpenPair
from redistui.console.setup import ConsoleSetup
from redistui.console.viewmodel.filter import EVERYTHING, Filter, FilterProblem, parse_filter
from redistui.console.viewmodel.fleet import Arrangement, Grouping, arrange
from redistui.console.viewmodel.fleet_columns import Column
from redistui.console.viewmodel.fleet_words import about, caption, empty, nothing_matches, provider_lines
from redistui.console.viewmodel.line import Line
from redistui.console.viewmodel.underway import lines as underway_lines
from redistui.console.viewmodel.underway import of_pair
from redistui.console.widgets.filter_input import FilterInput
from redistui.console.widgets.fleet_table import FleetTable
from redistui.console.widgets.frame import FooterLine, HeaderLine, unended_of
from redistui.console.widgets.lines import Lines
from redistui.model.snapshot import FleetSnapshot, PairSnapshot
from redistui.model.topology import PairKey
from redistui.present.actions import Scope

_WORDS_LINES = 2


class FleetScreen(Screen[None]):
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.FLEET), *bindings(Scope.LIST)]

    def __init__(self, setup: ConsoleSetup, fleet: FleetSnapshot) -> None:
        super().__init__()
        self._setup = setup
        self._fleet = fleet
        self.arrangement = Arrangement()

    def compose(self) -> ComposeResult:
        yield HeaderLine()
        yield Lines(id="provider-lines")
        yield Lines(id="caption")
        yield FleetTable()
        yield Lines(id="empty")
        yield Lines(id="words")
        yield FooterLine(Scope.FLEET)

    def on_mount(self) -> None:
        self.update_fleet(self._fleet)

    def on_screen_resume(self) -> None:
        self.post_message(FleetWanted())

    def on_resize(self) -> None:
        self._draw_around()

    @property
    def table(self) -> FleetTable:
        return self.query_one(FleetTable)

    @property
    def key(self) -> PairKey | None:
        """The pair that actions of the app are about."""
        return self.selected.key if self.selected is not None else None

    @property
    def selected(self) -> PairSnapshot | None:
        return self.table.selected

    def update_fleet(self, fleet: FleetSnapshot) -> None:
        self._fleet = fleet
        self.query_one(HeaderLine).show_fleet(fleet)
        entries = arrange(fleet, self.arrangement)
        self.table.show_entries(entries, self.arrangement, fleet.at)
        self._show_instead(self._why_empty() if not entries else [])
        self._draw_around()

    def _why_empty(self) -> list[Line]:
        if self._fleet.pairs:
            return nothing_matches(self.arrangement.filter.text)
        return empty(self._fleet, self._setup.configuration_path)

    def _show_instead(self, lines: list[Line]) -> None:
        instead = self.query_one("#empty", Lines)
        instead.show(lines)
        instead.display, self.table.display = bool(lines), not lines

    def _draw_around(self) -> None:
        """The lines above and below the table."""
        unended = unended_of(self.app)
        providers = [*underway_lines(unended), *provider_lines(self._fleet)]
        above = self.query_one("#provider-lines", Lines)
        above.display = bool(providers)
        if providers and above.size.height != len(providers):
            above.styles.height = len(providers)
        above.show(providers)
        shown = sum(1 for pair in self._fleet.pairs if self.arrangement.filter.matches(pair))
        counts = (shown, len(self._fleet.pairs))
        self.query_one("#caption", Lines).show([caption(self.arrangement, counts, self.size.width)])
        pair = self.selected if self.table.display else None
        self.query_one("#words", Lines).show(
            about(pair, self.size.width, _WORDS_LINES, of_pair(unended, pair.key)) if pair is not None else []
        )

    def arrange_by(self, arrangement: Arrangement) -> None:
        """Show the fleet another way."""
        reordered = (arrangement.column, arrangement.reverse) != (self.arrangement.column, self.arrangement.reverse)
        self.arrangement = arrangement
        with self.app.batch_update():
            self.update_fleet(self._fleet)
            if reordered:
                self.table.go_to_top()
                self._draw_around()

    def filter_by(self, wanted: Filter) -> None:
        self.arrange_by(
            Arrangement(self.arrangement.column, self.arrangement.reverse, self.arrangement.grouping, wanted)
        )

    def sort_by(self, column: Column | None) -> None:
        self.arrange_by(self.arrangement.sorted_by(column))

    def group_by(self, grouping: Grouping) -> None:
        now = self.arrangement
        self.arrange_by(Arrangement(now.column, now.reverse, grouping, now.filter))

    def go_to(self, key: PairKey) -> None:
        self.table.go_to(key)
        self._draw_around()

    @property
    def _typing(self) -> FilterInput | None:
        return next(iter(self.query(FilterInput)), None)

    def step_back(self) -> bool:
        """Escape: the filter goes. Home has nothing behind it."""
        self._end_typing()
        if self.arrangement.filter:
            self.filter_by(EVERYTHING)
        return True

    def _end_typing(self) -> None:
        if self._typing is not None:
            self._typing.remove()
            self.set_focus(None)

    @on(Input.Changed)
    def _filter_typed(self, event: Input.Changed) -> None:
        problem = ""
        try:
            wanted = parse_filter(event.value)
        except FilterProblem as error:
            problem, wanted = str(error), self.arrangement.filter
        if self._typing is not None:
            self._typing.explain(problem)
        if wanted != self.arrangement.filter:
            self.filter_by(wanted)

    @on(Input.Submitted)
    def _filter_entered(self) -> None:
        self._end_typing()

    @on(FleetTable.Moved)
    def _cursor_moved(self) -> None:
        self._draw_around()

    @on(FleetTable.Opened)
    def action_fleet_open(self) -> None:
        if self.selected is not None:
            self.post_message(OpenPair(self.selected.key))

    action_list_choose = action_fleet_open

    def action_fleet_filter(self) -> None:
        if self._typing is None:
            self.mount(FilterInput(self.arrangement.filter.text), after="#caption")

    def action_fleet_sort(self) -> None:
        self.arrange_by(self.arrangement.next_column(self.table.columns))

    def action_fleet_reverse(self) -> None:
        now = self.arrangement
        self.arrange_by(Arrangement(now.column, not now.reverse, now.grouping, now.filter))

    def action_fleet_problems(self) -> None:
        self.sort_by(None)

    def action_fleet_group(self) -> None:
        self.arrange_by(self.arrangement.next_grouping())

    def action_list_down(self) -> None:
        self._move(1)

    def action_list_up(self) -> None:
        self._move(-1)

    def action_list_page_down(self) -> None:
        self._move(self.table.page)

    def action_list_page_up(self) -> None:
        self._move(-self.table.page)

    def action_list_first(self) -> None:
        self.table.go_to_end(last=False)
        self._draw_around()

    def action_list_last(self) -> None:
        self.table.go_to_end(last=True)
        self._draw_around()

    def _move(self, step: int) -> None:
        self.table.move(step)
        self._draw_around()
