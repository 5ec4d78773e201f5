"""Readable scales: round numbers a plot's axis may end at, and how they are written."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from redistui.model import units

_DECADES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_BYTES = tuple(step * factor for factor, step in product((1 << 10, 1 << 20, 1 << 30, 1 << 40), _DECADES))
_SECONDS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21600, 43200, 86400, 604800)
_COUNTS = tuple(step * 10**power for power, step in product(range(1, 12), (1, 2, 5)))
_RATIOS = (1.0,)


def _tick_size(value: float) -> str:
    return "0" if value == 0 else units.size(value).replace(".0 ", " ")


def _tick_rate(value: float) -> str:
    return "0" if value == 0 else f"{_tick_size(value)}/s"


def _tick_duration(value: float) -> str:
    return "0" if value == 0 else units.duration(value).replace(".0 ", " ")


def _tick_count(value: float) -> str:
    return units.count(value).replace(".0", "")


@dataclass(frozen=True, slots=True)
class Scale:
    """The ends an axis may have, ascending, and how a number on it is written."""

    ends: tuple[float, ...]
    label: Callable[[float], str]

    def end(self, highest: float) -> float:
        """The smallest end that holds `highest`."""
        found = next((end for end in self.ends if end >= highest), None)
        return float(found) if found is not None else self._beyond(highest)

    def _beyond(self, highest: float) -> float:
        largest = self.ends[-1]
        return float(largest * 2 ** math.ceil(math.log2(highest / largest)))


BYTES = Scale(_BYTES, _tick_size)
BYTES_PER_SECOND = Scale(_BYTES, _tick_rate)
SECONDS = Scale(_SECONDS, _tick_duration)
COUNT = Scale(_COUNTS, _tick_count)
RATIO = Scale(_RATIOS, units.percent)
