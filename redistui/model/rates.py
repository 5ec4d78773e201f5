"""Changes a second between two samples of one server process."""

from dataclasses import dataclass

from .sample import NodeSample
from .snapshot import Rates

# Shorter than this a difference of counters is mostly rounding.
_SHORTEST_SECONDS = 0.05

RECENT_SECONDS = {"full_resyncs": 300.0, "rejected_connections": 60.0, "evicted_keys": 5.0}
"""Counters whose increase is remembered, because a single step of them matters, and for how long."""


def rates(previous: NodeSample | None, current: NodeSample, elapsed_seconds: float) -> Rates | None:
    """`elapsed_seconds` is measured with a clock that never jumps. None across a restart."""
    if previous is None or elapsed_seconds < _SHORTEST_SECONDS or not _same_process(previous, current):
        return None
    per = 1.0 / elapsed_seconds
    return Rates(
        _rate(previous.commands_processed, current.commands_processed, per),
        _rate(previous.network_input_bytes, current.network_input_bytes, per),
        _rate(previous.network_output_bytes, current.network_output_bytes, per),
        _rate(previous.keyspace_hits, current.keyspace_hits, per),
        _rate(previous.keyspace_misses, current.keyspace_misses, per),
        _rate(previous.evicted_keys, current.evicted_keys, per),
        _rate(previous.expired_keys, current.expired_keys, per),
        _rate(previous.rejected_connections, current.rejected_connections, per),
        _rate(previous.offset, current.offset, per)
        if previous.replication_id == current.replication_id and previous.role is current.role
        else None,
    )


def _same_process(previous: NodeSample, current: NodeSample) -> bool:
    return previous.run_id == current.run_id and previous.process_id == current.process_id


def _rate(before: int | None, after: int | None, per: float) -> float | None:
    # CONFIG RESETSTAT sets single counters back without a restart.
    return None if before is None or after is None or after < before else (after - before) * per


@dataclass(frozen=True, slots=True)
class Increase:
    counter: str
    at: float
    amount: int


def increases(
    previous: NodeSample | None, current: NodeSample, at: float, remembered: tuple[Increase, ...]
) -> tuple[Increase, ...]:
    """What remembered counters have grown by lately; a restarted server counts from 0. `at` is monotonic."""
    if previous is None:
        return ()
    restarted = not _same_process(previous, current)
    grown = []
    for counter in RECENT_SECONDS:
        before, after = getattr(previous, counter), getattr(current, counter)
        if before is not None and after is not None:
            amount = after - (0 if restarted else before)
            if amount > 0:
                grown.append(Increase(counter, at, amount))
    if not grown and not remembered:
        return remembered
    kept = tuple(entry for entry in remembered if at - entry.at < RECENT_SECONDS[entry.counter])
    return (*kept, *grown)


def totals(remembered: tuple[Increase, ...]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for entry in remembered:
        sums[entry.counter] = sums.get(entry.counter, 0) + entry.amount
    return sums
