"""The console on 300 pairs of which 100 are dead: the header counts rightly, and keys are answered at once."""

import re
import statistics
import time
from pathlib import Path

import pytest
from support.command import Command
from support.pseudo_terminal import PseudoTerminal
from support.responder import Fleet
from support.static_fleet import configuration

pytestmark = pytest.mark.live

PAIRS, REFUSING, SILENT = 300, 60, 40
PRESSES = 40
# A quiet machine answers within 16 ms; this is for one on which everything else runs, too.
MEDIAN_SECONDS, SLOWEST_SECONDS = 0.15, 1.5


def test_of_300_pairs_100_dead_ones_keep_no_key_waiting(tmp_path: Path) -> None:
    command = Command(tmp_path)
    with Fleet(2 * PAIRS, dead=2 * REFUSING, silent=2 * SILENT) as fleet:
        command.configure(configuration(fleet))
        environment = command.environment(TERM="xterm-256color")
        with PseudoTerminal(command.arguments(), environment, 120, 40) as console:
            console.wait(lambda text: "● 200 ok" in text and "✖ 100 down" in text and "300 pairs" in text, 20)
            console.send("\x1b[F\x1b[H")
            console.settle()
            answered = [press(console, "\x1b[B", number) for number in range(1, PRESSES + 1)]
            console.send("/")
            console.send("status:down")
            console.wait("100 of 300 pairs")
            console.send("\x1b")
            console.wait(lambda text: "100 of 300" not in text)
            assert re.search(r"● 200 ok .*✖ 100 down", console.text), "after a while, too"
            console.send("q")
            assert console.process.wait(5) == 0
    print(f"\nkeys: median {1000 * statistics.median(answered):.0f} ms, slowest {1000 * max(answered):.0f} ms")
    assert statistics.median(answered) <= MEDIAN_SECONDS
    assert max(answered) <= SLOWEST_SECONDS


def press(console: PseudoTerminal, key: str, presses: int) -> float:
    """Seconds until the cursor stands on another row."""
    before = cursor(console.text)
    began = time.monotonic()
    console.send(key)
    while cursor(console.text) == before:
        assert time.monotonic() - began < 2 * SLOWEST_SECONDS, f"press {presses} is not answered:\n{console.text}"
        time.sleep(0.002)
    return time.monotonic() - began


def cursor(text: str) -> str | None:
    found = re.search(r"^▶ (\S+)", text, re.MULTILINE)
    return found[1] if found else None
