"""Plots in braille: one line a series, gaps where nothing is known, round scales, time counted back from now.

A point belongs to a slot of absolute time, so a finished column never changes while it moves to the left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from redistui.model import units

from .line import Span, Tone
from .phrases import SERIES_TONES, Phrase, phrase
from .scale import Scale

_DOTS = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))  # [column][row, lowest first]
_BRAILLE = tuple(chr(0x2800 + bits) for bits in range(256))
_PATTERNS = ((1, 1), (3, 2), (4, 1), (6, 4))  # of so many slots, so many are drawn: lines differ without colour
_LONGEST_SILENCE_SECONDS = 5.0
_CEILING_SHOWN_FROM = 0.2  # a ceiling that the data fill less than this is named, not drawn


class Charset(StrEnum):
    UNICODE = "unicode"
    ASCII = "ascii"


@dataclass(frozen=True, slots=True)
class Series:
    """`mark` is the letter at the line's end and in the legend; `style` is its colour and pattern."""

    mark: str
    values: Sequence[float | None]
    style: int = 0

    @property
    def tone(self) -> Tone:
        return SERIES_TONES[self.style % len(SERIES_TONES)]


@dataclass(frozen=True, slots=True)
class Plot:
    times: Sequence[float]
    series: tuple[Series, ...]
    scale: Scale
    now: float
    name: str = ""
    window_seconds: float = 300.0
    ceiling: float | None = None
    ceiling_name: str = ""


@dataclass(frozen=True, slots=True)
class _Grid:
    """The drawing area: `columns` × `rows` cells, each of 2 × 4 dots, or of one in ASCII."""

    columns: int
    rows: int
    dots_across: int
    dots_up: int
    slot_seconds: float
    first_slot: int
    top: float

    def height(self, value: float) -> int:
        return round(min(max(value / self.top, 0.0), 1.0) * (self.rows * self.dots_up - 1))


def draw(plot: Plot, width: int, height: int, charset: Charset = Charset.UNICODE) -> tuple[Phrase, ...]:
    """The plot in `height` lines, the time axis last; no line at all where it cannot be read."""
    highest = max((value for series in plot.series for value in series.values if value is not None), default=None)
    if height < 3 or width < 24:
        return ()
    if highest is None:
        return (phrase(("no history yet", Tone.DIM)),)
    drawn_ceiling = plot.ceiling if plot.ceiling and highest >= plot.ceiling * _CEILING_SHOWN_FROM else None
    top = plot.scale.end(max(highest, drawn_ceiling or 0.0))
    rows = height - 1
    labels = _labels(plot.scale, top, rows)
    margin = max(len(label) for label in labels)
    marks = len(plot.series) + 1 if len(plot.series) > 1 else 0
    columns = width - margin - 1 - marks
    grid = _grid(plot, columns, rows, top, charset)
    cells, ends = _trace(plot, grid, charset)
    name = _ceiling_name(plot, drawn_ceiling)
    body = []
    ceiling_row = _row_from_top(grid, drawn_ceiling) if drawn_ceiling is not None else None
    for row in range(rows):
        axis = f"{labels[row]:>{margin}}" + _axis(bool(labels[row]), charset)
        caption = name if row == ceiling_row or (ceiling_row is None and row == 0) else ""
        body.append(_row(axis, cells[row], caption, ceiling_row == row, ends.get(row, ()), charset))
    body.append(_time_axis(plot, margin, columns, charset))
    return tuple(body)


