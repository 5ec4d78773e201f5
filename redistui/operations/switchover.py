"""The plan of a switchover: the primary is healthy and no acknowledged write may be lost.

The order is demote-first: the old primary becomes a replica before the new one leads, so that there is no instant with
two primaries and a console that dies in between leaves two replicas, from which nothing is lost.
"""

from redistui.model import units
from redistui.model.plan import Confirmation, Guard, NodeBasis, Plan, PlannedStep, Verdict
from redistui.model.topology import Control, Role

from . import steps
from .facts import NodeFacts, PairFacts, RoleChange
from .guards import durability, identity, link
from .guards.environment import not_read_only
from .guards.judge import fails

PAUSE_SECONDS = 5.0
EQUAL_OFFSETS_SECONDS = 2.0
DRAIN_SECONDS = 1.0

COMMANDS = ("CLIENT PAUSE", "CLIENT UNPAUSE", "CLIENT KILL", "REPLICAOF", "CONFIG REWRITE", "MULTI", "EXEC", "ROLE")


def plan_switchover(change: RoleChange, made_at: float, console_version: str) -> Plan:
    """Everything that would be done and every guard, also those that forbid it."""
    old, new = change.primary, change.candidate
    planned = switchover_steps(change)
    return Plan(
        verb="promote",
        kind="switchover",
        pair=change.facts.pair.key,
        summary=f"Switchover of {change.facts.pair.key.name}: {new.name} becomes the primary, {old.name} its replica",
        based_on={node.id: basis(node) for node in change.facts.nodes.values()},
        guards=guards(change),
        steps=planned,
        point_of_no_return=next(index for index, step in enumerate(planned) if step.action == "swap-roles"),
        outage="writes stop for about 5 ms and two round trips; clients are disconnected once and must reconnect",
        loss="no acknowledged write",
        confirmation=Confirmation.QUESTION,
        made_at=made_at,
        console_version=console_version,
    )


def guards(change: RoleChange) -> tuple[Guard, ...]:
    nodes = (change.primary, change.candidate, *change.others)
    return (
        environment_allows(change.facts),
        identity.nodes_answer(change.facts),
        identity.one_primary(change.facts),
        identity.nobody_else_owns_the_roles(change.facts),
        identity.follows_this_primary(change),
        identity.same_history(change),
        identity.version_fits(change),
        link.link_is_up(change),
        link.primary_sees_it_online(change),
        link.close_enough(change),
        link.backlog_is_large_enough(change),
        link.priority(change),
        link.nobody_is_busy(change),
        durability.roles_can_be_stored(change),
        durability.data_fits(change),
        durability.same_persistence(change),
        durability.credentials_work_both_ways(change),
        durability.tls_works_both_ways(change),
        durability.enough_replicas_afterwards(change),
        durability.may_run_commands(nodes, COMMANDS),
    )


def environment_allows(facts: PairFacts) -> Guard:
    allowed = not_read_only(facts)
    if allowed.verdict is not Verdict.FAIL and facts.pair.control is Control.MANAGED:
        return fails(allowed.name, "managed by the cloud", "self-managed", "the cloud owns the roles of this pair")
    return allowed


def basis(node: NodeFacts) -> NodeBasis:
    sample = node.sample
    return NodeBasis(
        address=str(node.node.address),
        peer_address=str(node.node.peer_address),
        role=sample.role if sample else Role.UNKNOWN,
        run_id=sample.run_id if sample else None,
        replication_id=sample.replication_id if sample else None,
        offset=sample.offset if sample else None,
    )


def switchover_steps(change: RoleChange) -> tuple[PlannedStep, ...]:
    """Also part of a rolling restart."""
    old, new = change.primary, change.candidate
    wanted = new.setting("min-replicas-to-write") or "0"
    lowered = wanted != "0"
    return (
        steps.prove_storage(old),
        steps.prove_storage(new),
        *([steps.lower_min_replicas(new, wanted)] if lowered else []),
        _swap_roles(old, new),
        steps.disconnect_clients(old),
        *(steps.follow(other, new) for other in change.others),
        *([steps.restore_min_replicas(new, wanted, 1 + len(change.others))] if lowered else []),
        PlannedStep(
            "verify-switchover",
            "verify: one primary, a probe write read back on the replica, link up, partial resync",
            "INFO; SET and GET of a probe key",
            node=new.id,
            values={"old": old.id, "full_resyncs": new.sample.full_resyncs if new.sample else None},
        ),
    )


def _swap_roles(old: NodeFacts, new: NodeFacts) -> PlannedStep:
    peer = new.node.peer_address
    return PlannedStep(
        "swap-roles",
        f"pause writes on {old.name}, wait for equal offsets, {old.name} follows, {new.name} leads",
        f"{old.name}: CLIENT PAUSE {round(PAUSE_SECONDS * 1000)} WRITE; until offsets are equal, at most "
        f"{units.duration(EQUAL_OFFSETS_SECONDS)}; {old.name}: REPLICAOF {peer.host} {peer.port}, CONFIG REWRITE; "
        f"until offsets are equal, at most {units.duration(DRAIN_SECONDS)}; {new.name}: REPLICAOF NO ONE, "
        f"CONFIG REWRITE; {old.name}: CLIENT UNPAUSE",
        f"before {new.name} leads: {old.name}: REPLICAOF NO ONE, CLIENT UNPAUSE; afterwards never backwards",
        node=new.id,
        values={
            "old": old.id,
            "pause_seconds": PAUSE_SECONDS,
            "equal_seconds": EQUAL_OFFSETS_SECONDS,
            "drain_seconds": DRAIN_SECONDS,
        },
    )
