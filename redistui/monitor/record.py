"""The last minutes of one pair: numbers in rings of fixed size, and what changed by itself. Read from any thread."""

import math
import threading
from array import array
from collections import deque

from redistui.model.history import Event, History, HistoryMetric
from redistui.model.snapshot import PairSnapshot

POINTS = 300
EVENTS = 200
_UNKNOWN = math.nan

Values = tuple[float | None, ...]
_METRICS = tuple(HistoryMetric)


class _Ring:
    """Series of one node. A series takes memory from its first known value on: 1.2 KB for 300 points."""

    __slots__ = ("series",)

    def __init__(self) -> None:
        self.series: list[array[float] | None] = [None] * len(_METRICS)

    def put(self, position: int, values: Values) -> None:
        for index, value in enumerate(values):
            ring = self.series[index]
            if ring is None:
                if value is None:
                    continue
                ring = self.series[index] = array("f", [_UNKNOWN]) * POINTS
            ring[position] = _UNKNOWN if value is None else value


class Record:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times = array("d")
        self._next = 0
        self._rings: dict[str, _Ring] = {}
        self._events: deque[tuple[float, str, str]] = deque(maxlen=EVENTS)

    def put(self, at: float, snapshot: PairSnapshot) -> None:
        """One point a node. `at` is monotonic."""
        with self._lock:
            position = self._next
            if len(self._times) < POINTS:
                self._times.append(at)
            else:
                self._times[position] = at
            self._next = (position + 1) % POINTS
            for values in _values(snapshot):
                ring = self._rings.get(values[0])
                if ring is None:
                    ring = self._rings[values[0]] = _Ring()
                ring.put(position, values[1])

    def keep_only(self, node_ids: set[str]) -> None:
        with self._lock:
            for node_id in self._rings.keys() - node_ids:
                del self._rings[node_id]

    def history(self, offset: float) -> History:
        """`offset` leads from monotonic time to seconds since the epoch."""
        with self._lock:
            count = len(self._times)
            start = self._next if count == POINTS else 0
            times = self._times[start:] + self._times[:start]
            copies = {
                (node_id, metric): ring[start:count] + ring[:start]
                for node_id, rings in self._rings.items()
                for metric, ring in zip(_METRICS, rings.series, strict=True)
                if ring is not None
            }
        return History(
            tuple(at + offset for at in times),
            {key: tuple(None if math.isnan(value) else value for value in copy) for key, copy in copies.items()},
        )

    def tell(self, at: float, node_id: str, message: str) -> None:
        with self._lock:
            self._events.append((at, node_id, message))

    def events(self, offset: float) -> tuple[Event, ...]:
        """The newest last."""
        with self._lock:
            kept = tuple(self._events)
        return tuple(Event(at + offset, node_id, message) for at, node_id, message in kept)


def _values(snapshot: PairSnapshot) -> list[tuple[str, Values]]:
    links = {link.replica_id: link.lag for link in snapshot.links}
    told: list[tuple[str, Values]] = []
    for node in snapshot.nodes:
        sample, rates, lag = node.sample, node.rates, links.get(node.node.id)
        if sample is None or node.failure is not None:
            told.append((node.node.id, (None,) * len(_METRICS)))
            continue
        values = (
            None if lag is None else lag.behind_bytes,
            None if lag is None else lag.behind_seconds,
            None if lag is None else lag.backlog_cover_seconds,
            sample.memory_used_bytes,
            sample.memory_rss_bytes,
            sample.operations_per_second if rates is None or rates.commands is None else rates.commands,
            None if rates is None else rates.hit_ratio,
            None if rates is None else rates.network_input_bytes,
            None if rates is None else rates.network_output_bytes,
            sample.clients,
        )
        told.append((node.node.id, values))
    return told
