"""The plan that ends a pair for good: its servers, its data, everything that was made for it."""

from collections.abc import Mapping

from redistui import __version__
from redistui.model import units
from redistui.model.plan import Confirmation, Guard, Plan, PlannedStep
from redistui.model.topology import Role
from redistui.provider.provisioning import MADE_BY

from .facts import NodeFacts, PairFacts
from .guards import identity
from .guards.environment import not_read_only
from .guards.judge import passes, warns
from .switchover import basis


def plan_destroy(facts: PairFacts, values: Mapping[str, str], made_at: float) -> Plan:
    """There is no way back from the first step on. `values` are not used."""
    nodes = sorted(facts.nodes.values(), key=lambda node: _role(node) is Role.PRIMARY)
    removal = facts.parting.removal if facts.parting else ""
    maker = facts.pair.labels.get(MADE_BY, "")
    return Plan(
        verb="destroy",
        kind="destroy",
        pair=facts.pair.key,
        summary=f"End of {facts.pair.key}: {' and '.join(node.name for node in nodes)}, with all their data",
        based_on={node.id: basis(node) for node in facts.nodes.values()},
        guards=(
            not_read_only(facts),
            identity.nobody_else_owns_the_roles(facts),
            _nobody_is_connected(facts),
            _all_is_saved(facts),
        ),
        steps=(
            *(_end(node) for node in nodes),
            PlannedStep("remove-pair", f"remove {facts.pair.key.name}", removal, values={"maker": maker}),
        ),
        point_of_no_return=0,
        outage="for good: clients find nothing at these addresses any more",
        loss=_loss(facts),
        confirmation=Confirmation.TYPED_NAME,
        requires_reason=facts.limits.protected,
        made_at=made_at,
        console_version=__version__,
    )


def _end(node: NodeFacts) -> PlannedStep:
    return PlannedStep(
        "end-node",
        f"end the {_role(node).value} {node.name}",
        "SHUTDOWN NOSAVE; kill -9 where it does not end",
        node=node.id,
    )


def _loss(facts: PairFacts) -> str:
    answering = [node for node in facts.nodes.values() if node.sample]
    leading = next(iter(facts.primaries()), None) or next(iter(answering), None)
    if leading is None or leading.sample is None:
        return "everything that it holds: no node answers, so that it is not known what"
    sample = leading.sample
    saved = units.UNKNOWN if sample.last_save_at is None else f"{units.age(max(facts.at - sample.last_save_at, 0))} ago"
    return (
        f"everything: {units.counted(sample.keys, 'key')}, {units.size(sample.memory_used_bytes)} of memory, "
        f"and the snapshots on disk; saved or started {saved}"
    )


def _nobody_is_connected(facts: PairFacts) -> Guard:
    name, limit = "nobody uses it", "no client"
    visitors = facts.parting.visitors if facts.parting else {}
    told = [f"{words} on {facts.nodes[node].name}" for node, found in visitors.items() for words in found or ()]
    if told:
        return warns(name, "clients are connected", limit, "; ".join(told))
    silent = [facts.nodes[node].name for node, found in visitors.items() if found is None]
    if silent:
        return warns(name, units.UNKNOWN, limit, f"{', '.join(silent)} did not tell who is connected")
    return passes(name, "no client", limit)


def _all_is_saved(facts: PairFacts) -> Guard:
    """A reminder, while there is still something to keep."""
    name, limit = "a copy elsewhere", "yours to know"
    keys = [node.sample.keys for node in facts.nodes.values() if node.sample]
    if keys and all(number == 0 for number in keys):
        return passes(name, "it holds no key", limit)
    return warns(name, units.UNKNOWN, limit, "its snapshots go with it: copy one first if the data may be wanted")


def _role(node: NodeFacts) -> Role:
    return node.sample.role if node.sample else node.node.configured_role
