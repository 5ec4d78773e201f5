"""Plots of a panel: as many side by side as can be read."""

from collections.abc import Sequence

from .line import Span
from .pair_view import PairView
from .phrases import Phrase, phrase, width_of
from .plot import Plot, draw

_NARROWEST = 32
_GAP = 2


def side_by_side(plots: Sequence[Plot], view: PairView, cells: int, height: int) -> list[Phrase]:
    """The plots that fit, beginning with the one that `view.measure` turned to."""
    if not plots or height < 3:
        return []
    number = max(1, min(len(plots), (cells + _GAP) // (_NARROWEST + _GAP)))
    turned = [plots[(view.measure + offset) % len(plots)] for offset in range(number)]
    each = (cells - _GAP * (number - 1)) // number
    drawn = [draw(plot, each, height, view.charset) for plot in turned]
    lines: list[Phrase] = []
    for row in range(max(len(part) for part in drawn)):
        spans: list[Span] = []
        for column, part in enumerate(drawn):
            content = part[row] if row < len(part) else ()
            spans.extend(content)
            if column < number - 1:
                spans.append(Span(" " * (each - width_of(content) + _GAP)))
        lines.append(phrase(*spans))
    return lines


def fill(text: list[Phrase], plots: Sequence[Plot], view: PairView, cells: int, height: int) -> list[Phrase]:
    """Words first, plots in the lines that are left."""
    return [*text[:height], *side_by_side(plots, view, cells, height - len(text))]
