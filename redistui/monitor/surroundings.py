"""What all pairs of one connection and environment share while they are watched."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from redistui.model.evaluation import PreparedRules, prepare
from redistui.model.snapshot import Status
from redistui.model.topology import Pair
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
    rules: PreparedRules
    timeline: Timeline
    watcher: Watcher
    late_seconds: float
    one_look: bool


class SurroundingsOf:
    """Makes the surroundings of connections, each once for every environment."""

    def __init__(
        self,
        workspace: Workspace,
        timeline: Timeline,
        watcher: Watcher,
        *,
        interval_seconds: float = 1.0,
        one_look: bool = False,
    ) -> None:
        self._workspace = workspace
        self._timeline = timeline
        self._watcher = watcher
        self._interval_seconds = interval_seconds
        self._one_look = one_look
        self._made: dict[tuple[str, str], Surroundings] = {}

    def of(self, connection: OpenConnection, pair: Pair) -> Surroundings:
        environment = pair.environment or connection.environment
        key = connection.name, environment
        if key not in self._made:
            self._made[key] = self._make(connection, environment)
        return self._made[key]

    def _make(self, connection: OpenConnection, environment: str) -> Surroundings:
        provider = connection.provider
        if provider is None:
            raise ValueError(f"{connection.name} has no provider: {connection.problem}")
        return Surroundings(
            provider,
            environment,
            prepare(self._workspace.rules(environment)),
            self._timeline,
            self._watcher,
            _LATE * self._interval_seconds,
            self._one_look,
        )
