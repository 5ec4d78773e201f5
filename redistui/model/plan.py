"""A plan is data: what a change is based on, what was checked, what will be done, what it costs and what can be undone.

Plans are written to the journal and hold no secrets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .topology import PairKey, Role

PLAN_VERSION = 1


class Verdict(StrEnum):
    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Guard:
    """One check: what was observed, its limit and the verdict. `loss` marks the only failures that --force accepts."""

    name: str
    observed: str
    limit: str
    verdict: Verdict
    message: str = ""
    loss: bool = False


class Confirmation(StrEnum):
    """What the operator is asked before anything changes."""

    QUESTION = "question"
    TYPED_NAME = "typed-name"


@dataclass(frozen=True, slots=True)
class NodeBasis:
    """What a plan saw of a node. A step acts only on a node that is still this server process, in this role."""

    address: str
    peer_address: str
    role: Role
    run_id: str | None
    replication_id: str | None
    offset: int | None


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """`action` names the code that runs it, `values` its arguments; `call` and `undo` are the exact commands."""

    action: str
    name: str
    call: str
    undo: str = ""
    node: str = ""
    always: bool = False  # puts a temporary setting back: runs even when a step before it failed for good
    values: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    verb: str
    kind: str
    pair: PairKey
    summary: str
    based_on: Mapping[str, NodeBasis]
    guards: tuple[Guard, ...]
    steps: tuple[PlannedStep, ...]
    point_of_no_return: int | None  # index of the first step after which there is no way back; None: all can be undone
    outage: str
    loss: str
    values: Mapping[str, str] = field(default_factory=dict)  # what was asked for: with newer facts it makes a new plan
    confirmation: Confirmation = Confirmation.QUESTION
    requires_reason: bool = False
    artifacts: Mapping[str, str] = field(default_factory=dict)  # files that will be made, by name, secrets masked
    stops_at_failure: bool = False  # a failed step leaves what there is, to be resumed or rolled back by the operator
    made_at: float = 0.0
    version: int = PLAN_VERSION
    console_version: str = ""

    @property
    def failing(self) -> tuple[Guard, ...]:
        return tuple(guard for guard in self.guards if guard.verdict is Verdict.FAIL)

    def refused(self, *, force: bool) -> tuple[Guard, ...]:
        """The guards that forbid it. Force accepts the loss that was shown, and overrides no other guard."""
        return tuple(guard for guard in self.failing if not (force and guard.loss))
