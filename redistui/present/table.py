"""Plain-text tables: numbers to the right, columns aligned by terminal cells, names that cannot harm a terminal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from .text import ascii_only, printable, width


class Tone(Enum):
    """What a cell means; the value is its SGR parameter. Colour only repeats what the words say."""

    PLAIN = ""
    GOOD = "32"
    WARNING = "33"
    BAD = "31"
    FAINT = "2"
    STRONG = "1"


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Look:
    """What the terminal can show."""

    colour: bool = False
    unicode: bool = True

    def text(self, text: str) -> str:
        """Any text, on one line, safe and showable."""
        safe = printable(text)
        return safe if self.unicode else ascii_only(safe)

    def lines(self, text: str) -> str:
        """Text of several lines, each made safe."""
        return "\n".join(self.text(line) for line in text.split("\n"))

    def toned(self, text: str, tone: Tone) -> str:
        return f"\x1b[{tone.value}m{text}\x1b[0m" if self.colour and tone.value else text


def render(
    columns: Sequence[Column], rows: Iterable[Sequence[Cell | str]], look: Look, *, gap: str = "  "
) -> list[str]:
    """The lines of a table, headings first; no trailing blanks. Columns without any text are left out."""
    cells = [[_shown(cell, look) for cell in row] for row in rows]
    used = [index for index in range(len(columns)) if any(row[index].text for row in cells)] or list(
        range(len(columns))
    )
    widths = {index: max(width(columns[index].title), *(width(row[index].text) for row in cells), 0) for index in used}
    headings = [Cell(column.title, Tone.FAINT) for column in columns]
    return [
        gap.join(_padded(row[index], widths[index], columns[index].right, look) for index in used).rstrip()
        for row in [headings, *cells]
    ]


def _padded(cell: Cell, cells: int, right: bool, look: Look) -> str:
    blanks = " " * (cells - width(cell.text))
    text = look.toned(cell.text, cell.tone)
    return blanks + text if right else text + blanks


def _shown(cell: Cell | str, look: Look) -> Cell:
    text, tone = (cell, Tone.PLAIN) if isinstance(cell, str) else (cell.text, cell.tone)
    return Cell(look.text(text), tone)
