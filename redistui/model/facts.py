"""What rules look at: the newest reading of each node, and how the nodes of a pair stand to each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .sample import Failure, NodeSample
from .snapshot import Link, Rates, ServerSettings
from .topology import Node, NodeState, Pair, Role

# A sample older than this says nothing of the present.
FRESH_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant. Durations come from `monotonic`; `offset` leads from there to seconds since the epoch."""

    monotonic: float
    offset: float

    @property
    def wall(self) -> float:
        return self.monotonic + self.offset

    def wall_of(self, monotonic: float) -> float:
        return monotonic + self.offset


@dataclass(frozen=True, slots=True)
class NodeReading:
    """All that is held of one node. The times are monotonic."""

    node: Node
    sample: NodeSample | None = None
    sampled_at: float = 0.0
    failure: Failure | None = None
    failing_since: float | None = None
    rates: Rates | None = None
    settings: ServerSettings | None = None
    sentinels: int | None = None  # subscribers of Sentinel's hello channel
    recent: Mapping[str, int] = field(default_factory=dict)  # counter name to its increase in the last minutes


@dataclass(slots=True)
class NodeFacts:
    """`sample` is the newest one while the node answers; None otherwise, so that nothing old is judged."""

    id: str
    reading: NodeReading
    sample: NodeSample | None
    role: Role  # what Redis said last, else what is configured
    answers: bool
    link: Link | None = None
    upstream: "NodeFacts | None" = None
    pair: "PairFacts | None" = None
    lag_unknown: str = ""  # why the lag of `link` is not known

    @property
    def stopped(self) -> bool:
        return self.reading.node.state in {NodeState.STOPPED, NodeState.FAILED, NodeState.PAUSED}

    def __str__(self) -> str:
        return str(self.reading.node.address)


@dataclass(slots=True)
class PairFacts:
    pair: Pair
    nodes: tuple[NodeFacts, ...]
    moment: Moment
    primaries: tuple[NodeFacts, ...] = ()  # those that answer as primary
    one_look: bool = False  # a command that samples once: nothing is known of durations
    can_show_logs: bool = False
    can_start: bool = False

    @property
    def primary(self) -> NodeFacts | None:
        return self.primaries[0] if len(self.primaries) == 1 else None
