"""Lag is what offsets say, never less than nothing, and unknown wherever it cannot be told."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.readings import HISTORY, PRIMARY, REPLICA, primary_sample, reading, replica_sample

from redistui.model.facts import NodeReading
from redistui.model.lag import LagReading, LinkMemory, WriteMemory, measure, remember_writes
from redistui.model.sample import Failure, FailureKind, LinkState

OTHER = "b" * 40


def two(primary: dict[str, Any], replica: dict[str, Any], at: float = 10.0) -> tuple[NodeReading, NodeReading]:
    return reading(REPLICA, replica_sample(**replica), at), reading(PRIMARY, primary_sample(**primary), at)


def measured(primary: dict[str, Any], replica: dict[str, Any]) -> LagReading:
    below, above = two(primary, replica)
    return measure(below, above, WriteMemory(), LinkMemory(), 10.0)


@pytest.mark.parametrize(
    ("primary", "replica", "behind"),
    [
        ({"offset": 500}, {"offset": 200}, 300),
        ({"offset": 500}, {"offset": 500}, 0),
        ({"offset": 500}, {"offset": 507}, 0),  # sampled some milliseconds later
        ({"offset": 500}, {"offset": 200, "replication_id": OTHER}, None),
        (
            {"offset": 500, "replication_id2": OTHER, "second_offset": 300},
            {"offset": 200, "replication_id": OTHER},
            300,
        ),
        (
            {"offset": 500, "replication_id2": OTHER, "second_offset": 100},
            {"offset": 200, "replication_id": OTHER},
            None,
        ),
        ({"offset": 500}, {"offset": 200, "link": LinkState.SYNCING}, None),
        ({"offset": None}, {"offset": 200}, None),
        ({"offset": 500}, {"offset": None}, None),
        ({"offset": 500, "replication_id": None}, {"offset": 200}, None),
    ],
)
def test_bytes_behind_counts_only_within_one_history(
    primary: dict[str, Any], replica: dict[str, Any], behind: int | None
) -> None:
    told = measured(primary, replica)
    assert told.lag.behind_bytes == behind
    assert (told.unknown == "") == (behind is not None)


def test_an_old_sample_or_a_silent_upstream_leaves_the_lag_unknown() -> None:
    below, above = two({}, {})
    assert measure(below, above, WriteMemory(), LinkMemory(), 14.0).unknown == "its own newest sample is too old"
    silent = replace(above, failure=Failure(FailureKind.REFUSED, "", "", 0, 0))
    assert measure(below, silent, WriteMemory(), LinkMemory(), 10.0).unknown == "its upstream does not answer"
    assert measure(below, None, None, None, 10.0).lag.behind_bytes is None
    apart = replace(above, sampled_at=7.5)
    assert measure(below, apart, WriteMemory(), LinkMemory(), 10.0).lag.behind_bytes is None


def follow(seconds: int, written_a_second: int, applied_a_second: int) -> LagReading:
    """A primary that writes steadily and a replica that applies steadily, watched once a second."""
    writes: WriteMemory | None = None
    told = LagReading(measured({}, {}).lag, LinkMemory())
    for second in range(seconds + 1):
        offsets = 1_000_000 + written_a_second * second, 1_000_000 - 500_000 + applied_a_second * second
        below, above = two({"offset": offsets[0]}, {"offset": offsets[1]}, float(second))
        writes = remember_writes(writes, above)
        told = measure(below, above, writes, told.memory, float(second))
    return told


def test_lag_in_time_and_backlog_cover_come_from_the_write_rate() -> None:
    lag = follow(5, written_a_second=100_000, applied_a_second=100_000).lag
    assert lag.behind_bytes == 500_000
    assert lag.behind_seconds == pytest.approx(5.0)
    assert lag.backlog_cover_seconds == pytest.approx((1 << 20) / 100_000)
    assert lag.drain_bytes_per_second == pytest.approx(0.0)
    assert lag.catch_up_seconds is None
    assert not lag.idle


def test_a_replica_that_catches_up_tells_when_it_will_be_level() -> None:
    lag = follow(4, written_a_second=100_000, applied_a_second=150_000).lag
    assert lag.drain_bytes_per_second == pytest.approx(50_000)
    assert lag.catch_up_seconds == pytest.approx(300_000 / 50_000)


def test_a_replica_that_falls_behind_never_catches_up() -> None:
    lag = follow(4, written_a_second=100_000, applied_a_second=20_000).lag
    assert lag.drain_bytes_per_second == pytest.approx(-80_000)
    assert lag.catch_up_seconds is None


def test_without_writes_the_lag_in_time_is_zero_or_unknown_and_any_absence_is_covered() -> None:
    behind = follow(4, written_a_second=2, applied_a_second=0).lag  # keep-alive PINGs are no writes
    assert behind.idle
    assert behind.behind_seconds is None
    assert behind.backlog_cover_seconds is None
    below, above = two({"offset": 9}, {"offset": 9})
    assert measure(below, above, WriteMemory(HISTORY, ((9.0, 9), (10.0, 9))), None, 10.0).lag.behind_seconds == 0.0


def test_the_write_rate_starts_anew_with_another_history_or_a_restart() -> None:
    first = remember_writes(None, reading(PRIMARY, primary_sample(offset=1000), 1.0))
    second = remember_writes(first, reading(PRIMARY, primary_sample(offset=3000), 2.0))
    assert second.bytes_per_second == pytest.approx(2000)
    assert remember_writes(second, reading(PRIMARY, primary_sample(offset=10), 3.0)).bytes_per_second is None
    other = primary_sample(offset=9000, replication_id=OTHER)
    assert remember_writes(second, reading(PRIMARY, other, 3.0)).bytes_per_second is None


offsets = st.none() | st.integers(0, 2**60)
ids = st.sampled_from([None, "", HISTORY, OTHER])


@given(offsets, offsets, ids, ids, ids, offsets, st.floats(0, 10), st.floats(0, 10))
def test_lag_is_never_negative_and_never_known_from_the_unknown(
    above_offset: int | None,
    below_offset: int | None,
    above_id: str | None,
    below_id: str | None,
    former_id: str | None,
    former_end: int | None,
    above_at: float,
    below_at: float,
) -> None:
    primary = primary_sample(
        offset=above_offset, replication_id=above_id, replication_id2=former_id, second_offset=former_end
    )
    above = reading(PRIMARY, primary, above_at)
    below = reading(REPLICA, replica_sample(offset=below_offset, replication_id=below_id), below_at)
    told = measure(below, above, remember_writes(None, above), None, 10.0)
    lag = told.lag
    for value in (lag.behind_bytes, lag.behind_seconds, lag.catch_up_seconds, lag.backlog_cover_seconds):
        assert value is None or value >= 0
    if None in (above_offset, below_offset) or not above_id or not below_id:
        assert lag.behind_bytes is None
    assert (lag.behind_bytes is None) == bool(told.unknown)
