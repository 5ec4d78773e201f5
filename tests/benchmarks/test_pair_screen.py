"""Bytes on the terminal and CPU of the live pair screen, beside the same panels by textual-plotext."""

import os
import sys
import time
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from support.pseudo_terminal import PseudoTerminal

HERE = Path(__file__).parent
COLUMNS, ROWS = 120, 40
MEASURED_SECONDS = 8.0
BUDGET_BYTES_A_SECOND = 15_000


class Cost(NamedTuple):
    sent: float  # bytes a second on the terminal
    cpu: float  # milliseconds a second
    memory: float  # MB

    def __str__(self) -> str:
        return f"{self.sent:,.0f} bytes/s, {self.cpu:.0f} ms CPU/s, {self.memory:.0f} MB"


def measure(way: str, columns: int = COLUMNS, rows: int = ROWS) -> Cost:
    """What the live screen costs."""
    environment = {
        **os.environ,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "PYTHONPATH": f"{HERE.parent}{os.pathsep}{HERE}",
    }
    command = [sys.executable, HERE / "pair_app.py", way]
    with PseudoTerminal(command, environment, columns, rows) as terminal:
        terminal.wait("3.8 MB behind", 15)
        time.sleep(2.5)  # the first ticks draw what was not there before
        process = psutil.Process(terminal.process.pid)
        begun, bytes_before, cpu_before = time.monotonic(), terminal.bytes_read, sum(process.cpu_times()[:2])
        time.sleep(MEASURED_SECONDS)
        seconds = time.monotonic() - begun
        cpu = sum(process.cpu_times()[:2]) - cpu_before
        sent = (terminal.bytes_read - bytes_before) / seconds
        return Cost(sent, cpu / seconds * 1000, process.memory_info().rss / (1 << 20))


@pytest.mark.benchmark
def test_live_pair_screen_stays_in_its_budget_and_below_textual_plotext() -> None:
    found = {way: measure(way) for way in ("busy", "plotext", "recompose")}
    for way, cost in found.items():
        print(f"pair screen {COLUMNS}×{ROWS}, everything moves, {way}: {cost}")
    assert found["busy"].sent <= BUDGET_BYTES_A_SECOND
    assert found["busy"].sent < found["plotext"].sent
    assert found["busy"].cpu < found["plotext"].cpu


@pytest.mark.benchmark
def test_a_pair_on_which_nothing_changes_costs_no_byte() -> None:
    cost = measure("quiet")
    print(f"pair screen {COLUMNS}×{ROWS}, nothing changes: {cost}")
    # The header's clock shows minutes: at most one of them turns while this measures.
    assert cost.sent * MEASURED_SECONDS <= 1000
