"""What has to be chosen before a verb can be planned: which replica, which node. The best is proposed first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from redistui.model import units
from redistui.model.sample import LinkState
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
    answering = [node for node in pair.nodes if node.failure is None and node.role is Role.REPLICA]
    replicas = answering or [node for node in pair.nodes if node.node.id != pair.primary_id]
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


# The planner's own names; what is kept short here, the plan tells in full.
_SCENARIOS = (
    ("switchover", "the roles change in order; nothing may be lost", True),
    ("primary-crash", "the primary is killed; a replica takes over", True),
    ("primary-hang", "the primary is frozen; a replica takes over", True),
    ("replica-loss", "a replica is killed; the primary goes on", False),
)


def _rehearsals(pair: PairSnapshot) -> Choice:
    options: list[Option] = []
    for name, words, turns in _SCENARIOS:
        options.append(Option(_told(name, words), (("scenario", name),)))
        if turns:
            back = (("scenario", name), ("failback", "yes"))
            options.append(Option(_told("", "the same, and back again at the end"), back))
    return Choice(f"what is to be rehearsed on {safe(pair.key.name)}?", tuple(options))


def _restarts(pair: PairSnapshot) -> Choice:
    """Without a node all are meant, one after another."""
    whole = Option(_told("every node", "replicas first, the primary last, one at a time"), ())
    nodes = (Option(_node(pair, node), (("node", node.node.id),)) for node in pair.nodes)
    return Choice(f"what of {safe(pair.key.name)} is to be restarted?", (whole, *nodes))


def _returning(pair: PairSnapshot) -> Choice:
    """Nodes that are no linked replica of the primary."""
    linked = {link.replica_id for link in pair.links if link.state is LinkState.UP}
    astray = [node for node in pair.nodes if node.node.id not in linked and node.node.id != pair.primary_id]
    options = tuple(Option(_node(pair, node), (("node", node.node.id),)) for node in astray)
    return Choice(f"which node of {safe(pair.key.name)} is to come back as a replica?", options)


def _sides(pair: PairSnapshot) -> Choice:
    """Both sides are seen first; a plan without a choice is refused."""
    leaders = [node for node in pair.nodes if node.role is Role.PRIMARY]
    compare = Option(_told("compare", "what each side has that the other lacks"), ())
    kept = (Option(_told("keep", str(node.node.address)), (("keep", node.node.id),)) for node in leaders)
    return Choice(f"which side of {safe(pair.key.name)} is to be kept?", (compare, *kept) if len(leaders) > 1 else ())


def _told(name: str, words: str) -> Line:
    return line(Span(f" {name:<14}", Tone.STRONG), Span(safe(words)))


def _node(pair: PairSnapshot, node: NodeSnapshot) -> Line:
    silent = node.failure is not None or node.sample is None
    role = "does not answer" if silent else node.role.value
    tone = Tone.WARN if silent else Tone.PLAIN
    return line(Span(f" {safe(str(node.node.address)):<24}", Tone.STRONG), Span(role, tone))


_CHOICES: Mapping[str, Callable[[PairSnapshot], Choice]] = {
    "promote": _candidates,
    "drill": _rehearsals,
    "restart": _restarts,
    "rejoin": _returning,
    "resolve": _sides,
}
