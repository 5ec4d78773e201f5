"""The plan of a new pair: what nodes share and its secret, the primary until it is healthy, then each replica, until
it is linked, and a probe write that is read back."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from redistui import __version__
from redistui.model.errors import RefusedError
from redistui.model.plan import Confirmation, Plan, PlannedStep
from redistui.model.topology import Role
from redistui.provider.provisioning import Design, NodeDesign

from . import steps
from .facts import NodeFacts, PairFacts
from .guards.environment import not_read_only


def plan_provision(facts: PairFacts, values: Mapping[str, str], made_at: float) -> Plan:
    """Until the last step all of it can be undone: afterwards the pair may be in use, and `destroy` ends it.

    `values` are those of the design, with all that it chose.
    """
    design = facts.design
    if design is None:
        raise RefusedError(f"{facts.pair.key} is there already", hint="redistui provision PROVIDER NAME")
    planned = tuple(_steps(design))
    return Plan(
        verb="provision",
        kind="provision",
        pair=design.pair.key,
        summary=_summary(design),
        based_on={},
        guards=(not_read_only(facts), *design.guards),
        steps=planned,
        point_of_no_return=len(planned) - 1,
        outage="none",
        loss="none",
        values=values,
        confirmation=Confirmation.QUESTION,
        artifacts=design.artifacts,
        stops_at_failure=True,
        made_at=made_at,
        console_version=__version__,
    )


def _steps(design: Design) -> Iterator[PlannedStep]:
    primary, *replicas = (NodeFacts(made.node) for made in design.nodes)
    yield PlannedStep(
        "create-pair",
        f"prepare {design.pair.key.name}: its password, and what its nodes share",
        design.create,
        "remove what this operation made of it, and nothing else",
    )
    for node, made in zip((primary, *replicas), design.nodes, strict=True):
        yield from _node_steps(node, made, Role.PRIMARY if node is primary else Role.REPLICA)
        if node is not primary:
            linked = steps.wait_linked(node, primary, None)
            yield replace(linked, undo="none needed")
    yield steps.verify_redundancy(primary, tuple(replicas))


def _node_steps(node: NodeFacts, made: NodeDesign, role: Role) -> Iterator[PlannedStep]:
    if made.create:
        yield PlannedStep(
            "create-node",
            f"make the {role.value} {node.id}",
            made.create,
            f"end {node.id} and remove it",
            node=node.id,
        )
    if made.start:
        yield PlannedStep(
            "start-created",
            f"start {node.name}, and wait until it answers as a {role.value}",
            made.start,
            f"{node.id} ends when it is removed",
            node=node.id,
            values={"role": role.value},
        )


def _summary(design: Design) -> str:
    primary, *replicas = design.nodes
    names = " and ".join(str(made.node.address) for made in replicas)
    place = f" on {design.pair.place}" if design.pair.place else ""
    return f"New pair {design.pair.key}{place}: {primary.node.address} leads, {names} follows it"
