"""The history of operations; what has not ended stands on top."""

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.widgets import Input

from redistui.console.bindings import bindings
from redistui.console.operations import Operations, Verification
from redistui.console.requests import OpenOperation
from redistui.console.source import MonitorSource
from redistui.console.viewmodel import operations as words_of
from redistui.console.viewmodel.line import Line, Span, Tone, line, safe, wrapped
from redistui.console.widgets.filter_input import FilterInput
from redistui.console.widgets.line_list import LineList, Row
from redistui.model.errors import RedistuiError
from redistui.model.snapshot import FleetSnapshot
from redistui.model.topology import PairKey
from redistui.operations.sight import Sight
from redistui.present.actions import Scope

from .list_screen import ListScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

READ_LIMIT_SECONDS = 20.0


class OperationsScreen(ListScreen):
    title_words = "operations"
    footer_actions: ClassVar[tuple[str, ...]] = (
        "list.choose", "operations.filter", "operations.verify", "back", "help", "quit"
    )  # fmt: skip
    words_lines = 2
    scope = Scope.OPERATIONS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.OPERATIONS), *bindings(Scope.ANYWHERE, "refresh")]

    def __init__(
        self, fleet: FleetSnapshot, first: PairKey | None, source: MonitorSource, operations: Operations
    ) -> None:
        super().__init__(fleet)
        self._first = first
        self._source = source
        self._operations = operations
        self._sights: Sequence[Sight] | None = None
        self._problem = ""
        self._words: tuple[str, ...] = ()
        self._verified: list[Span] = []

    @property
    def key(self) -> PairKey | None:
        sight = self.selected
        return sight.record.plan.pair if sight is not None else self._first

    @property
    def selected(self) -> Sight | None:
        chosen = self.listing.selected
        return next((sight for sight in self._sights or () if sight.record.id == chosen), None)

    def on_mount(self) -> None:
        super().on_mount()
        self.action_refresh()

    def action_refresh(self) -> None:
        self.run_worker(self._read(), group="history", exclusive=True, exit_on_error=False)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self._sights is not None:
            self.action_refresh()

    def operations_changed(self) -> None:
        """Something began or ended."""
        self.action_refresh()

    async def _read(self) -> None:
        try:
            future = asyncio.wrap_future(self._source.submit(self._operations.history()))
            self._sights = await asyncio.wait_for(future, READ_LIMIT_SECONDS)
            self._problem = ""
        except RedistuiError as error:
            self._problem = f"{error.message}. {error.hint}"
        except TimeoutError:
            self._problem = f"the journal did not answer within {READ_LIMIT_SECONDS:g} s"
        self.update_fleet(self.fleet)

    def heading(self) -> Line:
        return words_of.heading(self.size.width)

    def rows(self) -> list[Row]:
        width = self.size.width
        if self._problem:
            return [Row(one) for one in wrapped([Span(f" ✖ {safe(self._problem)}", Tone.BAD)], width - 1, indent=3)]
        if self._sights is None:
            return [Row(line(Span("  … reading the journal", Tone.DIM)))]
        rows: list[Row] = []
        for title, sights in words_of.sections(self._sights, self._first, self._words):
            rows.append(Row(words_of.section_line(title, width)))
            rows += [Row(words_of.operation_line(sight, width), sight.record.id) for sight in sights]
        return rows or [Row(one) for one in words_of.nothing(self._words)]

    def words(self) -> list[Line]:
        if self._verified:
            return wrapped(self._verified, self.size.width - 1, indent=3, limit=self.words_lines)
        sight = self.selected
        return words_of.about(sight, self.size.width, self.words_lines) if sight is not None else []

    def chosen(self, value: object) -> None:
        sight = self.selected
        if sight is not None:
            self.post_message(OpenOperation(sight.record.id, sight.record.plan.pair))

    # ---- verifying

    def action_operations_verify(self) -> None:
        self.run_worker(self._verify(), group="verify", exclusive=True, exit_on_error=False)

    async def _verify(self) -> None:
        self._say([Span(" … following every chain of the journal", Tone.ACCENT)])
        try:
            future = asyncio.wrap_future(self._source.submit(self._operations.verify()))
            self._say(_verdict(await asyncio.wait_for(future, READ_LIMIT_SECONDS)))
        except RedistuiError as error:
            self._say([Span(f" ✖ {safe(error.message)}", Tone.BAD)])
        except TimeoutError:
            self._say([Span(f" ✖ not verified within {READ_LIMIT_SECONDS:g} s", Tone.BAD)])

    @on(LineList.Moved)
    def _moved(self) -> None:
        self._say([])

    def _say(self, parts: list[Span]) -> None:
        self._verified = parts
        self.draw_words()

    # ---- filtering

    def action_operations_filter(self) -> None:
        self._say([])
        if not self.query(FilterInput):
            typed = FilterInput(" ".join(self._words), "words that all occur: pair, verb, who, outcome")
            self.mount(typed, after="#heading")

    @on(Input.Changed)
    def _filter_typed(self, event: Input.Changed) -> None:
        self._words = tuple(event.value.casefold().split())
        self.update_fleet(self.fleet)

    @on(Input.Submitted)
    def _end_typing(self) -> None:
        self.query(FilterInput).remove()
        self.set_focus(None)

    def step_back(self) -> bool:
        """Escape: what was verified is read, then the filter goes, then the screen."""
        if self._verified:
            self._say([])
            return True
        typing = bool(self.query(FilterInput))
        self._end_typing()
        if self._words or typing:
            self._words = ()
            self.update_fleet(self.fleet)
            return True
        return False


def _verdict(found: Verification) -> list[Span]:
    if found.problems:
        more = f" and {len(found.problems) - 1} more" if len(found.problems) > 1 else ""
        return [Span(f" ✖ The journal does not hold: {safe(found.problems[0])}{more}.", Tone.BAD),
                Span(" redistui operations verify lists all.")]  # fmt: skip
    count = f"{found.operations} operation{'' if found.operations == 1 else 's'}"
    return [
        Span(f" ✓ The journal holds: {count}, nothing changed or missing.", Tone.GOOD),
        Span(f" Head {found.head[:16]}…: kept elsewhere, it proves that nothing was cut off.", Tone.DIM),
    ]
