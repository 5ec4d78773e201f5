"""The plan out of a split brain: what each side has that the other lacks, one side kept, the other one saved aside."""

from collections.abc import Mapping

from redistui import __version__
from redistui.model import units
from redistui.model.errors import RefusedError
from redistui.model.moment import timestamp
from redistui.model.plan import Confirmation, Guard, Plan, PlannedStep
from redistui.provider.machine import Act

from . import steps
from .choice import chosen
from .facts import NodeFacts, PairFacts
from .guards import durability, identity, past
from .guards.judge import fails, passes, warns
from .switchover import basis, environment_allows

PAUSE_SECONDS = 120.0
COMMANDS = ("REPLICAOF", "CONFIG REWRITE", "MULTI", "CLIENT PAUSE", "CLIENT UNPAUSE", "CLIENT KILL")


def plan_resolve(facts: PairFacts, values: Mapping[str, str], made_at: float) -> Plan:
    """`values["keep"]` is the node whose data stays; without it the plan only shows both sides and is refused.

    Raises UsageError for an unknown node, RefusedError where no two nodes lead.
    """
    sides = facts.primaries()
    if len(sides) < 2:
        raise RefusedError(
            f"{facts.pair.key} is not split: {len(sides)} of its nodes answer as a primary",
            hint="redistui rejoin brings back a node that is astray, redistui promote replaces a dead primary",
        )
    winner = chosen(facts, values["keep"]) if values.get("keep") else None
    losers = tuple(side for side in sides if side is not winner) if winner else ()
    planned = _steps(facts, winner, losers) if winner and winner in sides else ()
    named = f": {winner.name} is kept, {' and '.join(one.name for one in losers)} follows it" if winner else ""
    return Plan(
        verb="resolve",
        kind="resolve",
        pair=facts.pair.key,
        summary=f"End of the split brain of {facts.pair.key.name}{named}",
        based_on={node.id: basis(node) for node in facts.nodes.values()},
        guards=_guards(facts, sides, winner, losers),
        steps=planned,
        point_of_no_return=next((index for index, step in enumerate(planned) if step.action == "follow"), None),
        outage="none on the side that is kept; the other side takes no writes from now on",
        loss="; ".join(_side(side, other) for side in losers for other in sides if other is winner) or "not chosen yet",
        values={"keep": winner.id} if winner else {},
        confirmation=Confirmation.TYPED_NAME,
        made_at=made_at,
        console_version=__version__,
    )


def _guards(
    facts: PairFacts, sides: tuple[NodeFacts, ...], winner: NodeFacts | None, losers: tuple[NodeFacts, ...]
) -> tuple[Guard, ...]:
    return (
        environment_allows(facts),
        identity.nobody_else_owns_the_roles(facts),
        identity.nodes_answer(facts),
        _is_split(sides),
        *(_has(side, other) for side in sides for other in sides if other is not side),
        _is_chosen(sides, winner),
        *(_can_be_set_aside(facts, loser) for loser in losers),
        durability.may_run_commands(tuple(facts.nodes.values()), COMMANDS),
        *([durability.own_role_can_be_stored(loser) for loser in losers]),
    )


def _steps(facts: PairFacts, winner: NodeFacts, losers: tuple[NodeFacts, ...]) -> tuple[PlannedStep, ...]:
    followers = tuple(node for node in facts.nodes.values() if node is not winner and node not in losers)
    others = tuple(node for node in followers if node.sample and node.sample.replication_id != _id_of(winner))
    linked = tuple(node for node in followers if node.sample)
    return (
        steps.take_evidence(),
        steps.prove_storage(winner),
        *(_pause(loser) for loser in losers),
        *(_set_aside(facts, loser) for loser in losers),
        *(steps.follow(loser, winner) for loser in losers),
        *(_unpause(loser) for loser in losers),
        *(steps.disconnect_clients(loser) for loser in losers),
        *(steps.follow(other, winner) for other in others),
        *(steps.wait_linked(node, winner, None) for node in (*losers, *others)),
        steps.verify_redundancy(winner, (*losers, *linked)),
    )


def _pause(loser: NodeFacts) -> PlannedStep:
    return PlannedStep(
        "pause-writes",
        f"hold writes back on {loser.name}, so that its last copy is complete",
        f"CLIENT PAUSE {round(PAUSE_SECONDS * 1000)} WRITE",
        "CLIENT UNPAUSE",
        node=loser.id,
        values={"seconds": PAUSE_SECONDS},
    )


def _unpause(loser: NodeFacts) -> PlannedStep:
    words = f"end the pause on {loser.name}, which takes no writes as a replica"
    return PlannedStep("unpause-writes", words, "CLIENT UNPAUSE", node=loser.id)


def _set_aside(facts: PairFacts, loser: NodeFacts) -> PlannedStep:
    fetch = facts.can(Act.FETCH)
    return PlannedStep(
        "set-aside",
        f"save what {loser.name} holds" + (" and copy it aside" if fetch else ""),
        "BGSAVE" + (f"; provider: fetch {loser.id}" if fetch else ""),
        "none needed: the copy is kept",
        node=loser.id,
        values={"fetch": fetch},
    )


def _is_split(sides: tuple[NodeFacts, ...]) -> Guard:
    name, limit = "sides of the split", "one history"
    samples = [side.sample for side in sides if side.sample]
    common = past.common_point(samples[0], samples[1])
    names = " and ".join(side.name for side in sides)
    if common is None:
        return warns(name, names, limit, "they share no replication id: what they have in common is unknown")
    return passes(name, f"{names}, one until offset {units.grouped(common)}", limit)


def _has(side: NodeFacts, other: NodeFacts) -> Guard:
    return warns(f"only {side.name} has", _side(side, other), "nothing", "lost where the other side is kept")


def _side(side: NodeFacts, other: NodeFacts) -> str:
    """`1.2 MB of writes, 1.2M keys, 3 clients, up 4 h, last saved 2026-…`."""
    mine, theirs = side.sample, other.sample
    own = past.own_bytes(mine, theirs) if mine and theirs else None
    if mine is None:
        return units.UNKNOWN
    writes = "an unknown amount of writes" if own is None else f"{units.size(own)} of writes"
    saved = timestamp(mine.last_save_at) if mine.last_save_at else None
    words = (
        f"{writes} of {side.name}",
        f"{units.count(mine.keys)} keys in all",
        f"{units.count(mine.clients)} client{'' if mine.clients == 1 else 's'}",
        f"up {units.duration(mine.uptime_seconds)}",
        f"{units.count(mine.changes_since_save)} changes since it saved {saved or 'last'}",
    )
    return ", ".join(words)


def _is_chosen(sides: tuple[NodeFacts, ...], winner: NodeFacts | None) -> Guard:
    name, limit = "side that is kept", " or ".join(side.id for side in sides)
    if winner is None:
        return fails(name, "none", limit, "say which data stays: --keep NODE")
    if winner not in sides:
        return fails(name, winner.id, limit, f"{winner.name} is no primary")
    return passes(name, f"{winner.id} ({winner.name})", limit)


def _can_be_set_aside(facts: PairFacts, loser: NodeFacts) -> Guard:
    name, limit = f"data of {loser.name} is copied aside", "before it is replaced"
    if facts.can(Act.FETCH):
        return passes(name, "yes", limit)
    message = (
        f"{facts.why_not(Act.FETCH)}; it is saved into its own data folder, and the resync replaces it there: "
        "copy it by hand first"
    )
    return fails(name, "no", limit, message, loss=True)


def _id_of(node: NodeFacts) -> str | None:
    return node.sample.replication_id if node.sample else None
