"""One pair, live: topology and findings, replication, memory and throughput with their past minutes, and tabs."""

from functools import partialmethod
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.events import Resize
from textual.screen import Screen
from textual.widget import Widget

from redistui.console.bindings import bindings
from redistui.console.panels.answers import LogsPanel, SlowLogPanel, TablePanel, answer_panels
from redistui.console.panels.live import live_panels
from redistui.console.panels.question import AnswerPanel, Subject
from redistui.console.setup import ConsoleSetup
from redistui.console.source import MonitorSource
from redistui.console.viewmodel.line import Span, Tone, line
from redistui.console.viewmodel.pair_panels import LEFT, RIGHT, TABS, PairPanel, keys, neighbour, strip
from redistui.console.viewmodel.pair_start import why_not_start
from redistui.console.viewmodel.pair_summary import essentials, title
from redistui.console.viewmodel.pair_view import PairView, default_node_id, label_of
from redistui.console.viewmodel.phrases import as_line
from redistui.console.viewmodel.plot import Charset
from redistui.console.viewmodel.underway import of_pair, short
from redistui.console.widgets.frame import FooterLine, HeaderLine, unended_of
from redistui.console.widgets.lines import Lines
from redistui.model.snapshot import FleetSnapshot, PairSnapshot
from redistui.model.topology import PairKey
from redistui.present.actions import Scope
from redistui.provider.capabilities import Verb

from .pair_start import ask_to_start

# Below these, one panel is seen at a time.
_NORMAL_COLUMNS, _TALL_LINES = 100, 34


