"""One verb for both ways: a switchover while the primary is healthy, a failover when it is dead."""

from collections.abc import Mapping
from dataclasses import replace

from redistui import __version__
from redistui.model.errors import RefusedError, UsageError
from redistui.model.plan import Plan
from redistui.model.topology import Role

from .facts import NodeFacts, PairFacts, RoleChange
from .switchover import plan_switchover


def plan_promote(facts: PairFacts, values: Mapping[str, str], made_at: float) -> Plan:
    """`values["to"]` is a node id or an address; without it the replica that is the least behind is taken.

    Raises UsageError for an unknown node, RefusedError when there is nothing to promote.
    """
    to = values.get("to")
    candidate = _chosen(facts, to) if to else _best(facts)
    primaries = facts.primaries()
    primary = next((node for node in primaries if node.id != candidate.id), None)
    if primary is None:
        raise RefusedError(
            "no other node answers as the primary: a failover is not in this release",
            hint="redistui check shows what is known of each node",
        )
    others = tuple(node for node in facts.nodes.values() if node.id not in (primary.id, candidate.id))
    plan = plan_switchover(RoleChange(facts, primary, candidate, others), made_at, __version__)
    return replace(plan, values={"to": candidate.id})


def _chosen(facts: PairFacts, to: str) -> NodeFacts:
    for node in facts.nodes.values():
        if to in (node.id, str(node.node.address), str(node.node.peer_address)):
            return node
    known = ", ".join(f"{node.id} ({node.name})" for node in facts.nodes.values())
    raise UsageError(f"{facts.pair.key} has no node {to!r}", hint=f"its nodes are {known}")


def _best(facts: PairFacts) -> NodeFacts:
    replicas = [node for node in facts.nodes.values() if node.sample and node.sample.role is Role.REPLICA]
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
