"""What the fleet screen costs on a real pseudo-terminal of 120×40, beside Textual's DataTable and top in the same run.

Bytes are counted where a terminal would read them. The byte budgets are gates: they do not depend on the machine.
"""

import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from support import console_child, table_child
from support.pseudo_terminal import PseudoTerminal

pytestmark = pytest.mark.benchmark

MEASURED_SECONDS = 10.0
COLUMNS, ROWS = 120, 40
SETTLED_SECONDS = 4.0
BYTES_WITH_A_TENTH_CHANGING = 2048
MOST_MEMORY_BYTES = 60 << 20
STARTS = 7
# Moves the mouse over every row, as a terminal that reports any motion tells it.
MOUSE = "".join(f"\x1b[<35;{20 + row};{row}M" for row in range(2, 38))


@dataclass(frozen=True, slots=True)
class Cost:
    bytes_per_second: float
    cpu_percent: float
    memory_megabytes: float


def measure(command: Sequence[str], shown: str, *, keys: str = "") -> Cost:
    """From a settled screen on."""
    with PseudoTerminal(command, environment(), COLUMNS, ROWS) as terminal:
        terminal.wait(shown)
        time.sleep(SETTLED_SECONDS)
        process = psutil.Process(terminal.process.pid)
        bytes_before, cpu_before, began = terminal.bytes_read, cpu_seconds(process), time.monotonic()
        while (left := began + MEASURED_SECONDS - time.monotonic()) > 0:
            if keys:
                terminal.send(keys)
            time.sleep(min(left, 0.2 if keys else left))
        seconds = time.monotonic() - began
        return Cost(
            (terminal.bytes_read - bytes_before) / seconds,
            (cpu_seconds(process) - cpu_before) / seconds * 100,
            process.memory_info().rss / 1e6,
        )


def cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def environment() -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "TERM": "xterm-256color",
        "COLORTERM": "truecolor", "LANG": "C.UTF-8",
    }  # fmt: skip


def console(**orders: object) -> list[str]:
    return [sys.executable, console_child.__file__, json.dumps({"pairs": 200, **orders})]


def table(changing: float) -> list[str]:
    return [sys.executable, table_child.__file__, json.dumps({"pairs": 200, "changing": changing})]


def test_drawing(capsys: pytest.CaptureFixture[str]) -> None:
    top = [shutil.which("top") or "", "-d", "1"]
    costs = {
        "redistui, nothing changes": measure(console(), "problems first"),
        "redistui, a tenth of 200 pairs changes": measure(console(changing=0.1), "problems first"),
        "redistui, all 200 pairs change": measure(console(changing=1.0), "problems first"),
        "redistui, 16 colours, a tenth changes": measure(console(changing=0.1, theme="ansi-16"), "problems first"),
        "redistui, low bandwidth, all change": measure(
            console(changing=1.0, profile="low-bandwidth", theme=None), "problems first"
        ),
        "redistui, the mouse moves over it": measure(console(), "problems first", keys=MOUSE),
        "DataTable, nothing changes": measure(table(0.0), "orders"),
        "DataTable, a tenth changes": measure(table(0.1), "orders"),
    }
    if top[0]:
        costs["top -d 1"] = measure(top, "PID")
    with capsys.disabled():
        print(f"\n{COLUMNS}×{ROWS}, once a second{'':<17}{'bytes/s':>9}{'CPU %':>8}{'MB':>7}")
        for name, cost in costs.items():
            print(f"{name:<42}{cost.bytes_per_second:>9.0f}{cost.cpu_percent:>8.1f}{cost.memory_megabytes:>7.0f}")
    assert costs["redistui, nothing changes"].bytes_per_second == 0
    assert costs["redistui, the mouse moves over it"].bytes_per_second == 0
    assert costs["redistui, a tenth of 200 pairs changes"].bytes_per_second <= BYTES_WITH_A_TENTH_CHANGING
    assert costs["redistui, all 200 pairs change"].memory_megabytes <= MOST_MEMORY_BYTES / 1e6


def test_start(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """From the start of the process to a frame with rows; the sources are at hand, so this is the console's share."""
    hello = tmp_path / "hello.py"
    hello.write_text(
        "from textual.app import App\nfrom textual.widgets import Static\n"
        "class Hello(App):\n    def compose(self):\n        yield Static('hello there')\nHello().run()\n"
    )
    times = {
        "redistui with 50 pairs": starts(console(pairs=50), "▶ "),
        "Textual hello": starts([sys.executable, str(hello)], "hello there"),
    }
    with capsys.disabled():
        print(f"\n{'start to first useful frame':<42}{'min s':>9}{'median s':>10}   ({STARTS} runs each)")
        for name, taken in times.items():
            print(f"{name:<42}{min(taken):>9.2f}{statistics.median(taken):>10.2f}")


def starts(command: Sequence[str], shown: str) -> list[float]:
    taken = []
    for _ in range(STARTS):
        began = time.monotonic()
        with PseudoTerminal(command, environment(), COLUMNS, ROWS) as terminal:
            terminal.wait(shown)
            taken.append(time.monotonic() - began)
    return taken