class PairScreen(Screen[None]):
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_NORMAL_COLUMNS, "-normal"), (150, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (_TALL_LINES, "-tall"), (40, "-roomy"), (48, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Scope.PAIR),
        *bindings(Scope.LIST, "list.down", "list.up", "list.page_down", "list.page_up"),
        *bindings(Scope.ANYWHERE, "refresh"),
    ]

    def __init__(self, key: PairKey, source: MonitorSource, setup: ConsoleSetup | None = None) -> None:
        super().__init__()
        self.key = key
        self._source = source
        self._setup = setup or ConsoleSetup()
        self._fleet = source.latest
        self._view: PairView | None = None
        self._vanished = False
        self._chosen_id = ""
        self._measure = 0
        self._clock_times = False
        self._single = False
        self.current = PairPanel.REPLICATION
        self._tab = PairPanel.EVENTS
        self._live = live_panels()
        self._answers = answer_panels(source)

    def compose(self) -> ComposeResult:
        panels: dict[PairPanel, Widget] = {**self._live, **self._answers}
        yield HeaderLine(self.key.name)
        yield Lines(id="pair-title")
        yield Lines(id="essentials")
        yield Lines(id="panel-strip")
        yield Container(
            Vertical(*(panels[panel] for panel in LEFT), id="left"),
            Vertical(*(panels[panel] for panel in RIGHT), id="right"),
            id="upper",
        )
        yield Lines(id="tab-strip")
        yield Container(*(panels[panel] for panel in TABS), id="details")
        yield FooterLine(Scope.PAIR)

    def on_mount(self) -> None:
        self._arrange()
        self.update_fleet(self._source.latest)

    def on_screen_resume(self) -> None:
        self.update_fleet(self._source.latest)

    def on_resize(self, event: Resize) -> None:
        self._single = event.size.width < _NORMAL_COLUMNS or event.size.height < _TALL_LINES
        self._arrange()
        self.call_after_refresh(self._draw)

    @property
    def selected(self) -> PairSnapshot | None:
        return self._view.pair if self._view is not None else None

    @property
    def seen(self) -> tuple[PairPanel, ...]:
        return (self.current,) if self._single else (*LEFT, *RIGHT, self._tab)

    def update_fleet(self, fleet: FleetSnapshot) -> None:
        """Take the newest of this pair; of a pair that is gone the last that was known stays."""
        self._fleet = fleet
        pair = fleet.pair(self.key)
        self._vanished = pair is None
        if pair is not None:
            self._look(pair)
        self._draw()

    def _look(self, pair: PairSnapshot) -> None:
        self._view = PairView(
            pair,
            self._source.history(self.key),
            self._source.events(self.key),
            default_node_id(pair, self._chosen_id),
            Charset.ASCII if self._setup.only_ascii else Charset.UNICODE,
            self._measure,
            self._clock_times,
        )

    def _draw(self) -> None:
        view = self._view
        environment = view.pair.pair.environment if view is not None else None
        self.query_one(HeaderLine).show_fleet(self._fleet, environment=environment)
        top = self.query_one("#pair-title", Lines)
        if view is None or self._vanished:
            words = "✖ its provider no longer lists this pair; escape goes back" if view else "? not found yet"
            top.show([line(Span(f" {words}", Tone.BAD))])
        if view is None:
            return
        cells = self.size.width
        if not self._vanished:
            underway = of_pair(unended_of(self.app), self.key)
            top.show([as_line(title(view.pair, cells, short(underway) if underway is not None else None))])
        if self._single:
            self.query_one("#essentials", Lines).show([as_line(content) for content in essentials(view, cells)])
        for panel in self.seen:
            if panel in self._live:
                self._live[panel].view = view
            else:
                self._look_at_answer(self._answers[panel], view)

    def _look_at_answer(self, panel: AnswerPanel[Any], view: PairView) -> None:
        if isinstance(panel, LogsPanel):
            panel.capability = self._source.capabilities(self.key)[Verb.LOGS]
        if isinstance(panel, SlowLogPanel):
            panel.show_times(view.pair.at, clock_times=view.clock_times)
        panel.look_at(self.subject)

    @property
    def subject(self) -> Subject | None:
        """The chosen node."""
        node = self._view.selected if self._view is not None else None
        if self._view is None or node is None:
            return None
        return Subject(self.key, node.node.id, label_of(self._view, node))

    def go_to(self, panel: PairPanel) -> None:
        self.current = panel
        if panel in TABS:
            self._tab = panel
        self._arrange()
        self.call_after_refresh(self._draw)

    def _arrange(self) -> None:
        """Which panels are seen; the style sheet does the rest."""
        self.set_class(self.current in LEFT, "-on-left")
        self.set_class(self.current in RIGHT, "-on-right")
        self.set_class(self.current in TABS, "-on-tab")
        seen = self.seen
        for panel, live in self._live.items():
            live.set_class(panel in seen, "-seen")
        for panel, answer in self._answers.items():
            answer.set_class(panel in seen, "-seen")
        tabs = keys(self._setup.keys)
        self.query_one("#panel-strip", Lines).show([strip(tuple(PairPanel), self.current, self.size.width, tabs)])
        self.query_one("#tab-strip", Lines).show([strip(TABS, self._tab, self.size.width, tabs)])

    def _redraw(self) -> None:
        """After a choice of the operator's: the same data, seen otherwise."""
        if self._view is not None:
            self._look(self._view.pair)
            with self.app.batch_update():
                self._draw()

    def _step_panel(self, step: int) -> None:
        order = tuple(PairPanel) if self._single else TABS
        self.go_to(neighbour(order, self.current if self._single else self._tab, step))

    action_pair_next_panel = partialmethod(_step_panel, 1)
    action_pair_previous_panel = partialmethod(_step_panel, -1)

    def _step_node(self, step: int) -> None:
        if self._view is None or not self._view.pair.nodes:
            return
        ids = [node.node.id for node in self._view.pair.nodes]
        now = ids.index(self._view.selected_id) if self._view.selected_id in ids else 0
        self._chosen_id = ids[(now + step) % len(ids)]
        self._redraw()

    action_pair_next_node = partialmethod(_step_node, 1)
    action_pair_previous_node = partialmethod(_step_node, -1)
    action_pair_clients = partialmethod(go_to, PairPanel.CLIENTS)
    action_pair_slow_log = partialmethod(go_to, PairPanel.SLOW_LOG)
    action_pair_keyspace = partialmethod(go_to, PairPanel.KEYSPACE)
    action_pair_persistence = partialmethod(go_to, PairPanel.PERSISTENCE)
    action_pair_settings = partialmethod(go_to, PairPanel.SETTINGS)
    action_pair_events = partialmethod(go_to, PairPanel.EVENTS)
    action_pair_logs = partialmethod(go_to, PairPanel.LOGS)
    action_pair_endpoints = partialmethod(go_to, PairPanel.ENDPOINTS)
    action_pair_memory_report = partialmethod(go_to, PairPanel.MEMORY_REPORT)

    def action_pair_turn_plots(self) -> None:
        self._measure += 1
        self._redraw()

    def action_pair_clock_times(self) -> None:
        self._clock_times = not self._clock_times
        self._redraw()

    @property
    def _lower(self) -> Widget:
        """The tab that is seen, or the one panel."""
        panel = self.current if self._single else self._tab
        return self._live.get(panel) or self._answers[panel]

    def action_pair_sort(self) -> None:
        if isinstance(self._lower, TablePanel):
            self._lower.sort_next()

    def action_pair_reverse(self) -> None:
        if isinstance(self._lower, TablePanel):
            self._lower.reverse()

    def action_refresh(self) -> None:
        """Sample now, and ask again what is on demand."""
        self._source.refresh()
        if isinstance(self._lower, AnswerPanel):
            self._lower.ask(self.subject)

    def action_pair_start_node(self) -> None:
        view, subject = self._view, self.subject
        if view is None or subject is None or view.selected is None:
            return
        ability = self._source.capabilities(self.key)[Verb.START]
        read_only = view.pair.pair.environment in self._setup.read_only
        if words := why_not_start(view.pair, view.selected, ability, read_only=read_only):
            self.notify(words, severity="warning", markup=False)
        else:
            ask_to_start(self, self._source, subject)

    def _scroll(self, lines: int, *, pages: int = 0) -> None:
        """Move in the tab, or in the one panel that is seen."""
        lines += pages * max(1, self._lower.size.height - 2)
        if isinstance(self._lower, AnswerPanel):
            self._lower.move(lines)
        else:
            self._lower.scroll_relative(y=lines, animate=False)

    action_list_down = partialmethod(_scroll, 1)
    action_list_up = partialmethod(_scroll, -1)
    action_list_page_down = partialmethod(_scroll, 0, pages=1)
    action_list_page_up = partialmethod(_scroll, 0, pages=-1)
