"""One verb for both ways: a switchover while the primary is healthy, a failover when it is dead."""

from collections.abc import Mapping
from dataclasses import replace

from redistui import __version__
from redistui.model.errors import RefusedError
from redistui.model.plan import Plan
from redistui.model.topology import Role

from .choice import chosen
from .facts import NodeFacts, PairFacts, RoleChange
from .failover import plan_failover
from .guards.vantage import Succession
from .switchover import plan_switchover


def plan_promote(facts: PairFacts, values: Mapping[str, str], made_at: float) -> Plan:
    """`values["to"]` is a node id or an address; without it the replica that is the least behind is taken. With
    `values["fence"]` of "no" a failover goes on without fencing, where the machine itself is gone.

    Raises UsageError for an unknown node, RefusedError when there is nothing to promote.
    """
    to = values.get("to")
    candidate = choose(facts, to or "")
    primaries = facts.primaries()
    primary = next((node for node in primaries if node.id != candidate.id), None)
    if primary is None:
        candidate = candidate if to else max(_replicas(facts), key=_freshest, default=candidate)
        change = replace(_succession(facts, candidate), fence=values.get("fence") != "no")
        left_out = {} if change.fence else {"fence": "no"}
        return replace(plan_failover(change, made_at, __version__), values={"to": candidate.id, **left_out})
    others = tuple(node for node in facts.nodes.values() if node.id not in (primary.id, candidate.id))
    plan = plan_switchover(RoleChange(facts, primary, candidate, others), made_at, __version__)
    return replace(plan, values={"to": candidate.id})


def _succession(facts: PairFacts, candidate: NodeFacts) -> Succession:
    """Raises RefusedError where it cannot be told which of the silent nodes was the primary."""
    if candidate.sample and candidate.sample.role is Role.PRIMARY:
        raise RefusedError(f"{candidate.name} leads already", hint="redistui show tells what is known of each node")
    silent = [node for node in facts.nodes.values() if node.sample is None and node is not candidate]
    upstream = candidate.sample.upstream if candidate.sample else None
    led = [node for node in silent if upstream in (node.node.address, node.node.peer_address)]
    meant = [node for node in silent if node.node.configured_role is Role.PRIMARY]
    old = next(iter(led or meant or (silent if len(silent) == 1 else ())), None)
    if old is None and silent:
        names = " or ".join(node.name for node in silent)
        raise RefusedError(
            f"{names} gives no answer, and {candidate.name} follows {upstream}: it is not known who was the primary",
            hint="start or remove one of them, then ask again",
        )
    others = tuple(node for node in facts.nodes.values() if node not in (old, candidate))
    return Succession(facts, old, candidate, others)


def _replicas(facts: PairFacts) -> list[NodeFacts]:
    return [node for node in facts.nodes.values() if node.sample and node.sample.role is Role.REPLICA]


def choose(facts: PairFacts, to: str) -> NodeFacts:
    """The replica to promote: the one that was asked for, else the best one. Raises UsageError or RefusedError."""
    return chosen(facts, to) if to else _best(facts)


def _best(facts: PairFacts) -> NodeFacts:
    replicas = _replicas(facts)
    # Where none answers the guards tell why, about one that should.
    candidates = replicas or [node for node in facts.nodes.values() if node not in facts.primaries()]
    if not candidates:
        raise RefusedError(
            f"{facts.pair.key} has no replica: there is nothing to promote",
            hint="redistui show tells what is known of each node",
        )
    return max(candidates, key=_preference)


def _preference(node: NodeFacts) -> tuple[bool, int, int]:
    """As Sentinel chooses: meant to lead, the lower priority number first, then the larger offset."""
    sample = node.sample
    priority = sample.replica_priority if sample and sample.replica_priority is not None else 100
    offset = sample.offset if sample and sample.offset is not None else -1
    return priority != 0, -priority, offset


def _freshest(node: NodeFacts) -> tuple[bool, int, int]:
    """Where the primary is dead the newest data counts most, among those that are meant to lead."""
    meant, priority, offset = _preference(node)
    return meant, offset, priority
