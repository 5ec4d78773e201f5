"""A widget that draws lines given as data, and sends only those to the terminal that changed."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from redistui.console.setup import ConsoleSetup
from redistui.console.viewmodel.line import Cell, Line, Look, Span, Tone
from redistui.present.text import ascii_only

from .tones import style_of

_EMPTY = Line()


class Lines(Widget):
    """`show` compares with what is drawn; equal lines cost nothing."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.lines: tuple[Line, ...] = ()
        self._toned: dict[tuple[Look, Tone], Style] = {}
        self._toned_for: object = None

    def show(self, lines: Sequence[Line]) -> None:
        old, self.lines = self.lines, tuple(lines)
        dirty = []
        for y in range(max(len(old), len(self.lines))):
            before = old[y] if y < len(old) else _EMPTY
            after = self.lines[y] if y < len(self.lines) else _EMPTY
            if before is not after and before != after:
                dirty.append(Region(0, y, _changed_until(before, after, self.size.width), 1))
        if dirty:
            self.refresh(*dirty)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self.lines):
            return Strip.blank(width, self._style(Look.PLAIN, Tone.PLAIN))
        line = self.lines[y]
        segments: list[Segment] = []
        used = 0
        for cell in line.cells:
            room = width - used if cell.width is None else min(cell.width, width - used)
            if room <= 0:
                break
            segments.extend(self._cell(cell, room, line.look))
            used += room
        if used < width:
            segments.append(Segment(" " * (width - used), self._style(line.look, Tone.PLAIN)))
        return Strip(Segment.simplify(segments), width)

    def _cell(self, cell: Cell, room: int, look: Look) -> list[Segment]:
        shown = tuple(Span(ascii_only(span.text), span.tone) for span in cell.spans) if self._only_ascii else cell.spans
        spans = fitted(shown, room, "~" if self._only_ascii else "…")
        pad = Segment(" " * (room - sum(cell_len(span.text) for span in spans)), self._style(look, Tone.PLAIN))
        segments = [Segment(span.text, self._style(look, span.tone)) for span in spans]
        return [pad, *segments] if cell.right else [*segments, pad]

    @property
    def _only_ascii(self) -> bool:
        setup = getattr(self.app, "setup", None)
        return isinstance(setup, ConsoleSetup) and setup.only_ascii

    def _style(self, look: Look, tone: Tone) -> Style:
        variables = self.app.theme_variables
        if self._toned_for is not variables:
            self._toned, self._toned_for = {}, variables
        style = self._toned.get((look, tone))
        if style is None:
            style = self._toned[look, tone] = style_of(look, tone, variables)
        return style


def fitted(spans: tuple[Span, ...], room: int, ellipsis: str = "…") -> tuple[Span, ...]:
    """The spans in at most `room` cells; `ellipsis` stands where something is missing."""
    if sum(cell_len(span.text) for span in spans) <= room:
        return spans
    kept: list[Span] = []
    left = room - 1
    for span in spans:
        size = cell_len(span.text)
        if size > left:
            text = set_cell_size(span.text, left).rstrip() if left > 0 else ""
            kept.append(Span(text + ellipsis, span.tone))
            break
        kept.append(span)
        left -= size
    return tuple(kept)


def _changed_until(before: Line, after: Line, width: int) -> int:
    """Where the change ends. Textual redraws a line from its start, so only what follows can be spared."""
    if before.look is not after.look or len(before.cells) != len(after.cells):
        return width
    widths = [cell.width for cell in after.cells]
    if None in widths or widths != [cell.width for cell in before.cells]:
        return width
    changed = [n for n, (old, new) in enumerate(zip(before.cells, after.cells, strict=True)) if old != new]
    return min(width, sum(size or 0 for size in widths[: changed[-1] + 1])) if changed else width
