"""What has to be chosen before a verb can be planned: which replica, which node. The best is proposed first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from redistui.model import units
from redistui.model.snapshot import NodeSnapshot, PairSnapshot
from redistui.model.topology import Role

from .line import Line, Span, Tone, line, safe


@dataclass(frozen=True, slots=True)
class Option:
    """`values` go into the plan."""

    line: Line
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    title: str
    options: tuple[Option, ...]
    note: str = "enter plans it, nothing is changed yet"


def choice_of(verb: str, pair: PairSnapshot) -> Choice | None:
    """None where there is nothing to choose."""
    make = _CHOICES.get(verb)
    choice = make(pair) if make is not None else None
    return choice if choice is not None and len(choice.options) > 1 else None


def _candidates(pair: PairSnapshot) -> Choice:
    """The order is that of the planner: meant to lead, the least behind."""
    replicas = [node for node in pair.nodes if node.node.id != pair.primary_id]
    replicas.sort(key=lambda node: _preference(pair, node))
    options = tuple(
        Option(_candidate(pair, node, best=not number), (("to", node.node.id),)) for number, node in enumerate(replicas)
    )
    return Choice(f"which replica of {safe(pair.key.name)} is to lead?", options)


def _preference(pair: PairSnapshot, node: NodeSnapshot) -> tuple[bool, bool, int, int]:
    sample = node.sample
    priority = sample.replica_priority if sample is not None and sample.replica_priority is not None else 100
    silent = node.failure is not None or sample is None or sample.role is not Role.REPLICA
    return silent, priority == 0, priority, -(sample.offset or 0) if sample is not None else 0


def _candidate(pair: PairSnapshot, node: NodeSnapshot, *, best: bool) -> Line:
    parts = [Span(f" {safe(str(node.node.address)):<22}", Tone.STRONG), Span(f"{_state(pair, node):<24}")]
    if best:
        parts.append(Span("proposed", Tone.GOOD))
    elif node.sample is not None and node.sample.replica_priority == 0:
        parts.append(Span("priority 0", Tone.WARN))
    return line(*parts)


def _state(pair: PairSnapshot, node: NodeSnapshot) -> str:
    if node.failure is not None or node.sample is None:
        return "does not answer"
    lag = next((link.lag for link in pair.links if link.replica_id == node.node.id), None)
    return f"{units.size(lag.behind_bytes) if lag is not None else units.UNKNOWN} behind"


_CHOICES: Mapping[str, Callable[[PairSnapshot], Choice]] = {"promote": _candidates}
