"""Fixed-width tables of the pair's tabs: columns as wide as their widest cell."""

from collections.abc import Sequence

from redistui.present.text import width

from .line import Tone
from .phrases import Phrase, crop, fit, phrase, wrap

_GAP = "  "
_LEAST_WRAPPED = 20


def table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], cells: int, *, right: Sequence[int] = ()
) -> list[Phrase]:
    """Headings dim above; the columns numbered in `right` are aligned to the right; a long last column is wrapped."""
    widths = [max(width(row[column]) for row in (headings, *rows)) for column in range(len(headings))]
    before = sum(widths[:-1]) + len(_GAP) * (len(widths) - 1)
    lines = []
    for number, row in enumerate((headings, *rows)):
        parts = [fit(cell, widths[column], right=column in right) for column, cell in enumerate(row)]
        tone = Tone.PLAIN if number else Tone.DIM
        text = _GAP.join(parts).rstrip()
        if width(text) <= cells or cells - before < _LEAST_WRAPPED:
            lines.append(phrase((crop(text, cells), tone)))
            continue
        start = _GAP.join((*parts[:-1], ""))
        for piece in wrap(row[-1], cells - before, tone=tone):
            lines.append(phrase((start, tone), *piece))
            start = " " * before
    return lines
