"""The plan of a drill: the probe first, then the fault, then whatever heals the pair, and a verdict in any case."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from redistui import __version__
from redistui.model import units
from redistui.model.errors import RefusedError, UsageError
from redistui.model.plan import Confirmation, Guard, Plan, PlannedStep
from redistui.provider.machine import Act

from .. import steps
from ..environment import hooks_after
from ..facts import NodeFacts, PairFacts, RoleChange
from ..guards import durability, machine
from ..promote import choose
from ..switchover import basis, guards, switchover_steps
from . import planned as own
from .measures import Part
from .scenarios import LOSS_WINDOW_SECONDS, DrillOrder, Scenario

_RESTARTED = "primary_restarted"
_SUMMARIES = {
    Scenario.SWITCHOVER: "{new} takes over from {old}, as a switchover does it",
    Scenario.PRIMARY_CRASH: "{old} is killed as by a crash, {new} takes over, {old} comes back as its replica",
    Scenario.PRIMARY_HANG: "{old} is frozen as in a hang, {new} takes over, {old} comes back as its replica",
    Scenario.REPLICA_LOSS: "{new}, a replica, is killed as by a crash and comes back; {old} has to go on",
}
_ACTS = {
    Scenario.SWITCHOVER: (),
    Scenario.PRIMARY_CRASH: (Act.KILL, Act.FENCE, Act.START, Act.STORED_ROLE),
    Scenario.PRIMARY_HANG: (Act.FREEZE, Act.FENCE, Act.START, Act.STORED_ROLE),
    Scenario.REPLICA_LOSS: (Act.KILL, Act.START),
}
_ACT_WORDS = {
    Act.KILL: "node can be killed",
    Act.FREEZE: "node can be frozen",
    Act.FENCE: "old primary can be fenced",
    Act.START: "node can be started again",
    Act.STORED_ROLE: "stored role can be changed",
}
# Index of the fault's own point of no return, by the action that is it.
_TURNING_POINTS = {
    Scenario.SWITCHOVER: "drill-swap-roles",
    Scenario.PRIMARY_CRASH: "drill-kill",
    Scenario.PRIMARY_HANG: "fence",
}


def plan_drill(facts: PairFacts, values: Mapping[str, str], made_at: float) -> Plan:
    """Raises UsageError for values that make no drill, RefusedError when the pair has nothing to rehearse with."""
    order = DrillOrder.of(values)
    if order.scenario is Scenario.PROVIDER:
        raise UsageError(
            f"{facts.pair.key}: its provider has no fault of its own to rehearse",
            hint=f"one of: {', '.join(scenario for scenario in Scenario if scenario is not Scenario.PROVIDER)}",
        )
    change = _change(facts, values.get("to", ""))
    limit_seconds = order.limit_seconds(facts.limits.rto_limit_seconds)
    planned = tuple(_steps(change, order, limit_seconds))
    names = {"old": change.primary.name, "new": change.candidate.name}
    turning = _TURNING_POINTS.get(order.scenario)
    return Plan(
        verb="drill",
        kind=order.scenario.value,
        pair=facts.pair.key,
        summary=f"Drill of {facts.pair.key.name}: {_SUMMARIES[order.scenario].format_map(names)}",
        based_on={node.id: basis(node) for node in facts.nodes.values()},
        guards=tuple(_guards(change, order)),
        steps=planned,
        point_of_no_return=next((index for index, step in enumerate(planned) if step.action == turning), None),
        outage=_outage(order.scenario, limit_seconds),
        loss=_loss(order.scenario),
        values=order.values() | {"to": change.candidate.id},
        confirmation=Confirmation.QUESTION if order.scenario.promises_no_loss else Confirmation.TYPED_NAME,
        requires_reason=facts.limits.protected,
        made_at=made_at,
        console_version=__version__,
    )


def _change(facts: PairFacts, to: str) -> RoleChange:
    candidate = choose(facts, to)
    primary = next((node for node in facts.primaries() if node.id != candidate.id), None)
    if primary is None:
        raise RefusedError(
            "a drill needs a healthy pair, and no other node answers as the primary",
            hint=f"redistui check {facts.pair.key} tells how it is",
        )
    others = tuple(node for node in facts.nodes.values() if node.id not in (primary.id, candidate.id))
    return RoleChange(facts, primary, candidate, others)


def _guards(change: RoleChange, order: DrillOrder) -> Iterator[Guard]:
    yield from guards(change)
    yield replace(durability.may_run_commands((change.primary,), own.COMMANDS), name="permissions of the probe")
    for act in _ACTS[order.scenario]:
        yield machine.can(change.facts, act, _ACT_WORDS[act])


def _steps(change: RoleChange, order: DrillOrder, limit_seconds: float) -> Iterator[PlannedStep]:
    replicas = tuple(node.id for node in (change.candidate, *change.others))
    match order.scenario:
        case Scenario.SWITCHOVER:
            yield from _switch(change, replicas, order)
        case Scenario.REPLICA_LOSS:
            yield own.start_probe(replicas, order)
            yield own.kill(change.candidate, primary=False)
            yield own.endure(own.ENDURE_SECONDS)
            yield from _part(Part.HEAL, _return(change.candidate, change.primary))
        case _:
            yield from _fail(change, replicas, order)
    if order.failback:
        yield own.settle()
        restarted = order.scenario is not Scenario.SWITCHOVER
        for step in _part(Part.FAILBACK, _failback(change, restarted=restarted)):
            yield own.unless(step, _RESTARTED)
    yield own.judge(limit_seconds)


def _switch(change: RoleChange, replicas: Sequence[str], order: DrillOrder) -> Iterator[PlannedStep]:
    """A switchover's own steps, with the probe right before the roles are swapped."""
    begun = False
    for step in switchover_steps(change):
        if step.action == "swap-roles":
            begun = True
            yield own.start_probe(replicas, order)
            yield own.marked(replace(step, action="drill-swap-roles"), Part.FAULT)
        else:
            yield own.marked(step, Part.HEAL if begun else Part.PREPARE)
    yield from _part(Part.SETTLE, _told(change))


