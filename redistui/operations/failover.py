"""The plan of a failover: the primary is dead, the replica with the newest data leads, and the old one cannot come back
as a second primary.

Fence first: once the replica leads, a supervisor that restarts the old process would make two primaries. Where nothing
can fence, the operation stays open and demotes the old primary as soon as it answers again.
"""

from dataclasses import replace

from redistui.model import units
from redistui.model.plan import Confirmation, Guard, NodeBasis, Plan, PlannedStep
from redistui.model.topology import NodeState, Role
from redistui.provider.machine import Act

from . import steps
from .facts import NodeFacts
from .guards import durability, identity, machine, vantage
from .guards.vantage import Succession
from .switchover import basis, environment_allows

WATCH_SECONDS = 3600.0
COMMANDS = ("REPLICAOF", "CONFIG REWRITE", "CONFIG SET", "MULTI", "ROLE")


def plan_failover(change: Succession, made_at: float, console_version: str) -> Plan:
    """Everything that would be done and every guard, also those that forbid it."""
    new, planned = change.candidate, _steps(change)
    name = change.facts.pair.key.name
    dead = f", which replaces {change.old.name}" if change.old else ""
    return Plan(
        verb="promote",
        kind="failover",
        pair=change.facts.pair.key,
        summary=f"Failover of {name}: {new.name} becomes the primary{dead}",
        based_on={node.id: _basis(node, change.old) for node in change.facts.nodes.values()},
        guards=guards(change),
        steps=planned,
        point_of_no_return=next(index for index, step in enumerate(planned) if step.action == "promote-survivor"),
        outage="writes stand still since the primary died, until clients have found the new one",
        loss=_loss(change),
        confirmation=Confirmation.TYPED_NAME if change.old else Confirmation.QUESTION,
        made_at=made_at,
        console_version=console_version,
    )


def guards(change: Succession) -> tuple[Guard, ...]:
    return (
        environment_allows(change.facts),
        identity.nobody_else_owns_the_roles(change.facts),
        vantage.nobody_leads(change),
        vantage.console_sees_it_dead(change),
        vantage.replica_sees_it_dead(change),
        vantage.provider_sees_it_dead(change),
        vantage.what_is_lost(change),
        vantage.holds_whole_data(change),
        vantage.most_advanced(change),
        vantage.others_answer(change),
        machine.can_fence(change),
        durability.own_role_can_be_stored(change.candidate),
        durability.writes_need_no_replica(change.candidate, len(change.answering)),
        durability.may_run_commands((change.candidate, *change.answering), COMMANDS),
    )


def _steps(change: Succession) -> tuple[PlannedStep, ...]:
    old, new = change.old, change.candidate
    fences = change.fences
    wanted = new.setting("min-replicas-to-write") or "0"
    lowered = wanted != "0"
    return (
        steps.take_evidence(),
        steps.prove_storage(new),
        *([_fence(old, new)] if old and fences else []),
        *([steps.lower_min_replicas(new, wanted)] if lowered else []),
        _promote(old, new, fenced=fences),
        *([steps.store_role(old, new)] if old and fences and change.facts.can(Act.STORED_ROLE) else []),
        *(steps.follow(other, new) for other in change.answering),
        *([steps.restore_min_replicas(new, wanted, len(change.answering))] if lowered else []),
        _verify(change, fenced=fences),
        *([_watch(old, new)] if old and not fences else []),
    )


def _fence(old: NodeFacts, new: NodeFacts) -> PlannedStep:
    # Its memory goes with its process: without an AOF its disk is older than what the replicas hold and would copy.
    start_again = old.machine.state is NodeState.RUNNING and new.setting("appendonly") == "yes"
    return PlannedStep(
        "fence",
        f"fence {old.name}: it is stopped, and nothing may start it as a primary",
        f"provider: fence {old.id}",
        f"provider: unfence {old.id}" + ("; start it" if start_again else "; it stays down"),
        node=old.id,
        values={"start_again": start_again, "was_fenced": old.machine.fenced is True},
    )


def _promote(old: NodeFacts | None, new: NodeFacts, *, fenced: bool) -> PlannedStep:
    return PlannedStep(
        "promote-survivor",
        f"{new.name} leads",
        f"{new.name}: REPLICAOF NO ONE, CONFIG REWRITE",
        "none: it has taken writes",
        node=new.id,
        values={"old": old.id if old else None, "fenced": fenced},
    )


def _verify(change: Succession, *, fenced: bool) -> PlannedStep:
    return PlannedStep(
        "verify-failover",
        "verify: one primary, a probe write on it, read back on its replicas",
        "INFO; SET and GET of a probe key",
        node=change.candidate.id,
        values={
            "old": change.old.id if change.old else None,
            "fenced": fenced,
            "replicas": ",".join(node.id for node in change.answering),
        },
    )


def _watch(old: NodeFacts, new: NodeFacts) -> PlannedStep:
    peer = new.node.peer_address
    return PlannedStep(
        "watch-old-primary",
        f"watch for {old.name} for {units.duration(WATCH_SECONDS)}, and make it a replica as soon as it answers",
        f"{old.name}: REPLICAOF {peer.host} {peer.port}, CONFIG REWRITE, CLIENT KILL TYPE normal",
        node=old.id,
        values={"upstream": new.id, "limit_seconds": WATCH_SECONDS},
    )


def _basis(node: NodeFacts, old: NodeFacts | None) -> NodeBasis:
    seen = basis(node)
    return replace(seen, role=Role.PRIMARY) if node is old else seen


def _loss(change: Succession) -> str:
    if change.old is None:
        return "no acknowledged write: every node answers"
    heard = vantage.last_heard_seconds(change.candidate)
    sample = change.candidate.sample
    when = "it is unknown when it last heard from it" if heard is None else f"last heard {units.duration(heard)} ago"
    offset = units.grouped(sample.offset if sample else None)
    return f"writes that {change.old.name} acknowledged and had not sent; the replica has offset {offset}, {when}"
