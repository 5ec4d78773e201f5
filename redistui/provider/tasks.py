"""What the core asks of a managed provider: the cloud owns the roles, so whole verbs are API calls.

The provider says which calls make up a verb; the core shows them, sends each once, waits until the cloud has done it,
and asks Redis. A call that was sent and not answered is never sent again before a look has told that it did not happen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from redistui.model.plan import Guard
from redistui.model.topology import Pair

Arguments = Mapping[str, str | int | float | bool | None]


class Phase(StrEnum):
    """How far the cloud is with what a call asks for, whoever sent it."""

    NOT_BEGUN = "not-begun"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Progress:
    """`words` are for the operator, with the vendor's own status."""

    phase: Phase
    words: str


@dataclass(frozen=True, slots=True)
class Call:
    """One API call as data: `name` is the provider's, the arguments are plain values and no secrets."""

    name: str
    arguments: Arguments = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """`shown` is the call exactly as it is sent. `inverse` names the call that puts back what this one changed, with
    the same arguments. `always`: it puts a temporary setting back, and is sent even when a call before it failed.
    `leader` is the node that leads once it is done; `restarts` says that `node` is another process then."""

    call: Call
    words: str
    shown: str
    awaited: str
    limit_seconds: float
    node: str = ""
    inverse: str = ""
    inverse_shown: str = ""
    always: bool = False
    leader: str = ""
    restarts: bool = False


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """`point_of_no_return` is the index of the first call that cannot be taken back; None where there is none."""

    calls: tuple[PlannedCall, ...]
    guards: tuple[Guard, ...]
    outage: str
    point_of_no_return: int | None = None


class Inspection(Protocol):
    """A pair as the cloud describes it at one moment; plans are made of it without asking again."""

    @property
    def primary(self) -> str | None:
        """The node that leads, as the cloud says."""
        ...

    def plan_promote(self, target: str) -> TaskPlan: ...

    def plan_restart(self, nodes: Sequence[str], successor: str | None) -> TaskPlan:
        """One after the other in this order; with a `successor` the leading one is replaced by it right before."""
        ...


@runtime_checkable
class ManagedTasks(Protocol):
    """Every method raises ProviderError and nothing else."""

    @property
    def poll_seconds(self) -> float:
        """How often the cloud may be asked how far it is."""
        ...

    async def inspect(self, pair: Pair) -> Inspection: ...

    async def busy(self, pair: Pair) -> str:
        """Why the cloud would take no call for this pair now, in words; empty when it would."""
        ...

    async def send(self, pair: Pair, call: Call) -> str:
        """Send it once; returns the vendor's request id. Raises ProviderError: NETWORK when nothing was sent, UNKNOWN
        when it was sent and it is not known whether it was taken, CONFLICT when the pair is busy, any other kind when
        it was refused."""
        ...

    async def progress(self, pair: Pair, call: Call) -> Progress: ...
