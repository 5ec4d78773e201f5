"""How far a replica is behind its upstream, by offsets that were read directly from both.

`lag=` in INFO is no lag but the age of the last ACK: a replica 3.96 MB behind showed 0. Unknown stays None.
"""

from dataclasses import dataclass

from .facts import FRESH_SECONDS, NodeReading
from .sample import LinkState, NodeSample
from .snapshot import Lag

WINDOW_SECONDS = 5.0
# Replication PINGs alone (14 bytes every repl-ping-replica-period) are no writes.
IDLE_BYTES_PER_SECOND = 10.0
# Two samples that are further apart than this do not belong to one look.
_SKEW_SECONDS = 2.0

Window = tuple[tuple[float, int], ...]
"""The last few seconds of one number: monotonic time and value, oldest first."""


@dataclass(frozen=True, slots=True)
class WriteMemory:
    """The recent offsets of one upstream, within one replication id."""

    replication_id: str | None = None
    offsets: Window = ()

    @property
    def bytes_per_second(self) -> float | None:
        return slope(self.offsets)


@dataclass(frozen=True, slots=True)
class LinkMemory:
    """The recent bytes behind of one replica, within one replication id of its upstream."""

    replication_id: str | None = None
    behind: Window = ()


@dataclass(frozen=True, slots=True)
class LagReading:
    lag: Lag
    memory: LinkMemory
    unknown: str = ""  # why `lag.behind_bytes` is None


def slope(window: Window) -> float | None:
    """Change a second over the window."""
    if len(window) < 2 or window[-1][0] <= window[0][0]:
        return None
    return (window[-1][1] - window[0][1]) / (window[-1][0] - window[0][0])


def extended(window: Window, at: float, value: int) -> Window:
    if window and window[-1][0] >= at:
        return window
    oldest = at - WINDOW_SECONDS - 0.5
    return (*(entry for entry in window if entry[0] >= oldest), (at, value))


def remember_writes(memory: WriteMemory | None, reading: NodeReading) -> WriteMemory:
    """The upstream's memory with its newest sample."""
    sample = reading.sample
    if sample is None or sample.offset is None:
        return WriteMemory()
    going_on = (
        memory is not None
        and memory.replication_id == sample.replication_id
        and memory.offsets
        and memory.offsets[-1][1] <= sample.offset
    )
    before = memory.offsets if going_on and memory is not None else ()
    return WriteMemory(sample.replication_id, extended(before, reading.sampled_at, sample.offset))


def behind_bytes(replica: NodeSample, upstream: NodeSample) -> tuple[int | None, str]:
    """Offsets are comparable only within one replication id; after a promotion the former id counts up to its end."""
    if replica.offset is None or upstream.offset is None:
        return None, "an offset is not reported"
    if not replica.replication_id or not upstream.replication_id:
        return None, "a replication id is not reported"
    if replica.replication_id != upstream.replication_id:
        former = replica.replication_id == upstream.replication_id2
        if not former or upstream.second_offset is None or replica.offset > upstream.second_offset:
            return None, "it has another replication id than its upstream, so offsets cannot be compared"
    # The replica's sample may be the newer one by some milliseconds: it is not ahead then, but level.
    return max(0, upstream.offset - replica.offset), ""


def measure(
    replica: NodeReading,
    upstream: NodeReading | None,
    writes: WriteMemory | None,
    memory: LinkMemory | None,
    now: float,
) -> LagReading:
    """The lag of one link at `now` (monotonic). `writes` is the upstream's memory, `memory` the link's own."""
    reason = _incomparable(replica, upstream, now)
    if reason or upstream is None or replica.sample is None or upstream.sample is None:
        return LagReading(Lag(), LinkMemory(), reason)
    behind, reason = behind_bytes(replica.sample, upstream.sample)
    if behind is None:
        return LagReading(Lag(), LinkMemory(), reason)
    replication_id = upstream.sample.replication_id
    window = memory.behind if memory is not None and memory.replication_id == replication_id else ()
    window = extended(window, replica.sampled_at, behind)
    rate = None if writes is None else writes.bytes_per_second
    return LagReading(_lag(behind, rate, window, upstream.sample), LinkMemory(replication_id, window))


def _incomparable(replica: NodeReading, upstream: NodeReading | None, now: float) -> str:
    if replica.sample is None or now - replica.sampled_at > FRESH_SECONDS:
        return "its own newest sample is too old"
    if upstream is None:
        return "it follows a server that is not sampled here"
    if upstream.sample is None or upstream.failure is not None or now - upstream.sampled_at > FRESH_SECONDS:
        return "its upstream does not answer"
    if abs(replica.sampled_at - upstream.sampled_at) > _SKEW_SECONDS:
        return "the samples of both sides are too far apart"
    if replica.sample.link is LinkState.SYNCING:
        return "it is copying the dataset"
    return ""


def _lag(behind: int, write_rate: float | None, window: Window, upstream: NodeSample) -> Lag:
    idle = write_rate is not None and write_rate < IDLE_BYTES_PER_SECOND
    writing = write_rate if write_rate is not None and not idle else None
    growth = slope(window)
    drain = None if growth is None else 0.0 - growth
    catch_up = None
    if behind == 0:
        catch_up = 0.0
    elif drain is not None and drain > 0:
        catch_up = behind / drain
    size = upstream.backlog_size_bytes if upstream.backlog_active is not False else None
    return Lag(
        behind_bytes=behind,
        behind_seconds=0.0 if behind == 0 else None if writing is None else behind / writing,
        drain_bytes_per_second=drain,
        catch_up_seconds=catch_up,
        backlog_cover_seconds=None if writing is None or size is None else size / writing,
        idle=idle,
    )
