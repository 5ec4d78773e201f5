"""What was observed of a pair right before a change: the ground that guards judge and plans stand on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from redistui.config.settings import Command, Environment
from redistui.model.endpoint import Address
from redistui.model.sample import Failure, NodeSample
from redistui.model.topology import Node, NodeState, Pair, Role
from redistui.provider.capabilities import Capability
from redistui.provider.machine import Act
from redistui.provider.provisioning import Design
from redistui.provider.tasks import Inspection


@dataclass(frozen=True, slots=True)
class Silence:
    """How long the console has heard nothing of a node, and how often it tried in that time."""

    seconds: float
    attempts: int


@dataclass(frozen=True, slots=True)
class MachineFacts:
    """The provider's own view of a node's machine, asked now; None and UNKNOWN where it has none."""

    state: NodeState = NodeState.UNKNOWN
    fenced: bool | None = None
    stored_role: tuple[Role, Address | None] | None = None

    @property
    def down(self) -> bool:
        return self.state in (NodeState.STOPPED, NodeState.FAILED)


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """One node, asked directly. `refused` maps a command to the server's own words for why this user may not run it.
    `config_writable` is the provider's view of the stored config; None where it has none."""

    node: Node
    sample: NodeSample | None = None
    earlier: NodeSample | None = None  # a moment before, for rates
    failure: Failure | None = None
    settings: Mapping[str, str] | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    config_writable: bool | None = None
    writes_paused: bool | None = None  # of a primary
    sentinels: int | None = None  # that watch it; None where that could not be asked
    silence: Silence | None = None  # of one that gave no sign of life
    machine: MachineFacts = MachineFacts()

    @property
    def id(self) -> str:
        return self.node.id

    @property
    def name(self) -> str:
        return str(self.node.address)

    def setting(self, name: str) -> str | None:
        return None if self.settings is None else self.settings.get(name)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the environment allows and asks for."""

    max_behind_bytes: int = 1 << 20
    max_catch_up_seconds: float = 10.0
    max_age_seconds: float = 2.0
    read_only: bool = False
    protected: bool = False
    require_reason: bool = False
    rto_limit_seconds: float | None = None
    hooks: Mapping[str, tuple[Command, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, environment: Environment) -> "Limits":
        limits = cls(
            read_only=environment.read_only,
            protected=environment.protected,
            require_reason=environment.require_reason,
            rto_limit_seconds=environment.rto_limit_seconds,
            hooks=environment.hooks,
        )
        behind = environment.max_lag_bytes
        return limits if behind is None else replace(limits, max_behind_bytes=behind)


@dataclass(frozen=True, slots=True)
class Parting:
    """What ending the pair takes: its clients by node (None where they cannot be told), and the provider's calls."""

    visitors: Mapping[str, tuple[str, ...] | None]
    removal: str


@dataclass(frozen=True, slots=True)
class PairFacts:
    """All nodes of a pair at `at` (seconds since the epoch). `write_rate` is bytes a second of replication stream."""

    pair: Pair
    at: float
    nodes: Mapping[str, NodeFacts]
    limits: Limits
    write_rate: float | None = None
    acts: Mapping[Act, Capability] = field(default_factory=dict)  # what can be done with the machines
    inspection: Inspection | None = None  # what the cloud says, of a managed pair
    design: Design | None = None  # of a pair that is not there yet; then there are no nodes to ask
    parting: Parting | None = None  # of a pair that is to be ended

    @property
    def owner(self) -> str | None:
        """Who else changes the roles: empty when nobody is seen, None when that could not be asked."""
        known = [node.sentinels for node in self.nodes.values() if node.sentinels is not None]
        if any(node.sample and node.sample.mode == "sentinel" for node in self.nodes.values()) or any(known):
            return f"Sentinel ({max(known, default=1) or 1})"
        return "" if known or not self.nodes else None

    def can(self, act: Act) -> bool:
        answer = self.acts.get(act)
        return answer is not None and answer.supported

    def why_not(self, act: Act) -> str:
        answer = self.acts.get(act)
        return answer.reason if answer else "this provider has no hand on the machine"

    def primaries(self) -> tuple[NodeFacts, ...]:
        return tuple(node for node in self.nodes.values() if node.sample and node.sample.role is Role.PRIMARY)


@dataclass(frozen=True, slots=True)
class RoleChange:
    """The two nodes that trade places. Both have a sample; guards on silence are judged before this is made."""

    facts: PairFacts
    primary: NodeFacts
    candidate: NodeFacts
    others: tuple[NodeFacts, ...] = ()
