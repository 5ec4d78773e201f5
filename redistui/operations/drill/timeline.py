"""Writes over time as text: successful ones as bars, failed ones below, the beginning of each phase numbered."""

from collections.abc import Sequence
from dataclasses import dataclass

from redistui.model import units

from .messages import ProbeReport, Pulse

COLUMNS = 64
ROWS = 4


@dataclass(frozen=True, slots=True)
class Glyphs:
    bar: str = "█"
    failed: str = "✖"
    nothing: str = "·"


ASCII = Glyphs("#", "x", ".")


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, in seconds since the epoch."""

    begin: float
    end: float


def plot(report: ProbeReport, window: Window, marks: Sequence[float], glyphs: Glyphs = Glyphs()) -> list[str]:
    """`marks` are moments; each is numbered from 1 where it lies in the window."""
    width = (window.end - window.begin) / COLUMNS
    ok = _columns(report, report.slots_ok, window)
    failed = _columns(report, report.slots_failed, window)
    highest = max(ok) or 1.0
    lines = []
    for row in range(ROWS, 0, -1):
        label = f"{highest / width:.0f}/s" if row == ROWS else "0/s" if row == 1 else ""
        cells = "".join(glyphs.bar if count / highest > (row - 1) / ROWS and count else " " for count in ok)
        lines.append(f"{label:>9} |{cells}|")
    lines.append(f"{'failed':>9} |{''.join(glyphs.failed if count else glyphs.nothing for count in failed)}|")
    lines.append(f"{'phase':>9}  {_marks(window, marks)}")
    lines.append(f"{'':>9}  {_scale(window)}")
    return lines


def around(report: ProbeReport, gap: tuple[float, float]) -> Window:
    """A window in which this gap can be seen, not shorter than its slots allow."""
    start, seconds = gap
    length = max(seconds * 4, report.slot_seconds * COLUMNS)
    middle = start + seconds / 2
    return Window(middle - length / 2, middle + length / 2)


def strip(pulse: Pulse) -> str:
    """The last seconds in one line of plain characters, for the eye while it runs: `====x..==`."""
    return "".join("x" if failed else "=" if ok else "." for ok, failed in pulse.strip)


def words(pulse: Pulse) -> str:
    """`200 writes/s ok, 0 failed/s, longest gap 6 ms, 1 240 acknowledged [====x===]`."""
    gap = units.duration(pulse.longest_gap_seconds)
    return (
        f"{pulse.ok_per_second:.0f} writes/s ok, {pulse.failed_per_second:.0f} failed/s, longest gap {gap}, "
        f"{units.grouped(pulse.acknowledged)} acknowledged [{strip(pulse)}]"
    )


def _columns(report: ProbeReport, slots: Sequence[int], window: Window) -> list[float]:
    """Counts a column; a slot counts where its middle lies."""
    width = (window.end - window.begin) / COLUMNS
    columns = [0.0] * COLUMNS
    first = max(0, int((window.begin - report.started_at) / report.slot_seconds))
    last = min(len(slots), int((window.end - report.started_at) / report.slot_seconds) + 1)
    for slot in range(first, last):
        if slots[slot]:
            middle = report.started_at + (slot + 0.5) * report.slot_seconds
            column = int((middle - window.begin) / width)
            if 0 <= column < COLUMNS:
                columns[column] += slots[slot]
    return columns


def _marks(window: Window, marks: Sequence[float]) -> str:
    cells = [" "] * COLUMNS
    for number, moment in enumerate(marks, 1):
        column = int((moment - window.begin) / (window.end - window.begin) * COLUMNS)
        text = str(number)
        if 0 <= column <= COLUMNS - len(text) and all(cell == " " for cell in cells[column : column + len(text)]):
            cells[column : column + len(text)] = text
    return "".join(cells).rstrip()


def _scale(window: Window) -> str:
    length = units.duration(window.end - window.begin)
    return f"0 s{length:>{COLUMNS - 3}}"