def _fail(change: RoleChange, replicas: Sequence[str], order: DrillOrder) -> Iterator[PlannedStep]:
    old, new = change.primary, change.candidate
    yield steps.prove_storage(old)
    yield steps.prove_storage(new)
    yield own.start_probe(replicas, order)
    yield own.kill(old, primary=True) if order.scenario is Scenario.PRIMARY_CRASH else own.freeze(old)
    yield own.marked(own.confirm_death(old, new), Part.HEAL)
    for step in (*_part(Part.HEAL, _take_over(change)), *_part(Part.SETTLE, _told(change))):
        yield own.unless(step, _RESTARTED)


def _take_over(change: RoleChange) -> Iterator[PlannedStep]:
    """The steps of a failover, and then at once those of a rejoin."""
    old, new = change.primary, change.candidate
    wanted = new.setting("min-replicas-to-write") or "0"
    lowered = wanted != "0"
    yield own.fence(old)
    if lowered:
        yield steps.lower_min_replicas(new, wanted)
    yield own.promote_survivor(old, new)
    yield steps.store_role(old, new)
    yield from (steps.follow(other, new) for other in change.others)
    yield own.unfence(old)
    yield from _return(old, new)
    if lowered:
        yield steps.restore_min_replicas(new, wanted, 1 + len(change.others))
    yield steps.verify_redundancy(new, (old, *change.others))


def _return(node: NodeFacts, upstream: NodeFacts) -> Iterator[PlannedStep]:
    yield own.start_node(node)
    yield steps.wait_linked(node, upstream, upstream.sample.full_resyncs if upstream.sample else None)


def _failback(change: RoleChange, *, restarted: bool) -> Iterator[PlannedStep]:
    """The switchover that returns to the first primary. A process that was restarted has counted from 0."""
    back = RoleChange(change.facts, change.candidate, change.primary, change.others)
    for step in switchover_steps(back):
        if step.action == "verify-switchover":
            full = 0 if restarted else step.values["full_resyncs"]
            yield replace(step, action="drill-verify-failback", values={**step.values, "full_resyncs": full})
        elif step.action != "prove-storage":
            yield replace(step, name=f"failback: {step.name}")
    yield from _told(change)


def _told(change: RoleChange) -> Iterator[PlannedStep]:
    """Clients that are led by a hook of the operator's have to follow in a drill as well."""
    yield from hooks_after("promote", change.facts.limits)


def _part(part: Part, planned: Iterator[PlannedStep]) -> Iterator[PlannedStep]:
    return (own.marked(step, part) for step in planned)


def _outage(scenario: Scenario, limit_seconds: float) -> str:
    limit = f"the drill fails when it is longer than {units.duration(limit_seconds)}"
    match scenario:
        case Scenario.SWITCHOVER:
            return f"writes stop for about 5 ms and two round trips, clients are disconnected once; {limit}"
        case Scenario.REPLICA_LOSS:
            return f"none for writes; reads from the replica fail until it is back; {limit}"
        case _:
            return f"writes stand still until the replica has taken over, some seconds; {limit}"


def _loss(scenario: Scenario) -> str:
    if scenario.promises_no_loss:
        return "no acknowledged write"
    window = units.duration(LOSS_WINDOW_SECONDS)
    return (
        f"writes acknowledged in the last {window} before the fault may be lost, real ones too: a failover cannot "
        "promise 0"
    )
