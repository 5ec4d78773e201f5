"""One line a pair a second, from the monitor that feeds the console too."""

import queue
from collections.abc import Sequence
from typing import TYPE_CHECKING

from redistui.config.load import load
from redistui.monitor.monitor import Monitor
from redistui.present.json import pair_json, timestamp
from redistui.present.order import pairs_by_name
from redistui.present.text import width

from . import output
from .discovery import find_pair
from .fleet_text import errors_text, watch_line
from .invocation import Invocation
from .session import open_for_long, run, workspace

if TYPE_CHECKING:
    from redistui.model.snapshot import FleetSnapshot
    from redistui.model.topology import PairKey


def watch(invocation: Invocation, pairs: Sequence[str]) -> None:
    """Never returns by itself: Ctrl-C raises KeyboardInterrupt, a reader that left BrokenPipeError."""
    configuration = load(invocation.config)
    wanted = run(_keys(invocation, pairs)) if pairs else None
    snapshots: queue.SimpleQueue[FleetSnapshot] = queue.SimpleQueue()
    monitor = Monitor(open_for_long(configuration))
    monitor.subscribe(snapshots.put)
    monitor.start()
    told: set[str] = set()
    name_cells = 0
    try:
        while True:
            fleet = snapshots.get()
            for line in errors_text(fleet):
                if line not in told:
                    output.words(line)
                    told.add(line)
            shown = [pair for pair in pairs_by_name(fleet) if wanted is None or pair.key in wanted]
            name_cells = max([name_cells, *(width(str(pair.key)) for pair in shown)])
            for pair in shown:
                if invocation.json:
                    output.json_line(pair_json(pair) | {"at": timestamp(pair.at)})
                else:
                    output.data(watch_line(pair, output.look_of_data(), name_cells))
            output.flush()
    finally:
        monitor.stop()


async def _keys(invocation: Invocation, pairs: Sequence[str]) -> "frozenset[PairKey]":
    async with workspace(invocation) as opened:
        return frozenset([(await find_pair(opened, text)).pair.key for text in pairs])
