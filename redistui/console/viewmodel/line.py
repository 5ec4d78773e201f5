"""A line of a screen as data: cells of fixed width, made of spans with a meaning. What is equal is not drawn again."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from redistui.model.snapshot import Severity, Status
from redistui.present.text import printable


class Tone(StrEnum):
    """What a text means; the theme gives it a colour."""

    PLAIN = "plain"
    DIM = "dim"
    STRONG = "strong"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    ACCENT = "accent"
    SERIES_1 = "series-1"  # lines of a plot
    SERIES_2 = "series-2"
    SERIES_3 = "series-3"
    SERIES_4 = "series-4"


class Look(StrEnum):
    """What a whole line is."""

    PLAIN = "plain"
    SELECTED = "selected"
    HEADING = "heading"
    BAR = "bar"


@dataclass(frozen=True, slots=True)
class Span:
    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Cell:
    """`width` None takes what is left of the line; only the last cell may do so."""

    spans: tuple[Span, ...]
    width: int | None = None
    right: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    cells: tuple[Cell, ...] = ()
    look: Look = Look.PLAIN

    @property
    def text(self) -> str:
        return "".join(span.text for cell in self.cells for span in cell.spans)


STATUS_TONES = {
    Status.HEALTHY: Tone.GOOD,
    Status.DEGRADED: Tone.WARN,
    Status.DOWN: Tone.BAD,
    Status.UNKNOWN: Tone.ACCENT,
}
SEVERITY_TONES = {Severity.CRITICAL: Tone.BAD, Severity.WARNING: Tone.WARN, Severity.INFO: Tone.ACCENT}
# Terminals disagree about the width of joined emoji and of variation selectors; without them all agree.
_DISPUTED = str.maketrans("", "", "\u200d\ufe0e\ufe0f")


def safe(text: str) -> str:
    """A name from outside: on one line, unable to move the cursor, of a width that all terminals agree on."""
    return text if text.isascii() and text.isprintable() else printable(text).translate(_DISPUTED)


def line(*parts: Span | str, look: Look = Look.PLAIN) -> Line:
    """A line of running text."""
    return Line((Cell(spans(parts)),), look)


def spans(parts: Iterable[Span | str]) -> tuple[Span, ...]:
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


def wrapped(parts: Iterable[Span | str], width: int, *, indent: int = 0, limit: int | None = None) -> list[Line]:
    """Running text broken between words into lines of at most `width` cells; `limit` lines, the last one cut by `…`."""
    from redistui.present.text import width as cells_of

    rows: list[list[Span]] = [[]]
    used = 0
    for part in spans(parts):
        for number, word in enumerate(part.text.split(" ")):
            text = f" {word}" if number else word
            if used + cells_of(text) > width and used > indent and word:
                rows.append([Span(" " * indent)] if indent else [])
                used, text = indent, word
            rows[-1].append(Span(text, part.tone))
            used += cells_of(text)
    if limit is not None and len(rows) > limit:
        rows = rows[:limit]
        rows[-1].append(Span(" " * width))  # over-full, so that drawing cuts it with an ellipsis
    return [Line((Cell(_merged(row)),)) for row in rows]


def _merged(row: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in row:
        if merged and merged[-1].tone is span.tone:
            merged[-1] = Span(merged[-1].text + span.text, span.tone)
        else:
            merged.append(span)
    return tuple(merged)
