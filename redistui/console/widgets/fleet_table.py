"""The fleet as a table that keeps its cursor on a pair, whatever happens to the order."""

from collections.abc import Sequence

from textual import events
from textual.message import Message

from redistui.console.viewmodel.fleet import Arrangement as _Arrangement
from redistui.console.viewmodel.fleet import Entry, entry_line, heading, index_of, nearest_pair
from redistui.console.viewmodel.fleet_columns import Column, Placed, layout
from redistui.console.viewmodel.line import Cell, Line, Span, Tone
from redistui.model.snapshot import PairSnapshot
from redistui.model.topology import PairKey

from .lines import Lines


class FleetTable(Lines):
    class Moved(Message):
        """The mouse moved the cursor."""

    class Opened(Message):
        """The mouse opened the pair under the cursor."""

    def __init__(self) -> None:
        super().__init__(id="fleet")
        self._entries: Sequence[Entry] = ()
        self._arrangement = _Arrangement()
        self._at = 0.0
        self._columns: tuple[Placed, ...] = ()
        self._cursor: int | None = None
        self._key: PairKey | None = None
        self._top = 0
        self._untouched = True

    @property
    def selected(self) -> PairSnapshot | None:
        entry = self._entries[self._cursor] if self._cursor is not None else None
        return entry if isinstance(entry, PairSnapshot) else None

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(placed.column for placed in self._columns)

    @property
    def page(self) -> int:
        """How many entries are in view."""
        return max(1, self.size.height - 1)

    def show_entries(self, entries: Sequence[Entry], arrangement: _Arrangement, at: float) -> None:
        """The cursor stays on its pair; until it was moved once, it stays at the top."""
        place = None if self._untouched else index_of(entries, self._key)
        if place is None:
            place = nearest_pair(entries, 0 if self._untouched else (self._cursor or 0))
        self._entries, self._arrangement, self._at = entries, arrangement, at
        self._put_cursor(place)
        self._draw()

    def move(self, step: int) -> None:
        """By a number of entries; group headers are passed over."""
        if self._cursor is not None:
            self._go(nearest_pair(self._entries, self._cursor + step, 1 if step > 0 else -1))

    def go_to_end(self, *, last: bool) -> None:
        self._go(nearest_pair(self._entries, len(self._entries) - 1 if last else 0, -1 if last else 1))

    def go_to(self, key: PairKey) -> None:
        self._go(index_of(self._entries, key))

    def go_to_top(self) -> None:
        """Show the first entry and stay there, as at the start."""
        self._untouched = True
        self._put_cursor(nearest_pair(self._entries, 0))
        self._draw()

    def _go(self, place: int | None) -> None:
        if place is not None:
            self._untouched = False
            self._put_cursor(place)
            self._draw()

    def _put_cursor(self, place: int | None) -> None:
        self._cursor = place
        self._key = self.selected.key if self.selected is not None else None
        if place is None:
            self._top = 0
            return
        # The header of the first group comes into view with its first pair.
        above = 0 if place == nearest_pair(self._entries, 0) else place
        self._top = max(place - self.page + 1, min(self._top, above))
        self._top = max(0, min(self._top, len(self._entries) - self.page))

    def on_resize(self) -> None:
        self._columns = layout(self.size.width - 1)
        self._put_cursor(self._cursor)
        self._draw()

    def _draw(self) -> None:
        if not self._columns or not self.size.height:
            return
        lines = [heading(self._columns, self._arrangement)]
        width = self.size.width - 1
        for row, entry in enumerate(self._entries[self._top : self._top + self.page]):
            drawn = entry_line(entry, self._columns, self._at, selected=row + self._top == self._cursor)
            lines.append(_with_thumb(drawn, width, self._thumb(row)))
        self.show(lines)

    def _thumb(self, row: int) -> bool:
        """Whether this row of the view is part of the scroll bar's thumb."""
        total = len(self._entries)
        if total <= self.page:
            return False
        size = max(1, self.page * self.page // total)
        start = round((self.page - size) * self._top / (total - self.page))
        return start <= row < start + size

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.move(3)
        self.post_message(self.Moved())

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.move(-3)
        self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        place = event.y - 1 + self._top
        if event.y and place < len(self._entries) and isinstance(self._entries[place], PairSnapshot):
            self._go(place)
            self.post_message(self.Opened() if event.chain == 2 else self.Moved())


_THUMB = Cell((Span("▐", Tone.DIM),), 1)


def _with_thumb(line: Line, width: int, thumb: bool) -> Line:
    if not thumb:
        return line
    used = sum(cell.width or 0 for cell in line.cells)
    if used and line.cells[-1].width is not None:
        return Line((*line.cells, Cell((Span(""),), max(0, width - used)), _THUMB), line.look)
    return Line((Cell(line.cells[0].spans, width), _THUMB), line.look)
