"""The recent past of one pair, for plots. A gap is None, so that a broken line shows what was not known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class HistoryMetric(StrEnum):
    BEHIND_BYTES = "behind_bytes"
    BEHIND_SECONDS = "behind_seconds"
    BACKLOG_COVER_SECONDS = "backlog_cover_seconds"
    MEMORY_USED_BYTES = "memory_used_bytes"
    MEMORY_RSS_BYTES = "memory_rss_bytes"
    OPERATIONS_PER_SECOND = "operations_per_second"
    HIT_RATIO = "hit_ratio"
    NETWORK_INPUT_BYTES = "network_input_bytes"
    NETWORK_OUTPUT_BYTES = "network_output_bytes"
    CLIENTS = "clients"


@dataclass(frozen=True, slots=True)
class History:
    """`times` are seconds since the epoch, oldest first; every series has the length of `times`."""

    times: tuple[float, ...] = ()
    series: Mapping[tuple[str, HistoryMetric], tuple[float | None, ...]] = field(default_factory=dict)

    def of(self, node_id: str, metric: HistoryMetric) -> tuple[float | None, ...]:
        return self.series.get((node_id, metric), (None,) * len(self.times))


@dataclass(frozen=True, slots=True)
class Event:
    """Something that changed by itself: a role, a link, a restart, a finding that began or ended."""

    at: float
    node_id: str
    message: str
