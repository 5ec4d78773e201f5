"""Our braille plot beside plotext, with and without its Textual widget: CPU a drawing and import time.

What both send to a terminal is measured with the whole pair screen in test_pair_screen.
"""

import math
import subprocess
import sys
import time
from collections.abc import Callable

import plotext
import pytest
from rich.text import Text

from redistui.console.viewmodel import scale
from redistui.console.viewmodel.plot import Plot, Series, draw

pytestmark = pytest.mark.benchmark

POINTS, CELLS, LINES, ROUNDS = 300, 60, 10, 60
NOW = 1_760_000_000.0
TIMES = [NOW - POINTS + 1 + number for number in range(POINTS)]
WAVE = [(50 + 40 * math.sin(number / 20)) * (1 << 20) for number in range(POINTS)]
OTHER = [(30 + 10 * math.cos(number / 9)) * (1 << 20) for number in range(POINTS)]
CEILING = float(80 << 20)


def ours() -> None:
    series = (Series("a", WAVE, 0), Series("b", OTHER, 1))
    assert draw(Plot(TIMES, series, scale.BYTES, NOW, ceiling=CEILING, ceiling_name="maxmemory"), CELLS, LINES)


def by_plotext() -> None:
    plotext.clear_figure()
    plotext.plotsize(CELLS, LINES)
    plotext.theme("clear")
    plotext.plot(TIMES, WAVE, marker="braille")
    plotext.plot(TIMES, OTHER, marker="braille")
    plotext.hline(CEILING)
    assert Text.from_ansi(plotext.build())


def milliseconds(drawing: Callable[[], None]) -> float:
    drawing()
    begun = time.process_time()
    for _ in range(ROUNDS):
        drawing()
    return (time.process_time() - begun) / ROUNDS * 1000


def import_milliseconds(module: str) -> float:
    """On top of what the console with its fleet has loaded anyway."""
    code = (
        "import time, textual.widgets, redistui.console.app; begun = time.process_time(); "
        f"import {module}; print((time.process_time() - begun) * 1000)"
    )
    runs = (subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(3))
    return min(float(run.stdout) for run in runs)


def test_a_drawing_costs_a_fraction_of_plotext() -> None:
    own, peer = milliseconds(ours), milliseconds(by_plotext)
    print(
        f"plot of 2 × {POINTS} points in {CELLS}×{LINES}: ours {own:.2f} ms, plotext {peer:.2f} ms, {peer / own:.1f}×"
    )
    assert peer > 3 * own


def test_importing_costs_a_fraction_of_plotext() -> None:
    modules = ("redistui.console.viewmodel.plot", "plotext", "textual_plotext")
    own, peer, widget = (import_milliseconds(module) for module in modules)
    print(f"import: ours {own:.0f} ms, plotext {peer:.0f} ms, textual_plotext {widget:.0f} ms")
    assert own < peer
    assert own < widget
