"""What the actions of one operation work with: warm sessions to the nodes, the provider, a clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from redistui.model.clock import Clock
from redistui.model.plan import Plan
from redistui.model.topology import Pair
from redistui.provider.contract import Provider
from redistui.provider.provisioning import Design

from .session import NodeSession


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`facts` grow with the results of earlier steps; `progress` takes words for the eye; `describe` is the operation
    so far, for hooks; `hidden_variables` of the environment hold secrets; `cancelled` tells a step that waits for long
    that an operator has had enough. `shared` is what steps hand to each other within one runner process, and is lost
    with it."""

    operation: str
    pair: Pair
    plan: Plan
    sessions: Mapping[str, NodeSession]
    provider: Provider
    clock: Clock
    facts: Mapping[str, object]
    progress: Callable[[str], None]
    state_folder: Path
    design: Design | None = None  # of a pair that is being made
    describe: Callable[[], Mapping[str, object]] = dict
    hidden_variables: frozenset[str] = frozenset()
    cancelled: Callable[[], bool] = lambda: False
    shared: dict[str, object] = field(default_factory=dict)
