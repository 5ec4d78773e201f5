"""Lines that scroll, with a cursor over those that stand for something."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual import events
from textual.message import Message

from redistui.console.viewmodel.line import Line, Look

from .lines import Lines


@dataclass(frozen=True, slots=True)
class Row:
    """`value` is what choosing the line means; None: the cursor passes over it."""

    line: Line
    value: object = None


class LineList(Lines):
    class Moved(Message):
        """The cursor is on another row."""

    class Chosen(Message):
        """The mouse chose the row under the cursor."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._rows: Sequence[Row] = ()
        self._cursor: int | None = None
        self._top = 0

    @property
    def selected(self) -> object:
        return self._rows[self._cursor].value if self._cursor is not None else None

    @property
    def page(self) -> int:
        return max(1, self.size.height)

    @property
    def window(self) -> tuple[int, int, int]:
        """The first row in view, how many fit, and how many there are."""
        return self._top, self.page, len(self._rows)

    def reveal(self, place: int) -> None:
        """Bring a row into view."""
        self._top = max(place - self.page + 1, min(self._top, place))
        self._draw()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """The cursor stays on the row of the same value."""
        value, place = self.selected, self._cursor or 0
        self._rows = rows
        same = None if value is None else next((n for n, row in enumerate(rows) if row.value == value), None)
        self._put_cursor(same if same is not None else self._nearest(place, 1))

    def choose(self, value: object) -> None:
        self._put_cursor(next((n for n, row in enumerate(self._rows) if row.value == value), self._cursor))

    def move(self, step: int) -> None:
        """The cursor, or where nothing can be chosen the view."""
        if self._cursor is None:
            self._top += step
            self._draw()
            self.post_message(self.Moved())
            return
        place = self._nearest(self._cursor + step, 1 if step > 0 else -1)
        if place != self._cursor:
            self._put_cursor(place)
            self.post_message(self.Moved())

    def go_to_end(self, *, last: bool) -> None:
        self.move(len(self._rows) if last else -len(self._rows))

    def _nearest(self, place: int, direction: int) -> int | None:
        place = max(0, min(place, len(self._rows) - 1))
        for order in (direction, -direction):
            for n in range(place, len(self._rows) if order > 0 else -1, order):
                if self._rows[n].value is not None:
                    return n
        return None

    def _put_cursor(self, place: int | None) -> None:
        self._cursor = place
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if not self.size.height:
            return
        if self._cursor is not None:
            self._top = max(self._cursor - self.page + 1, min(self._top, self._cursor))
        self._top = max(0, min(self._top, len(self._rows) - self.page))
        visible = enumerate(self._rows[self._top : self._top + self.page], self._top)
        self.show([replace(row.line, look=Look.SELECTED) if n == self._cursor else row.line for n, row in visible])

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.move(-3)

    def on_click(self, event: events.Click) -> None:
        place = event.y + self._top
        if place < len(self._rows) and self._rows[place].value is not None:
            again = place == self._cursor
            self._put_cursor(place)
            self.post_message(self.Chosen() if again or event.chain == 2 else self.Moved())
