"""Fixed-width tables of the pair's tabs: columns as wide as their widest cell, the last one cropped."""

from collections.abc import Sequence

from redistui.present.text import width

from .line import Tone
from .phrases import Phrase, crop, fit, phrase

_GAP = "  "


def table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], cells: int, *, right: Sequence[int] = ()
) -> list[Phrase]:
    """Headings faint above; the columns numbered in `right` are aligned to the right."""
    widths = [max(width(row[column]) for row in (headings, *rows)) for column in range(len(headings))]
    lines = []
    for number, row in enumerate((headings, *rows)):
        parts = [fit(cell, widths[column], right=column in right) for column, cell in enumerate(row)]
        lines.append(phrase((crop(_GAP.join(parts).rstrip(), cells), Tone.DIM if number == 0 else Tone.PLAIN)))
    return lines
