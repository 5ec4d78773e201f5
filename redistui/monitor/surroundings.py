"""What all pairs of one connection and environment share while they are watched."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from redistui.model.rules import RuleSet
from redistui.model.snapshot import Status
from redistui.provider.capabilities import Verb, effective
from redistui.provider.contract import Provider
from redistui.workspace.workspace import OpenConnection, Workspace

from .timeline import Timeline

if TYPE_CHECKING:
    from .node_watch import NodeWatch
    from .pair_watch import PairWatch

# Part of a tick after which an answer is missed; it is looked for after 0.8.
_LATE = 0.75


class Watcher(Protocol):
    """What a pair asks of whoever watches it."""

    def sample(self, watch: "PairWatch", node: "NodeWatch") -> None:
        """Start an attempt at a node."""
        ...

    def judged(self, watch: "PairWatch", status_before: Status) -> None: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    provider: Provider
    environment: str
    rules: RuleSet
    timeline: Timeline
    watcher: Watcher
    late_seconds: float
    one_look: bool
    can_show_logs: bool
    can_start: bool
    capability_count: int


def surroundings(
    workspace: Workspace,
    connection: OpenConnection,
    environment: str,
    timeline: Timeline,
    watcher: Watcher,
    *,
    interval_seconds: float = 1.0,
    one_look: bool = False,
) -> Surroundings:
    """`environment` is the pair's own, where its provider tells one."""
    provider = connection.provider
    if provider is None:
        raise ValueError(f"{connection.name} has no provider: {connection.problem}")
    capabilities = effective(type(provider).capabilities())
    return Surroundings(
        provider,
        environment or connection.environment,
        workspace.rules(environment or connection.environment),
        timeline,
        watcher,
        _LATE * interval_seconds,
        one_look,
        capabilities[Verb.LOGS].supported,
        capabilities[Verb.START].supported,
        sum(capability.supported for capability in capabilities.values()),
    )
