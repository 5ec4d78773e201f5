"""Bytes on the terminal and CPU of the live pair screen, beside the same panels by textual-plotext."""

import os
import sys
import time
from pathlib import Path

import psutil
import pytest
from support.pseudo_terminal import PseudoTerminal

HERE = Path(__file__).parent
COLUMNS, ROWS = 120, 40
MEASURED_SECONDS = 8.0
BUDGET_BYTES_A_SECOND = 15_000


def measure(way: str, columns: int = COLUMNS, rows: int = ROWS) -> tuple[float, float]:
    """(bytes a second on the terminal, CPU milliseconds a second) of the live screen."""
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
        return (terminal.bytes_read - bytes_before) / seconds, cpu / seconds * 1000


@pytest.mark.benchmark
def test_live_pair_screen_stays_in_its_budget_and_below_textual_plotext() -> None:
    found = {way: measure(way) for way in ("busy", "plotext", "recompose")}
    for way, (sent, cpu) in found.items():
        print(f"pair screen {COLUMNS}×{ROWS}, everything moves, {way}: {sent:,.0f} bytes/s, {cpu:.0f} ms CPU/s")
    sent, cpu = found["busy"]
    assert sent <= BUDGET_BYTES_A_SECOND
    assert sent < found["plotext"][0]
    assert cpu < found["plotext"][1]


@pytest.mark.benchmark
def test_a_pair_on_which_nothing_changes_costs_no_byte() -> None:
    sent, cpu = measure("quiet")
    print(f"pair screen {COLUMNS}×{ROWS}, nothing changes: {sent:,.0f} bytes/s, {cpu:.0f} ms CPU/s")
    # The header's clock shows minutes: at most one of them turns while this measures.
    assert sent * MEASURED_SECONDS <= 1000
