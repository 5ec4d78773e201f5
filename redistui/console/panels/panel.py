"""A panel: one drawing from one frozen view, sent to the terminal only where it changed."""

from collections.abc import Callable
from typing import TypeAlias

from textual.containers import VerticalScroll
from textual.reactive import reactive

from redistui.console.viewmodel.line import Line, Look, Span, Tone
from redistui.console.viewmodel.pair_view import PairView
from redistui.console.viewmodel.phrases import Phrase, as_line, phrase, width_of
from redistui.console.widgets.lines import Lines

Drawing: TypeAlias = Callable[[PairView, int, int], list[Phrase]]
Title: TypeAlias = Callable[[PairView], Phrase]


def heading(title: Phrase, cells: int) -> Line:
    """`── Memory · a 10.2.0.14:6379 ─────`."""
    rule = "─" * max(0, cells - width_of(title) - 4)
    return as_line(phrase(("── ", Tone.DIM), *title, (f" {rule}", Tone.DIM)), Look.PLAIN)


class Panel(Lines):
    """As high as its place; `draw` gets the cells and lines that are left under the title."""

    view: reactive[PairView | None] = reactive(None, init=False, always_update=True, repaint=False)

    def __init__(self, panel_id: str, title: Title, draw: Drawing) -> None:
        super().__init__(id=panel_id, classes="panel")
        self._title = title
        self._draw = draw

    def watch_view(self) -> None:
        self.redraw()

    def on_resize(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        """A panel without a size cannot be seen and costs nothing."""
        if self.view is None or not self.size.width or not self.size.height:
            return
        title = heading(self._title(self.view), self.size.width)
        self.show([title, *map(as_line, self._draw(self.view, self.size.width - 1, self.size.height - 1))])


class ScrolledLines(Lines):
    """As high as what it shows; its container scrolls it."""

    def show_all(self, lines: list[Line]) -> None:
        if self.styles.height is None or self.styles.height.value != max(1, len(lines)):
            self.styles.height = max(1, len(lines))
        self.show(lines)


class ScrolledPanel(VerticalScroll):
    """A panel that may have more lines than fit."""

    view: reactive[PairView | None] = reactive(None, init=False, always_update=True, repaint=False)

    def __init__(self, panel_id: str, draw: Drawing, title: Title | None = None) -> None:
        self.content = ScrolledLines()
        super().__init__(self.content, id=panel_id, classes="panel")
        self._title = title
        self._draw = draw

    def watch_view(self) -> None:
        self.redraw()

    def on_resize(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        cells = self.scrollable_content_region.width
        if self.view is None or not cells:
            return
        title = [] if self._title is None else [heading(self._title(self.view), cells)]
        self.content.show_all([*title, *map(as_line, self._draw(self.view, cells - 1, self.size.height))])


LivePanel: TypeAlias = Panel | ScrolledPanel


def plain_title(words: str) -> Title:
    title = (Span(words, Tone.STRONG),)
    return lambda _view: title
