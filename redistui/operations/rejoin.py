"""The plan that brings a node back as a replica after a failover, and with it the redundancy."""

from collections.abc import Mapping

from redistui import __version__
from redistui.model.errors import RefusedError, UsageError
from redistui.model.plan import Confirmation, Guard, Plan, PlannedStep
from redistui.model.sample import LinkState
from redistui.model.topology import Role
from redistui.provider.machine import Act

from . import steps
from .choice import chosen
from .facts import NodeFacts, PairFacts
from .guards import durability, identity, machine, past
from .guards.judge import fails, passes, warns
from .switchover import basis, environment_allows

COMMANDS = ("REPLICAOF", "CONFIG REWRITE", "MULTI")


def plan_rejoin(facts: PairFacts, values: Mapping[str, str], made_at: float) -> Plan:
    """`values["node"]`; without it the one node that is no linked replica of the primary.

    Raises UsageError for an unknown node, RefusedError when there is nothing to bring back.
    """
    node = chosen(facts, values["node"]) if values.get("node") else _astray(facts)
    leading = [primary for primary in facts.primaries() if primary is not node]
    if not leading:
        raise RefusedError(
            f"{facts.pair.key} has no primary for {node.name} to follow", hint="redistui promote gives it one"
        )
    primary = leading[0]
    planned = _steps(facts, node, primary)
    return Plan(
        verb="rejoin",
        kind="rejoin",
        pair=facts.pair.key,
        summary=f"Rejoin of {facts.pair.key.name}: {node.name} comes back as a replica of {primary.name}",
        based_on={one.id: basis(one) for one in facts.nodes.values()},
        guards=_guards(facts, node, primary),
        steps=planned,
        point_of_no_return=_turning_point(planned),
        outage=f"none on {primary.name}; {node.name} may load for a while",
        loss=f"what {node.name} holds and {primary.name} lacks",
        values={"node": node.id},
        confirmation=_confirmation(node, primary),
        made_at=made_at,
        console_version=__version__,
    )


def _guards(facts: PairFacts, node: NodeFacts, primary: NodeFacts) -> tuple[Guard, ...]:
    answering = tuple(one for one in (primary, node) if one.sample)
    return (
        environment_allows(facts),
        identity.nobody_else_owns_the_roles(facts),
        identity.one_primary(facts),
        _not_linked_already(node, primary),
        past.nothing_is_discarded(node, primary),
        *([] if node.sample else [machine.can(facts, Act.START, f"{node.name} can be started")]),
        *([] if node.sample else [_starts_as_a_replica(facts, node)]),
        *([durability.own_role_can_be_stored(node)] if node.sample else []),
        durability.may_run_commands(answering, COMMANDS),
    )


def _steps(facts: PairFacts, node: NodeFacts, primary: NodeFacts) -> tuple[PlannedStep, ...]:
    down = node.sample is None
    others = tuple(one for one in facts.nodes.values() if one not in (node, primary) and one.sample)
    full_resyncs = primary.sample.full_resyncs if primary.sample else None
    return (
        *([steps.store_role(node, primary)] if down and facts.can(Act.STORED_ROLE) else []),
        *([_unfence(node)] if down and facts.can(Act.FENCE) and node.machine.fenced is not False else []),
        *([_start(node)] if down else []),
        steps.follow(node, primary),
        steps.wait_linked(node, primary, full_resyncs),
        PlannedStep(
            "match-min-replicas",
            f"put min-replicas-to-write back on {primary.name} where a failover has lowered it",
            f"{primary.name}: CONFIG SET min-replicas-to-write, as {node.name} has it; CONFIG REWRITE",
            node=node.id,
            values={"primary": primary.id},
        ),
        steps.verify_redundancy(primary, (node, *others)),
    )


def _unfence(node: NodeFacts) -> PlannedStep:
    call, undo = f"provider: unfence {node.id}", f"provider: fence {node.id}"
    return PlannedStep("unfence", f"allow {node.name} to start", call, undo, node=node.id)


def _start(node: NodeFacts) -> PlannedStep:
    call, undo = f"provider: start {node.id}", f"provider: stop {node.id}"
    return PlannedStep("start-node", f"start {node.name}", call, undo, node=node.id)


def _turning_point(planned: tuple[PlannedStep, ...]) -> int:
    """From the start on what the node held may be replaced, where it starts as a replica; else from REPLICAOF on."""
    actions = [step.action for step in planned]
    return actions.index("start-node" if {"store-role", "start-node"} <= set(actions) else "follow")


def _confirmation(node: NodeFacts, primary: NodeFacts) -> Confirmation:
    if node.sample and primary.sample:
        nothing_lost = past.own_bytes(node.sample, primary.sample) == 0
    else:
        nothing_lost = node.machine.stored_role is not None and node.machine.stored_role[0] is Role.REPLICA
    return Confirmation.QUESTION if nothing_lost else Confirmation.TYPED_NAME


def _not_linked_already(node: NodeFacts, primary: NodeFacts) -> Guard:
    name, limit = "node is astray", "no linked replica"
    if is_linked(node, primary):
        return fails(name, "link up", limit, f"{node.name} follows {primary.name} already: there is nothing to do")
    if node.sample is None:
        return passes(name, "fenced" if node.machine.fenced else "down", limit)
    return passes(name, f"{node.sample.role.value}, link {node.sample.link or 'none'}", limit)


def _starts_as_a_replica(facts: PairFacts, node: NodeFacts) -> Guard:
    name, limit = f"{node.name} starts as a replica", "its role is stored first"
    if facts.can(Act.STORED_ROLE):
        return passes(name, "yes", limit)
    message = f"{facts.why_not(Act.STORED_ROLE)}: until REPLICAOF right after its start it may answer as a primary"
    return warns(name, "maybe not", limit, message)


def is_linked(node: NodeFacts, primary: NodeFacts) -> bool:
    mine, theirs = node.sample, primary.sample
    return bool(
        mine
        and theirs
        and mine.role is Role.REPLICA
        and mine.link is LinkState.UP
        and mine.replication_id == theirs.replication_id
    )


def _astray(facts: PairFacts) -> NodeFacts:
    primaries = facts.primaries()
    if len(primaries) != 1:
        found = " and ".join(node.name for node in primaries) or "no node"
        raise RefusedError(
            f"{found} leads {facts.pair.key}: it takes one primary to follow",
            hint="redistui resolve ends a split brain" if primaries else "redistui promote gives it one",
        )
    astray = [node for node in facts.nodes.values() if node is not primaries[0] and not is_linked(node, primaries[0])]
    if not astray:
        raise RefusedError(f"every node of {facts.pair.key} is a linked replica: there is nothing to bring back")
    if len(astray) > 1:
        names = ", ".join(f"{node.id} ({node.name})" for node in astray)
        raise UsageError(f"several nodes are astray: {names}", hint="name one with --node")
    return astray[0]
