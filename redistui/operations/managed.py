"""Plans for pairs whose roles the cloud owns: its API calls as steps, guarded before and verified with Redis after."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from redistui import __version__
from redistui.model.errors import RefusedError
from redistui.model.plan import Confirmation, Guard, NodeBasis, Plan, PlannedStep
from redistui.model.topology import Role
from redistui.provider.tasks import Inspection, PlannedCall, TaskPlan

from . import steps
from .choice import chosen
from .facts import NodeFacts, PairFacts, RoleChange
from .guards import link
from .guards.judge import fails, passes, warns
from .switchover import basis


def plan_promote(facts: PairFacts, values: Mapping[str, str], made_at: float) -> Plan:
    """`values["to"]` is a node id or an address; without it the replica that is the least behind.

    Raises UsageError for an unknown node, RefusedError when there is nothing to promote.
    """
    inspection = _inspection(facts)
    candidate = _candidate(facts, inspection, values.get("to", ""))
    primary = facts.nodes.get(inspection.primary or "")
    if primary is None:
        raise RefusedError(f"the cloud names no primary of {facts.pair.key}", hint="look again in a while")
    task = inspection.plan_promote(candidate.id)
    planned, turning_point = _steps(facts, task, primary.id)
    return Plan(
        verb="promote",
        kind="switchover",
        pair=facts.pair.key,
        summary=f"{facts.pair.provider_type} promotes {candidate.id} of {facts.pair.key.name} in place of {primary.id}",
        based_on=_based_on(facts),
        guards=(_may_be_changed(facts), *_roles(facts, primary, candidate), *task.guards),
        steps=planned,
        point_of_no_return=turning_point,
        outage=task.outage,
        loss="writes that the replica has not received when it is promoted: the cloud does not wait for them",
        values={"to": candidate.id},
        confirmation=Confirmation.TYPED_NAME,
        made_at=made_at,
        console_version=__version__,
    )


def plan_restart(facts: PairFacts, values: Mapping[str, str], made_at: float) -> Plan:
    """`values["node"]` alone; without it replicas first, then one of them leads and the old primary follows.

    Raises UsageError for an unknown node, RefusedError when the cloud names no primary.
    """
    inspection = _inspection(facts)
    primary = facts.nodes.get(inspection.primary or "")
    if primary is None:
        raise RefusedError(f"the cloud names no primary of {facts.pair.key}", hint="look again in a while")
    alone = chosen(facts, values["node"]) if values.get("node") else None
    replicas = [node for node in facts.nodes.values() if node is not primary]
    candidate = None if alone or not replicas else _candidate(facts, inspection, values.get("to", ""))
    nodes = [alone.id] if alone else [*(node.id for node in replicas), primary.id]
    task = inspection.plan_restart(nodes, candidate.id if candidate else None)
    planned, turning_point = _steps(facts, task, primary.id)
    loses = primary.id in nodes and candidate is None
    loss = "everything that the primary holds" if loses else "no acknowledged write"
    if candidate:
        loss = "writes that the replica has not received when it is promoted: the cloud does not wait for them"
    kept = {"node": alone.id} if alone else {"to": candidate.id} if candidate else {}
    return Plan(
        verb="restart",
        kind="node" if alone else "rolling",
        pair=facts.pair.key,
        summary=f"{facts.pair.provider_type} reboots {', then '.join(nodes)} of {facts.pair.key.name}"
        + (f"; {candidate.id} becomes the primary on the way" if candidate else ""),
        based_on=_based_on(facts),
        guards=(
            _may_be_changed(facts),
            *(_roles(facts, primary, candidate) if candidate else ()),
            *task.guards,
        ),
        steps=planned,
        point_of_no_return=turning_point,
        outage=task.outage,
        loss=loss,
        values=kept,
        confirmation=Confirmation.TYPED_NAME if loses or candidate else Confirmation.QUESTION,
        made_at=made_at,
        console_version=__version__,
    )


def _inspection(facts: PairFacts) -> Inspection:
    if facts.inspection is None:
        raise RefusedError(f"the provider of {facts.pair.key} carries out no verbs", hint="redistui providers")
    return facts.inspection


def _candidate(facts: PairFacts, inspection: Inspection, to: str) -> NodeFacts:
    if to:
        return chosen(facts, to)
    replicas = [node for node in facts.nodes.values() if node.id != inspection.primary]
    if not replicas:
        raise RefusedError(f"{facts.pair.key} has no replica: there is nothing to promote", hint="redistui show")
    return max(replicas, key=lambda node: (node.sample.offset or 0) if node.sample else -1)


def _may_be_changed(facts: PairFacts) -> Guard:
    name, limit = "environment may be changed", "not read-only"
    environment = facts.pair.environment or "none"
    if facts.limits.read_only:
        return fails(name, f"{environment} is read-only", limit, f"environment {environment} refuses every change")
    return passes(name, environment, limit)


def _roles(facts: PairFacts, primary: NodeFacts, candidate: NodeFacts) -> tuple[Guard, ...]:
    """What Redis itself says, where it can be reached: the cloud's own view may be old."""
    if primary.sample is None or candidate.sample is None:
        silent = primary if primary.sample is None else candidate
        why = silent.failure.message if silent.failure else "no answer"
        words = f"{silent.name}: {why}; only the cloud's own word tells what becomes of the pair"
        return (warns("Redis can be asked", "no", "both nodes", words),)
    name, limit = "Redis and the cloud agree on the roles", f"{primary.id} leads"
    told = [node.id for node in facts.primaries()]
    if told != [primary.id]:
        words = "the cloud's view and the servers differ: look again in a while"
        return (fails(name, f"{' and '.join(told) or 'nobody'} leads", limit, words),)
    others = tuple(node for node in facts.nodes.values() if node.id not in (primary.id, candidate.id))
    change = RoleChange(facts, primary, candidate, others)
    return (passes(name, limit, limit), link.link_is_up(change), link.close_enough(change))


