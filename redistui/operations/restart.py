"""The plan of a restart: one node, or the pair node by node: replicas first, the primary last and as a replica."""

from collections.abc import Mapping
from dataclasses import replace

from redistui import __version__
from redistui.model.errors import RefusedError
from redistui.model.plan import Confirmation, Guard, Plan, PlannedStep
from redistui.model.topology import Role
from redistui.provider.machine import Act

from . import steps
from .choice import chosen
from .facts import NodeFacts, PairFacts, RoleChange
from .guards import identity, machine
from .guards.judge import fails, passes
from .guards.persistence import no_empty_primary, restart_is_quiet, writes_go_on
from .rejoin import is_linked
from .switchover import basis, environment_allows, switchover_steps
from .switchover import guards as switchover_guards


def plan_restart(facts: PairFacts, values: Mapping[str, str], made_at: float) -> Plan:
    """`values["node"]` restarts that node alone, as it is. Without it all of them, one after another; the primary
    trades places first when it has a linked replica.

    Raises UsageError for an unknown node, RefusedError when there is nothing to restart.
    """
    primaries = facts.primaries()
    primary = primaries[0] if primaries else None
    if values.get("node"):
        nodes: tuple[NodeFacts, ...] = (chosen(facts, values["node"]),)
        change = None
    else:
        if primary is None:
            raise RefusedError(f"{facts.pair.key} has no primary: a rolling restart needs one", hint="redistui promote")
        change = _change(facts, primary, values.get("to", ""))
        nodes = (*(node for node in facts.nodes.values() if node is not primary), primary)
    planned = (steps.take_evidence(), *_steps(nodes, primary, change))
    turning_point = [step.action for step in planned].index("swap-roles") if change else None
    kept = {"node": nodes[0].id} if values.get("node") else {"to": change.candidate.id} if change else {}
    return Plan(
        verb="restart",
        kind="rolling" if len(nodes) > 1 else "node",
        pair=facts.pair.key,
        summary=_summary(facts, nodes, change),
        based_on={node.id: basis(node) for node in facts.nodes.values()},
        guards=_guards(facts, nodes, primary, change),
        steps=planned,
        point_of_no_return=turning_point,
        outage=_outage(nodes, primary, change),
        loss="no acknowledged write" if change or primary not in nodes else f"none, when {_name(primary)} saves first",
        values=kept,
        confirmation=Confirmation.QUESTION,
        made_at=made_at,
        console_version=__version__,
    )


def _change(facts: PairFacts, primary: NodeFacts, to: str) -> RoleChange | None:
    """The switchover on the way: to the node that is named, else to the linked replica that is the least behind."""
    linked = [node for node in facts.nodes.values() if is_linked(node, primary) and _may_lead(node)]
    if not linked:
        return None
    freshest = max(linked, key=lambda node: (node.sample and node.sample.offset) or 0)
    candidate = chosen(facts, to) if to else freshest
    if candidate is primary:
        raise RefusedError(f"{primary.name} leads already: it cannot take its own place")
    others = tuple(node for node in facts.nodes.values() if node not in (primary, candidate) and node.sample)
    return RoleChange(facts, primary, candidate, others)


def _guards(
    facts: PairFacts, nodes: tuple[NodeFacts, ...], primary: NodeFacts | None, change: RoleChange | None
) -> tuple[Guard, ...]:
    direct = primary if primary in nodes and change is None else None
    own = (
        machine.can(facts, Act.RESTART, "nodes can be restarted"),
        restart_is_quiet(nodes),
        *([no_empty_primary(facts, direct)] if direct else []),
        *([writes_go_on(primary)] if primary and any(node is not primary for node in nodes) else []),
    )
    if change:
        return (*switchover_guards(change), *own)
    owner = identity.nobody_else_owns_the_roles(facts)
    if len(nodes) > 1:
        return (environment_allows(facts), owner, identity.nodes_answer(facts), identity.one_primary(facts), *own)
    return (environment_allows(facts), owner, _answers(nodes[0]), *own)


def _answers(node: NodeFacts) -> Guard:
    """One that is down might start as a second primary: `rejoin` brings it back as a replica."""
    if node.sample:
        return passes("node answers", node.sample.role.value, "yes")
    message = f"{node.failure.message if node.failure else 'no answer'}: redistui rejoin brings it back as a replica"
    return fails("node answers", "no", "yes", message)


def _steps(
    nodes: tuple[NodeFacts, ...], primary: NodeFacts | None, change: RoleChange | None
) -> tuple[PlannedStep, ...]:
    planned: list[PlannedStep] = []
    for node in nodes:
        if node is not primary:
            planned += (_restart(node, Role.REPLICA), *_linked(node, primary))
        elif change:
            planned += (*_after_restarts(switchover_steps(change)), _restart(node, Role.REPLICA))
            planned += _linked(node, change.candidate, anew=True)
        else:
            planned.append(_restart(node, Role.PRIMARY))
    if primary in nodes and change is None and primary is not None:
        replicas = [node for node in nodes if node is not primary and node.sample]
        planned += [steps.wait_linked(node, primary, 0) for node in replicas]
    return tuple(planned)


def _restart(node: NodeFacts, role: Role) -> PlannedStep:
    run_id = node.sample.run_id if node.sample else None
    return PlannedStep(
        "restart-node",
        f"restart {node.name}: it saves, ends, starts again and loads",
        f"provider: restart {node.id}",
        "none needed; one that was left down is started",
        node=node.id,
        values={"role": role.value, "run_id": run_id},
    )


def _linked(node: NodeFacts, upstream: NodeFacts | None, *, anew: bool = False) -> list[PlannedStep]:
    """`anew`: the upstream was restarted itself on the way, and counts its resyncs from 0."""
    if upstream is None:
        return []
    counted = upstream.sample.full_resyncs if upstream.sample else None
    # The old primary's first sync with the restarted one belongs to the switchover, not to its restart.
    return [steps.wait_linked(node, upstream, None if anew else counted)]


def _after_restarts(planned: tuple[PlannedStep, ...]) -> tuple[PlannedStep, ...]:
    return tuple(
        replace(step, values={**step.values, "full_resyncs": 0}) if step.action == "verify-switchover" else step
        for step in planned
    )


def _summary(facts: PairFacts, nodes: tuple[NodeFacts, ...], change: RoleChange | None) -> str:
    if len(nodes) == 1:
        return f"Restart of {nodes[0].name} of {facts.pair.key.name}"
    way = f"; {change.candidate.name} becomes the primary on the way" if change else ""
    return f"Rolling restart of {facts.pair.key.name}: {', then '.join(node.name for node in nodes)}{way}"


def _outage(nodes: tuple[NodeFacts, ...], primary: NodeFacts | None, change: RoleChange | None) -> str:
    if change:
        return "writes stop for about 5 ms and two round trips during the switchover; clients reconnect once"
    if primary in nodes:
        return f"no reads and no writes on {_name(primary)} while it restarts and loads its data"
    return "none for writes; reads on the node stop while it restarts and loads"


def _may_lead(node: NodeFacts) -> bool:
    return node.sample is not None and node.sample.replica_priority != 0


def _name(node: NodeFacts | None) -> str:
    return node.name if node else "the primary"
