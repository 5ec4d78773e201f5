"""The plan that ends a write pause on the primary: left by a switchover that was killed, or by somebody's hand."""

from collections.abc import Mapping

from redistui import __version__
from redistui.model.plan import Guard, Plan, PlannedStep

from .facts import NodeFacts, PairFacts
from .guards import durability
from .guards.judge import fails, passes, warns
from .switchover import basis, environment_allows

COMMANDS = ("CLIENT UNPAUSE",)


def plan_unpause(facts: PairFacts, values: Mapping[str, str], made_at: float) -> Plan:
    """Every node that answers as a primary; `values` are not used."""
    primaries = facts.primaries()
    return Plan(
        verb="unpause",
        kind="unpause",
        pair=facts.pair.key,
        summary=_summary(facts, primaries),
        based_on={node.id: basis(node) for node in facts.nodes.values()},
        guards=(
            environment_allows(facts),
            _a_primary_answers(primaries),
            _no_failover_runs(primaries),
            _writes_are_paused(primaries),
            durability.may_run_commands(primaries, COMMANDS),
        ),
        steps=tuple(
            PlannedStep("unpause-writes", f"let {node.name} take writes", "CLIENT UNPAUSE", node=node.id)
            for node in primaries
        ),
        point_of_no_return=None,
        outage="none",
        loss="none",
        made_at=made_at,
        console_version=__version__,
    )


def _summary(facts: PairFacts, primaries: tuple[NodeFacts, ...]) -> str:
    names = " and ".join(node.name for node in primaries) or "no node"
    return f"End the write pause of {facts.pair.key.name}: {names} takes writes again"


def _a_primary_answers(primaries: tuple[NodeFacts, ...]) -> Guard:
    name, limit = "a primary answers", "at least 1"
    if not primaries:
        return fails(name, "none", limit, "a pause of all commands silences a node until it lapses by itself")
    return passes(name, ", ".join(node.name for node in primaries), limit)


def _no_failover_runs(primaries: tuple[NodeFacts, ...]) -> Guard:
    """FAILOVER pauses writes itself until both offsets are equal."""
    name, limit = "no failover running", "none"
    states = {node.name: node.sample.failover_state for node in primaries if node.sample}
    busy = [f"{node} ({state})" for node, state in states.items() if state not in (None, "no-failover")]
    if busy:
        return fails(name, ", ".join(busy), limit, "it pauses writes for as long as it needs: wait until it has ended")
    return passes(name, "none", limit)


def _writes_are_paused(primaries: tuple[NodeFacts, ...]) -> Guard:
    name, limit = "writes are paused", "paused"
    paused = [node.writes_paused for node in primaries]
    if any(paused):
        return passes(name, "paused", limit)
    if None in paused or not paused:
        return warns(
            name, "unknown", limit, "this user may not find out; ending a pause where there is none does no harm"
        )
    return warns(name, "not paused", limit, "there is nothing to end; doing it anyway does no harm")
