"""Clocks that jump and a console that is suspended make nothing older, younger or alarming."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.redis_server import ReplicatedPair
from support.waiting import wait_until
from support.watched import Seen, listed, pair_of, watching

from redistui.model.clock import SystemClock
from redistui.model.snapshot import Status
from redistui.model.topology import PairKey

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

DAY = 86400.0
SUSPENDED_SECONDS = 5.0
PAIR = PairKey("test", "orders")
StartPair = Callable[..., ReplicatedPair]


class JumpingClock(SystemClock):
    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        return time.time() + self.ahead


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_clock_that_is_set_makes_no_negative_age_and_fires_nothing(start_pair: StartPair, jump: float) -> None:
    pair = start_pair()
    provider = listed()
    provider.pairs = [pair_of("test", "orders", pair.primary.address, pair.replica.address)]
    clock = JumpingClock()
    with watching(provider, clock=clock) as monitor:
        seen = Seen(monitor)
        seen.until(lambda fleet: len(monitor.history(PAIR).times) >= 2, "two points are recorded")
        clock.ahead = jump
        seen.until(lambda fleet: abs(fleet.at - clock.now()) < 5, "the fleet follows the clock", 3.0)
        count = len(seen.snapshots)
        seen.until(lambda fleet: len(seen.snapshots) >= count + 3, "ticks go on", 5.0)
        times = monitor.history(PAIR).times
    assert list(times) == sorted(times)
    assert all(0.5 < later - earlier < 2.5 for earlier, later in itertools.pairwise(times))
    for fleet in seen.snapshots:
        for told in fleet.pairs:
            assert told.findings == ()
            ages = [fleet.at - node.sample.sampled_at for node in told.nodes if node.sample is not None]
            assert all(0 <= age < 3 for age in ages), ages


_WATCH = """
import json, sys
from support.watched import listed, pair_of, watching
from redistui.model.endpoint import Address
provider = listed()
provider.pairs = [pair_of("test", "orders", *(Address.parse(text) for text in sys.argv[1:]))]
def tell(fleet):
    told = [[pair.status.value, [each.message for each in pair.findings]] for pair in fleet.pairs]
    print(json.dumps([fleet.at, told]), flush=True)
with watching(provider) as monitor:
    monitor.subscribe(tell)
    sys.stdin.read()
"""


def test_a_suspended_console_comes_back_without_burst_or_false_alarm(start_pair: StartPair, tmp_path: Path) -> None:
    pair = start_pair()
    output = tmp_path / "snapshots"
    addresses = [str(pair.primary.address), str(pair.replica.address)]
    tests = Path(__file__).parents[1]
    with (
        output.open("wb") as lines,
        subprocess.Popen(
            [sys.executable, "-c", _WATCH, *addresses],
            stdin=subprocess.PIPE,
            stdout=lines,
            cwd=tests,
            env=os.environ | {"PYTHONPATH": str(tests)},
        ) as process,
    ):
        try:
            wait_until(lambda: "healthy" in output.read_text(), "the pair is watched")
            wait_until(lambda: len(output.read_text().splitlines()) >= 4, "ticks go on")
            process.send_signal(signal.SIGSTOP)
            before = len(output.read_text().splitlines())
            time.sleep(SUSPENDED_SECONDS)  # what is tested is the passing of time
            process.send_signal(signal.SIGCONT)
            resumed = time.monotonic()
            wait_until(lambda: len(output.read_text().splitlines()) >= before + 3, "ticks go on")
            took = time.monotonic() - resumed
        finally:
            process.send_signal(signal.SIGCONT)
            process.kill()
    snapshots = [json.loads(line) for line in output.read_text().splitlines()]
    assert took > 1.5  # three snapshots at the usual pace, not at once
    told = [pair for _, pairs in snapshots[1:] for pair in pairs if pair[0] != Status.UNKNOWN]
    assert all(status == Status.HEALTHY for status, _ in told)
    assert all(not findings for _, findings in told)
