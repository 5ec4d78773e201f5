"""The kept past of a pair: bounded, with gaps where nothing was known."""

import sys

import pytest
from support.readings import OFFSET, PRIMARY, REPLICA, Watched, failing, primary_sample, reading, replica_sample

from redistui.model.history import HistoryMetric
from redistui.model.sample import FailureKind
from redistui.model.snapshot import PairSnapshot, Rates
from redistui.monitor.changes import changes
from redistui.monitor.record import EVENTS, POINTS, Record

BUSY = Rates(*([1.0] * 9))


def look(watched: Watched, at: float, *, dead: bool = False) -> PairSnapshot:
    primary = reading(PRIMARY, primary_sample(clients=int(at), offset=int(at) * 1000), at, rates=BUSY)
    sample = replica_sample(offset=int(at) * 1000)
    silent = failing(REPLICA, FailureKind.REFUSED, sample, at)
    return watched.look(primary, silent if dead else reading(REPLICA, sample, at, rates=BUSY), at=at)


def test_the_newest_points_are_kept_and_a_gap_is_none() -> None:
    record, watched = Record(), Watched()
    for second in range(POINTS + 50):
        record.put(float(second), look(watched, float(second), dead=second == POINTS + 40))
    history = record.history(OFFSET)
    assert len(history.times) == POINTS
    assert history.times[0] == OFFSET + 50
    assert history.of("primary", HistoryMetric.CLIENTS)[-1] == POINTS + 49
    behind = history.of("replica", HistoryMetric.BEHIND_BYTES)
    assert behind[-10] is None
    assert behind[-11] == 0
    assert history.of("primary", HistoryMetric.BEHIND_BYTES) == (None,) * POINTS


def test_a_node_takes_at_most_12_kb() -> None:
    record, watched = Record(), Watched()
    for second in range(POINTS + 1):
        record.put(float(second), look(watched, float(second)))
    rings = {
        node: sum(sys.getsizeof(series) for series in ring.series if series is not None)
        for node, ring in record._rings.items()
    }
    shared = sys.getsizeof(record._times) / len(rings)
    assert sum(rings.values()) / len(rings) + shared <= 12 * 1024


def test_events_are_bounded_and_tell_what_changed() -> None:
    record, watched = Record(), Watched()
    before = look(watched, 1.0)
    after = look(watched, 2.0, dead=True)
    told = list(changes(before, after))
    assert ("", "healthy → degraded") in told
    assert ("replica", "warning: replica 10.0.0.2:6379 refuses connections") in told
    again = list(changes(after, look(watched, 3.0)))
    assert ("replica", "answers again") in again
    for number in range(EVENTS + 5):
        record.tell(float(number), "", str(number))
    assert len(record.events(OFFSET)) == EVENTS
    assert record.events(OFFSET)[-1].at == pytest.approx(OFFSET + EVENTS + 4)
