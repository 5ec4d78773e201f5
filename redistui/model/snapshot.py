"""What is known of a pair and of the fleet at one moment. The only thing that panels and commands read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .sample import Failure, LinkState, NodeSample
from .topology import Node, Pair, PairKey, Role


class Status(StrEnum):
    HEALTHY = "healthy"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired, in words. `subject` is a node id, or empty for the pair."""

    rule: str
    severity: Severity
    since: float
    message: str
    hint: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Rates:
    """Per-second changes between two samples of one server process; None across a restart or a counter reset."""

    commands: float | None = None
    network_input_bytes: float | None = None
    network_output_bytes: float | None = None
    keyspace_hits: float | None = None
    keyspace_misses: float | None = None
    evicted_keys: float | None = None
    expired_keys: float | None = None
    rejected_connections: float | None = None
    replication_bytes: float | None = None  # growth of the replication offset: the write rate

    @property
    def hit_ratio(self) -> float | None:
        if self.keyspace_hits is None or self.keyspace_misses is None:
            return None
        reads = self.keyspace_hits + self.keyspace_misses
        return self.keyspace_hits / reads if reads else None


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """CONFIG GET of one node; `problem` says why it is empty (NOPERM, a renamed command, a managed cloud)."""

    values: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class NodeSnapshot:
    """`sample` is the newest good one and may be old; `failure` is set while the newest attempt failed."""

    node: Node
    sample: NodeSample | None = None
    failure: Failure | None = None
    rates: Rates | None = None
    settings: ServerSettings | None = None

    @property
    def role(self) -> Role:
        """The role Redis reported last; unknown while the node does not answer."""
        return self.sample.role if self.sample is not None and self.failure is None else Role.UNKNOWN


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a replica is behind its upstream. Unknown is None, never 0."""

    behind_bytes: int | None = None
    behind_seconds: float | None = None  # behind_bytes over the upstream's write rate
    drain_bytes_per_second: float | None = None  # positive: catching up
    catch_up_seconds: float | None = None
    backlog_cover_seconds: float | None = None  # None with `idle`: any absence is covered
    idle: bool = False  # the upstream takes no writes


@dataclass(frozen=True, slots=True)
class Link:
    """A replication link; `upstream_id` is None when the replica follows a server outside the pair."""

    replica_id: str
    upstream_id: str | None
    upstream_address: str
    state: LinkState | None
    lag: Lag
    same_history: bool | None = None


@dataclass(frozen=True, slots=True)
class PairSnapshot:
    pair: Pair
    at: float
    status: Status
    nodes: tuple[NodeSnapshot, ...]
    links: tuple[Link, ...] = ()
    primary_id: str | None = None  # the one node that is observed as primary; None when none or several
    findings: tuple[Finding, ...] = ()  # the gravest first

    @property
    def key(self) -> PairKey:
        return self.pair.key

    @property
    def primary(self) -> NodeSnapshot | None:
        return self.node(self.primary_id)

    def node(self, node_id: str | None) -> NodeSnapshot | None:
        return next((node for node in self.nodes if node.node.id == node_id), None)

    @property
    def silent_replicas(self) -> tuple["NodeSnapshot", ...]:
        """Nodes that do not answer and last were, or should be, replicas: nothing is known of their links."""
        return tuple(
            node
            for node in self.nodes
            if node.failure is not None
            and (node.sample.role if node.sample is not None else node.node.configured_role) is Role.REPLICA
        )

    def link(self, replica_id: str) -> Link | None:
        return next((link for link in self.links if link.replica_id == replica_id), None)


class ProviderPhase(StrEnum):
    DISCOVERING = "discovering"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ProviderSnapshot:
    """How the newest discovery of one configured provider went."""

    name: str
    type: str
    environment: str
    phase: ProviderPhase
    pairs: int = 0
    message: str = ""
    hint: str = ""
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class FleetSnapshot:
    at: float
    pairs: tuple[PairSnapshot, ...] = ()
    providers: tuple[ProviderSnapshot, ...] = ()

    def pair(self, key: PairKey) -> PairSnapshot | None:
        return next((pair for pair in self.pairs if pair.key == key), None)
