"""From readings to a pair's snapshot: roles, links, lag, status, findings. Pure: what is remembered is passed on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .evaluation import PreparedRules, States, evaluate
from .facts import Moment, NodeFacts, NodeReading, PairFacts
from .failures import NO_WRITES
from .lag import LinkMemory, WriteMemory, measure, remember_writes
from .observe import same_history, upstream_of
from .sample import LinkState
from .snapshot import Finding, Link, NodeSnapshot, PairSnapshot, Severity, Status
from .topology import Pair, Role


@dataclass(frozen=True, slots=True)
class PairMemory:
    """What one look leaves for the next."""

    states: States = field(default_factory=dict)
    writes: Mapping[str, WriteMemory] = field(default_factory=dict)
    links: Mapping[str, LinkMemory] = field(default_factory=dict)
    upstreams: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """When, by which rules, and how closely a pair is looked at."""

    moment: Moment
    rules: PreparedRules
    one_look: bool = False
    can_show_logs: bool = False
    can_start: bool = False
    unobserved_seconds: float = 0.0


def judge(
    pair: Pair, readings: Sequence[NodeReading], memory: PairMemory, look: Look
) -> tuple[PairSnapshot, PairMemory]:
    nodes = tuple(_facts(reading) for reading in readings)
    primaries = tuple(node for node in nodes if node.answers and node.role is Role.PRIMARY)
    facts = PairFacts(pair, nodes, look.moment, primaries, look.one_look, look.can_show_logs, look.can_start)
    for node in nodes:
        node.pair = facts
    writes, links, upstreams = _observe_links(nodes, memory, look.moment.monotonic)
    findings, states = evaluate(look.rules, facts, memory.states, look.unobserved_seconds)
    snapshot = PairSnapshot(
        pair=pair,
        at=look.moment.wall,
        status=_status(facts, findings),
        nodes=tuple(
            NodeSnapshot(reading.node, reading.sample, reading.failure, reading.rates, reading.settings)
            for reading in readings
        ),
        links=tuple(node.link for node in nodes if node.link is not None),
        primary_id=facts.primary.id if facts.primary is not None else None,
        findings=findings,
    )
    for node in nodes:  # cycles would be left to the garbage collector, which costs a tenth of all work
        node.pair = node.upstream = None
    return snapshot, PairMemory(states, writes, links, upstreams)


def _facts(reading: NodeReading) -> NodeFacts:
    sample = reading.sample
    role = reading.node.configured_role if sample is None else sample.role
    answers = sample is not None and reading.failure is None
    return NodeFacts(reading.node.id, reading, sample if answers else None, role, answers)


def _observe_links(
    nodes: Sequence[NodeFacts], memory: PairMemory, now: float
) -> tuple[dict[str, WriteMemory], dict[str, LinkMemory], dict[tuple[str, str], str]]:
    writes = {node.id: remember_writes(memory.writes.get(node.id), node.reading) for node in nodes}
    links: dict[str, LinkMemory] = {}
    upstreams: dict[tuple[str, str], str] = {}
    for node in nodes:
        sample = node.sample
        if sample is None or sample.role is not Role.REPLICA:
            continue
        address = str(sample.upstream) if sample.upstream is not None else ""
        upstream = upstream_of(node, nodes) or _remembered(memory.upstreams.get((node.id, address)), nodes)
        node.upstream = upstream
        if upstream is not None:
            upstreams[node.id, address] = upstream.id
        upstream_reading = None if upstream is None else upstream.reading
        upstream_writes = None if upstream is None else writes[upstream.id]
        measured = measure(node.reading, upstream_reading, upstream_writes, memory.links.get(node.id), now)
        links[node.id] = measured.memory
        node.lag_unknown = measured.unknown
        node.link = Link(
            replica_id=node.id,
            upstream_id=None if upstream is None else upstream.id,
            upstream_address=address,
            state=sample.link,
            lag=measured.lag,
            same_history=same_history(sample, None if upstream is None else upstream.sample),
        )
    return writes, links, upstreams


def _remembered(node_id: str | None, nodes: Sequence[NodeFacts]) -> NodeFacts | None:
    return None if node_id is None else next((node for node in nodes if node.id == node_id), None)


def _status(facts: PairFacts, findings: Sequence[Finding]) -> Status:
    """Down needs evidence that nobody takes writes; what merely cannot be told is unknown."""
    if any(node.sample is not None and not node.sample.loading for node in facts.primaries):
        grave = any(told.severity is not Severity.INFO for told in findings)
        return Status.DEGRADED if grave else Status.HEALTHY
    if facts.primaries:
        return Status.DOWN  # loading
    silent = [node for node in facts.nodes if not node.answers]
    if any(_may_take_writes(node) for node in silent) or _outside_primary(facts):
        return Status.UNKNOWN
    return Status.DOWN if facts.nodes else Status.UNKNOWN


def _may_take_writes(node: NodeFacts) -> bool:
    """A node that gave no sample, and whose silence does not prove that it takes no writes."""
    if node.stopped:
        return False
    failure = node.reading.failure
    if failure is None:
        return True
    known_replica = node.role is Role.REPLICA and node.reading.sample is not None
    return failure.kind not in NO_WRITES and not known_replica


def _outside_primary(facts: PairFacts) -> bool:
    return any(
        node.link is not None and node.link.upstream_id is None and node.link.state is LinkState.UP
        for node in facts.nodes
    )
