"""The whole program from end to end, console and monitor, on fleets that replay real INFO; `pairs --json` of them."""

import resource
import time
from pathlib import Path

import psutil
import pytest
from support.command import Command
from support.pseudo_terminal import PseudoTerminal
from support.responder import Fleet
from support.static_fleet import configuration

pytestmark = pytest.mark.benchmark

SETTLED_SECONDS = 10.0
MEASURED_SECONDS = 20.0
LARGEST_NODES = 2000
MOST_CPU_PERCENT = 50.0  # of one core, with the largest
MOST_MEGABYTES = 200.0


def test_console_on_fleets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    lines = [f"\n{'console at 120×40':<24}{'first rows s':>14}{'all known s':>13}{'CPU %':>8}{'MB':>6}{'bytes/s':>9}"]
    lines[0] += f"{'pairs --json s':>16}"
    for nodes in (2, 100, 400, LARGEST_NODES):
        folder = tmp_path / str(nodes)
        folder.mkdir()
        with Fleet(nodes) as fleet:
            told = measured(Command(folder), fleet, nodes)
        lines.append(
            f"{nodes // 2:>6} pairs             {told[0]:>12.2f}{told[1]:>13.2f}{told[2]:>8.1f}{told[3]:>6.0f}"
            f"{told[4]:>9.0f}{told[5]:>16.2f}"
        )
    with capsys.disabled():
        print("\n".join(lines))
    assert told[2] <= MOST_CPU_PERCENT
    assert told[3] <= MOST_MEGABYTES


def measured(command: Command, fleet: Fleet, nodes: int) -> tuple[float, float, float, float, float, float]:
    command.configure(configuration(fleet))
    began = time.monotonic()
    pairs = command("pairs", "--json")
    listed = time.monotonic() - began
    assert [pair["status"] for pair in pairs.json["pairs"]] == ["healthy"] * (nodes // 2)
    began = time.monotonic()
    with PseudoTerminal(command.arguments(), command.environment(TERM="xterm-256color"), 120, 40) as console:
        console.wait("pair-0000", 20)
        first = time.monotonic() - began
        console.wait(f"● {nodes // 2} ok", 30)
        known = time.monotonic() - began
        time.sleep(SETTLED_SECONDS)
        process = psutil.Process(console.process.pid)
        cpu, drawn, began = seconds_of(process), console.bytes_read, time.monotonic()
        time.sleep(MEASURED_SECONDS)
        passed = time.monotonic() - began
        used, megabytes = seconds_of(process) - cpu, process.memory_info().rss / 1e6
        drawn = console.bytes_read - drawn
        assert f"● {nodes // 2} ok" in console.text
        console.send("q")
        console.process.wait(10)
    return first, known, 100 * used / passed, megabytes, drawn / passed, listed


def seconds_of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
