"""One line a pair a second, from the monitor that feeds the console too."""

import queue
import time
from collections.abc import Sequence

from redistui.config.load import load
from redistui.model.errors import RedistuiError
from redistui.model.moment import timestamp
from redistui.model.snapshot import FleetSnapshot, PairSnapshot
from redistui.model.topology import PairKey
from redistui.monitor.monitor import Monitor
from redistui.present.json import pair_json
from redistui.present.order import pairs_by_name
from redistui.present.text import width
from redistui.workspace.workspace import Workspace

from . import output
from .discovery import find_pair
from .fleet_text import errors_text, watch_line
from .invocation import Invocation
from .session import ask, open_with_passwords

SHORTEST_PAUSE_SECONDS = 0.5
SILENCE_LIMIT_SECONDS = 5.0


def watch(invocation: Invocation, pairs: Sequence[str]) -> None:
    """Never returns by itself: Ctrl-C raises KeyboardInterrupt, a reader that left BrokenPipeError."""
    configuration = load(invocation.config)

    def opened() -> Workspace:
        return open_with_passwords(configuration, pairs[0] if len(pairs) == 1 else None)

    wanted = ask(opened(), lambda workspace: _keys(workspace, pairs)) if pairs else None
    snapshots: queue.SimpleQueue[FleetSnapshot] = queue.SimpleQueue()
    monitor = Monitor(opened())
    monitor.subscribe(snapshots.put)
    monitor.start()
    lines = _Lines(invocation, wanted)
    silent_rounds = 0
    try:
        while silent_rounds < 2:  # one round is silent after a Ctrl-Z
            try:
                lines.print(snapshots.get(timeout=SILENCE_LIMIT_SECONDS))
            except queue.Empty:
                silent_rounds += 1
            else:
                silent_rounds = 0
    finally:
        monitor.stop()
    raise RedistuiError(f"nothing was heard of any pair for {2 * SILENCE_LIMIT_SECONDS:g} s", hint="start it again")


class _Lines:
    def __init__(self, invocation: Invocation, wanted: frozenset[PairKey] | None) -> None:
        self._as_json = invocation.json
        self._wanted = wanted
        self._look = output.look_of_data()
        self._printed_at: dict[PairKey, float] = {}
        self._told: set[str] = set()
        self._name_cells = 0

    def print(self, fleet: FleetSnapshot) -> None:
        """A line a pair; while pairs appear snapshots come faster, and each pair is still told once a second."""
        now = time.monotonic()
        due = [pair for pair in pairs_by_name(fleet) if self._is_due(pair, now)]
        for line in errors_text(fleet):
            if line not in self._told:
                output.words(line)
                self._told.add(line)
        self._name_cells = max([self._name_cells, *(width(str(pair.key)) for pair in due)])
        for pair in due:
            self._printed_at[pair.key] = now
            if self._as_json:
                output.json_line(pair_json(pair) | {"at": timestamp(pair.at)})
            else:
                output.data(watch_line(pair, self._look, self._name_cells))
        output.flush()

    def _is_due(self, pair: PairSnapshot, now: float) -> bool:
        if self._wanted is not None and pair.key not in self._wanted:
            return False
        answered = any(node.sample is not None or node.failure is not None for node in pair.nodes)
        return answered and now - self._printed_at.get(pair.key, 0.0) >= SHORTEST_PAUSE_SECONDS


async def _keys(workspace: Workspace, pairs: Sequence[str]) -> frozenset[PairKey]:
    return frozenset([(await find_pair(workspace, text)).pair.key for text in pairs])