def _grid(plot: Plot, columns: int, rows: int, top: float, charset: Charset) -> _Grid:
    across, up = (2, 4) if charset is Charset.UNICODE else (1, 1)
    slot_seconds = plot.window_seconds / (columns * across)
    first_slot = int(plot.now // slot_seconds) - columns * across + 1
    return _Grid(columns, rows, across, up, slot_seconds, first_slot, top)


def _row_from_top(grid: _Grid, value: float) -> int:
    return grid.rows - 1 - grid.height(value) // grid.dots_up


_Cell = tuple[int, int]  # dots, and the series that owns the colour
_Ends = dict[int, tuple[Span, ...]]


def _trace(plot: Plot, grid: _Grid, charset: Charset) -> tuple[list[list[_Cell]], _Ends]:
    cells: list[list[_Cell]] = [[(0, 0)] * grid.columns for _ in range(grid.rows)]
    ends: _Ends = {}
    for number in range(len(plot.series) - 1, -1, -1):  # the first series on top
        series = plot.series[number]
        last = _draw_series(grid, cells, number, series.style, _slots(plot, series, grid))
        if len(plot.series) > 1 and last is not None:
            row = grid.rows - 1 - last // grid.dots_up
            ends[row] = (Span(series.mark, series.tone), *ends.get(row, ()))
    return cells, ends


def _slots(plot: Plot, series: Series, grid: _Grid) -> list[tuple[int, float, bool]]:
    """(slot, highest value in it, whether a line leads to it from the one before)."""
    found: list[tuple[int, float, bool]] = []
    silence = max(_LONGEST_SILENCE_SECONDS, 2 * grid.slot_seconds)
    previous_at, joined = 0.0, False
    first, size, count = grid.first_slot, grid.slot_seconds, grid.columns * grid.dots_across
    for at, value in zip(plot.times, series.values, strict=True):
        slot = int(at // size) - first
        if slot < 0 or slot >= count:
            continue
        if value is None:
            joined = False
            continue
        joined = joined and at - previous_at <= silence
        previous_at = at
        if found and found[-1][0] == slot:
            if value > found[-1][1]:
                found[-1] = (slot, value, found[-1][2])
        else:
            found.append((slot, value, joined))
        joined = True
    return found


def _draw_series(
    grid: _Grid, cells: list[list[_Cell]], number: int, style: int, slots: list[tuple[int, float, bool]]
) -> int | None:
    """Draw one line; returns the height of its newest point, None when it is not known now."""
    period, drawn = _PATTERNS[number % len(_PATTERNS)]
    across, up = grid.dots_across, grid.dots_up
    height, slot, last = 0, 0, grid.rows - 1
    for next_slot, value, joined in slots:
        next_height = grid.height(value)
        if not joined:
            slot, height = next_slot - 1, next_height
        for step in range(slot + 1, next_slot + 1):
            before = height
            height += round((next_height - height) / (next_slot - step + 1))
            if step % period >= drawn:
                continue
            low, high = (before + 1, height) if height > before else (height, max(before - 1, height))
            column, dots = step // across, _DOTS[step % across]
            for dot in range(min(low, high), high + 1):
                row = cells[last - dot // up]
                row[column] = (row[column][0] | dots[dot % up], style + 1)
        slot = next_slot
    known_until_now = slots and grid.columns * across - slot <= max(2, _LONGEST_SILENCE_SECONDS / grid.slot_seconds)
    return height if known_until_now else None


def _row(
    axis: str, cells: list[_Cell], caption: str, ceiling: bool, ends: tuple[Span, ...], charset: Charset
) -> Phrase:
    spans: list[Span] = [Span(axis, Tone.DIM)]
    text, owner = "", -1
    blank = ("┄" if charset is Charset.UNICODE else "-") if ceiling else " "
    start = _caption_start(cells, len(caption)) if caption else None
    for column, (bits, series) in enumerate(cells):
        if start is not None and start <= column < start + len(caption):
            character, new_owner = caption[column - start], 0
        elif not bits:
            character, new_owner = blank, 0
        else:
            character = _BRAILLE[bits] if charset is Charset.UNICODE else "*+ox"[(series - 1) % 4]
            new_owner = series
        if new_owner != owner and text:
            spans.append(Span(text, _tone(owner)))
            text = ""
        owner = new_owner
        text += character
    spans.append(Span(text, _tone(owner)))
    if ends:
        spans.extend((Span(" "), *ends))
    return tuple(spans)


def _tone(owner: int) -> Tone:
    return SERIES_TONES[(owner - 1) % len(SERIES_TONES)] if owner else Tone.WARN


def _caption_start(cells: list[_Cell], length: int) -> int | None:
    """The first place in the row with room for a caption."""
    free = 0
    for column, (bits, _) in enumerate(cells):
        free = 0 if bits else free + 1
        if free == length + 2:
            return column - length
    return None


def _ceiling_name(plot: Plot, drawn: float | None) -> str:
    if not plot.ceiling or not plot.ceiling_name:
        return ""
    return f" {plot.ceiling_name} " if drawn is not None else f" {plot.ceiling_name}, above this scale "


def _labels(scale: Scale, top: float, rows: int) -> list[str]:
    labels = [""] * rows
    labels[0], labels[-1] = scale.label(top), scale.label(0)
    if rows >= 5:
        labels[(rows - 1) // 2] = scale.label(top / 2)
    return labels


def _axis(tick: bool, charset: Charset) -> str:
    if charset is Charset.ASCII:
        return "+" if tick else "|"
    return "┤" if tick else "│"


def _time_axis(plot: Plot, margin: int, columns: int, charset: Charset) -> Phrase:
    corner, rule = ("└", "─") if charset is Charset.UNICODE else ("+", "-")
    axis = list(rule * columns)
    name = f" {plot.name} " if plot.name and columns >= len(plot.name) + 14 else ""
    steps = 5 if columns >= 40 and not name else 1
    for step in range(steps):
        back = plot.window_seconds * (steps - step) / steps
        place = round(columns * step / steps)
        for offset, character in enumerate(f"-{units.duration(back).replace(' ', '')} "):
            axis[place + offset] = character
    axis[-4:] = " now"
    start = (columns - len(name)) // 2
    axis[start : start + len(name)] = name
    return phrase((" " * margin + corner + "".join(axis), Tone.DIM))
