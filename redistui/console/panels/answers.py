"""The tabs that ask: clients and slow log as sortable tables, the memory report and logs as text."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import DataTable

from redistui.console.source import MonitorSource
from redistui.console.viewmodel.line import line, safe
from redistui.console.viewmodel.pair_answers import CLIENT_COLUMNS, Column, memory_report, ordered, slow_columns
from redistui.console.viewmodel.pair_panels import PairPanel
from redistui.console.viewmodel.phrases import as_line, crop
from redistui.model.inspection import ClientConnection, MemoryReport, SlowCommand
from redistui.provider.capabilities import Capability
from redistui.wire import inspect

from .panel import ScrolledLines
from .question import AnswerPanel, Subject

Row = TypeVar("Row")
_SLOW_COMMANDS = 128
_LOG_LINES = 200


class TablePanel(AnswerPanel[Sequence[Row]]):
    """Rows in a DataTable, which is not live and so may redraw itself whole."""

    def __init__(self, panel_id: str, source: MonitorSource) -> None:
        super().__init__(panel_id, source)
        self.table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=False, cell_padding=1)
        self.rows: Sequence[Row] = ()
        self._column = 0
        self._reverse = False
        self._when = ""

    def compose(self) -> ComposeResult:
        yield self.words
        yield self.table

    def on_mount(self) -> None:
        self.table.display = False

    @abstractmethod
    def columns(self) -> tuple[Column[Row], ...]: ...

    def answer_widget(self) -> DataTable[Text]:
        return self.table

    def show_answer(self, subject: Subject, answer: Sequence[Row]) -> None:
        self.rows = answer
        self._fill()
        self.tell([line(self.summary(subject))])

    @abstractmethod
    def summary(self, subject: Subject) -> str: ...

    def sort_next(self) -> None:
        self._column, self._reverse = (self._column + 1) % len(self.columns()), False
        self._fill()

    def reverse(self) -> None:
        self._reverse = not self._reverse
        self._fill()

    def move(self, lines: int) -> None:
        self.table.move_cursor(row=max(0, self.table.cursor_row + lines), animate=False)

    def on_data_table_header_selected(self, event: DataTable.HeaderSelected) -> None:
        if event.column_index == self._column:
            self.reverse()
        else:
            self._column, self._reverse = event.column_index, False
            self._fill()

    def _fill(self) -> None:
        columns = self.columns()
        by = columns[self._column]
        self.table.clear(columns=True)
        for number, column in enumerate(columns):
            falling = column.falling != self._reverse
            mark = (" ▼" if falling else " ▲") if number == self._column else ""
            self.table.add_column(Text(f"{column.title}{mark}"))
        for row in ordered(self.rows, by, reverse=self._reverse):
            self.table.add_row(*(_cell(column, row) for column in columns))


def _cell(column: Column[Row], row: Row) -> Text:
    text = column.text(row)
    return Text(crop(text, column.cells) if column.cells else text, no_wrap=True, justify=column.justify)


class ClientsPanel(TablePanel[ClientConnection]):
    asked_for = "list of clients"

    def columns(self) -> tuple[Column[ClientConnection], ...]:
        return CLIENT_COLUMNS

    async def question(self, subject: Subject) -> Sequence[ClientConnection]:
        return await inspect.list_clients(await self.endpoint(subject))

    def summary(self, subject: Subject) -> str:
        return f"{len(self.rows)} clients of {subject.label} · r asks again · s sorts by the next column, S turns round"


class SlowLogPanel(TablePanel[SlowCommand]):
    asked_for = "slow log"
    clock_times = False
    now = 0.0

    def columns(self) -> tuple[Column[SlowCommand], ...]:
        return slow_columns(self.now, absolute=self.clock_times)

    async def question(self, subject: Subject) -> Sequence[SlowCommand]:
        return await inspect.slow_log(await self.endpoint(subject), _SLOW_COMMANDS)

    def summary(self, subject: Subject) -> str:
        if not self.rows:
            return f"the slow log of {subject.label} is empty: nothing took longer than slowlog-log-slower-than"
        return f"{len(self.rows)} slow commands of {subject.label} · r asks again · s sorts by the next column"

    def show_times(self, now: float, *, clock_times: bool) -> None:
        changed, self.now, self.clock_times = clock_times != self.clock_times, now, clock_times
        if changed and self.rows:
            self._fill()


class TextPanel(AnswerPanel[Row]):
    """An answer in lines."""

    def __init__(self, panel_id: str, source: MonitorSource) -> None:
        super().__init__(panel_id, source)
        self.content = ScrolledLines()
        self.scroll = VerticalScroll(self.content)

    def compose(self) -> ComposeResult:
        yield self.words
        yield self.scroll

    def on_mount(self) -> None:
        self.scroll.display = False

    def answer_widget(self) -> VerticalScroll:
        return self.scroll

    def move(self, lines: int) -> None:
        self.scroll.scroll_relative(y=lines, animate=False)


class MemoryReportPanel(TextPanel[MemoryReport]):
    asked_for = "memory report"

    async def question(self, subject: Subject) -> MemoryReport:
        return await inspect.memory_report(await self.endpoint(subject))

    def show_answer(self, subject: Subject, answer: MemoryReport) -> None:
        self.tell([line(f"memory of {subject.label} · r asks again")])
        self.content.show_all([as_line(content) for content in memory_report(answer, max(20, self.size.width - 3))])
        self.scroll.scroll_home(animate=False)


class LogsPanel(TextPanel[Sequence[str]]):
    asked_for = "log"
    capability = Capability.yes()

    def ask(self, subject: Subject | None) -> None:
        if self.capability.supported:
            super().ask(subject)
        else:
            self.scroll.display = False
            self.tell([line(f"no logs here: {safe(self.capability.reason)}")])

    async def question(self, subject: Subject) -> Sequence[str]:
        return await self._source.logs(subject.key, subject.node_id, _LOG_LINES)

    def show_answer(self, subject: Subject, answer: Sequence[str]) -> None:
        if not answer:
            self.scroll.display = False
            self.tell([line(f"the log of {subject.label} is empty")])
            return
        self.tell([line(f"the newest {len(answer)} lines of {subject.label} · r asks again")])
        self.content.show_all([line(safe(text)) for text in answer])
        self.scroll.call_after_refresh(self.scroll.scroll_end, animate=False)


def answer_panels(source: MonitorSource) -> dict[PairPanel, AnswerPanel[Any]]:
    return {
        PairPanel.CLIENTS: ClientsPanel(PairPanel.CLIENTS, source),
        PairPanel.SLOW_LOG: SlowLogPanel(PairPanel.SLOW_LOG, source),
        PairPanel.LOGS: LogsPanel(PairPanel.LOGS, source),
        PairPanel.MEMORY_REPORT: MemoryReportPanel(PairPanel.MEMORY_REPORT, source),
    }
