"""The planned steps of drills, in words, with the exact command or act."""

from collections.abc import Sequence
from dataclasses import replace

from redistui.model import units
from redistui.model.plan import PlannedStep

from ..facts import NodeFacts
from .measures import Part
from .measuring import BASELINE_SECONDS
from .scenarios import KEY_PREFIX, DrillOrder

ENDURE_SECONDS = 3.0
# As the rehearsal of permissions names them.
COMMANDS = ("SET drill key", "UNLINK drill key")


def marked(step: PlannedStep, part: Part) -> PlannedStep:
    return replace(step, values={**step.values, "part": part.value})


def unless(step: PlannedStep, fact: str) -> PlannedStep:
    """Left out when an earlier step has found this."""
    return replace(step, values={**step.values, "unless": fact})


def start_probe(replicas: Sequence[str], order: DrillOrder) -> PlannedStep:
    return PlannedStep(
        "drill-start-probe",
        f"start a probe that writes {order.writes_per_second} keys a second and reads, and watch it for "
        f"{units.duration(BASELINE_SECONDS)}",
        f"SET {KEY_PREFIX}…; GET",
        "end the probe and remove its keys",
        values={"replicas": ",".join(replicas), "part": Part.PREPARE.value},
    )


def judge(limit_seconds: float) -> PlannedStep:
    return PlannedStep(
        "drill-judge",
        "see that the pair is whole, look for every acknowledged write, remove the keys, judge",
        f"INFO; EXISTS and UNLINK of {KEY_PREFIX}…",
        always=True,
        values={"limit_seconds": limit_seconds, "part": Part.JUDGE.value},
    )


def settle() -> PlannedStep:
    return PlannedStep(
        "drill-settle",
        f"wait until clients have settled, and watch them for {units.duration(BASELINE_SECONDS)}",
        "the probe's writes",
        values={"part": Part.SETTLE.value},
    )


def kill(node: NodeFacts, *, primary: bool) -> PlannedStep:
    undo = "none: its data may be older than the replica's" if primary else f"provider: start {node.id}"
    return PlannedStep(
        "drill-kill",
        f"kill {node.name} as a crash does",
        f"provider: kill {node.id} (SIGKILL)",
        undo,
        node=node.id,
        values={"primary": primary, "part": Part.FAULT.value},
    )


def freeze(node: NodeFacts) -> PlannedStep:
    return PlannedStep(
        "drill-freeze",
        f"freeze {node.name} as a hang does",
        f"provider: freeze {node.id} (SIGSTOP)",
        f"provider: thaw {node.id}",
        node=node.id,
        values={"part": Part.FAULT.value},
    )


def confirm_death(old: NodeFacts, new: NodeFacts) -> PlannedStep:
    return PlannedStep(
        "drill-confirm-death",
        f"confirm that {old.name} is silent, here and for {new.name} or the provider",
        f"INFO on both; provider: state of {old.id}",
        node=old.id,
        values={"survivor": new.id},
    )


def fence(old: NodeFacts) -> PlannedStep:
    return PlannedStep(
        "fence",
        f"fence {old.name}: nothing may start it as a primary",
        f"provider: fence {old.id}",
        f"provider: unfence {old.id}",
        node=old.id,
        values={"start_again": False, "was_fenced": False},
    )


def unfence(old: NodeFacts) -> PlannedStep:
    return PlannedStep(
        "unfence",
        f"allow {old.name} to be started, now that its stored role is a replica's",
        f"provider: unfence {old.id}",
        f"provider: fence {old.id}",
        node=old.id,
    )


def promote_survivor(old: NodeFacts, new: NodeFacts) -> PlannedStep:
    return PlannedStep(
        "promote-survivor",
        f"{new.name} leads",
        f"{new.name}: REPLICAOF NO ONE, CONFIG REWRITE",
        "none: it has taken writes",
        node=new.id,
        values={"old": old.id, "fenced": True},
    )


def start_node(node: NodeFacts) -> PlannedStep:
    return PlannedStep("start-node", f"start {node.name} again", f"provider: start {node.id}", node=node.id)


def endure(seconds: float) -> PlannedStep:
    return PlannedStep(
        "drill-endure",
        f"watch for {units.duration(seconds)} whether writes go on",
        "the probe's writes",
        values={"seconds": seconds, "part": Part.FAULT.value},
    )