def _steps(facts: PairFacts, task: TaskPlan, leader: str) -> tuple[tuple[PlannedStep, ...], int | None]:
    """Each call with its wait, and what is asked of Redis then; and the index of the point of no return."""
    planned: list[PlannedStep] = []
    turning_point = None
    for index, call in enumerate(task.calls):
        if index == task.point_of_no_return:
            turning_point = len(planned)
        planned += _sent(facts, call, final=index == task.point_of_no_return)
        if call.restarts:
            planned += _verified_reboot(facts, call.node, leader)
        old, leader = leader, call.leader or leader
        if call.leader:
            promoted = _verify_roles(facts, old, leader)
            # What was turned off for it is turned on again first.
            planned.append(promoted)
    return _verification_last(planned), turning_point


def _verification_last(planned: list[PlannedStep]) -> tuple[PlannedStep, ...]:
    """Temporary settings are put back before the roles are verified, so that a pair is guarded again the sooner."""
    ordered: list[PlannedStep] = []
    held: list[PlannedStep] = []
    for step in planned:
        if step.action == "verify-roles":
            held.append(step)
        else:
            if held and not step.always:
                ordered += held
                held = []
            ordered.append(step)
    return (*ordered, *held)


def _sent(facts: PairFacts, call: PlannedCall, *, final: bool) -> Iterator[PlannedStep]:
    node = facts.nodes.get(call.node)
    arguments = {f"argument.{name}": value for name, value in call.call.arguments.items()}
    run_id = node.sample.run_id if call.restarts and node and node.sample else None
    common = {"task": call.call.name, "limit_seconds": call.limit_seconds, **arguments}
    undo = call.inverse_shown or ("there is no way back" if final else "none needed")
    yield PlannedStep(
        "cloud-call",
        call.words,
        call.shown,
        undo,
        node=call.node,
        always=call.always,
        values={**common, "inverse": call.inverse, "final": final, "always": call.always, "run_id": run_id},
    )
    yield PlannedStep(
        "cloud-wait",
        f"wait until {call.awaited}",
        "describe calls only",
        node=call.node,
        always=call.always,
        values={**common, "restarts": call.restarts},
    )


def _verified_reboot(facts: PairFacts, node_id: str, leader: str) -> Iterator[PlannedStep]:
    node, upstream = facts.nodes[node_id], facts.nodes[leader]
    if node.sample is None:
        return
    yield PlannedStep(
        "verify-rebooted",
        f"verify: another process answers at {node.name}",
        "INFO",
        node=node_id,
        values={"run_id": node.sample.run_id},
    )
    if node_id != leader and upstream.sample is not None:
        yield steps.wait_linked(node, upstream, None)


def _verify_roles(facts: PairFacts, old: str, new: str) -> PlannedStep:
    nodes = (facts.nodes[old], facts.nodes[new])
    reachable = all(node.sample is not None for node in nodes)
    words = "one primary, a probe write read back on the replica, link up" if reachable else f"{new} leads, as told"
    return PlannedStep(
        "verify-roles",
        f"verify: {words}",
        "INFO; SET and GET of a probe key" if reachable else "describe calls only",
        node=new,
        values={"old": old, "reachable": reachable},
    )


def _based_on(facts: PairFacts) -> dict[str, NodeBasis]:
    """Where Redis cannot be asked the cloud's word stands for the role."""

    def based(node: NodeFacts) -> NodeBasis:
        seen = basis(node)
        return replace(seen, role=node.node.configured_role) if seen.role is Role.UNKNOWN else seen

    return {node.id: based(node) for node in facts.nodes.values()}
