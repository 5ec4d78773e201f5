"""Which code runs which action of a drill; what a drill shares with other verbs stands in their table."""

from collections.abc import Callable, Mapping

from redistui.model.plan import PlannedStep
from redistui.model.topology import Node

from ..actions.swap import SwapRoles
from ..actions.verify import VerifySwitchover
from ..machines import machine_of
from ..step import Step
from ..surroundings import Surroundings
from .faults import ConfirmDeath, FreezeNode, KillNode, MeasuredSwap
from .measuring import Judge, StartProbe
from .waiting import Endure, Settle, VerifyFailback


def _start_probe(planned: PlannedStep, around: Surroundings) -> Step:
    return StartProbe(around, tuple(str(planned.values["replicas"]).split(",")))


def _judge(planned: PlannedStep, around: Surroundings) -> Step:
    return Judge(around, _number(planned, "limit_seconds"))


def _swap(planned: PlannedStep, around: Surroundings) -> Step:
    swap = SwapRoles(
        old=around.sessions[str(planned.values["old"])],
        new=around.sessions[planned.node],
        clock=around.clock,
        pause_seconds=_number(planned, "pause_seconds"),
        equal_seconds=_number(planned, "equal_seconds"),
        drain_seconds=_number(planned, "drain_seconds"),
    )
    return MeasuredSwap(swap, around)


def _kill(planned: PlannedStep, around: Surroundings) -> Step:
    machine, node = machine_of(around.provider), _node(planned, around)
    return KillNode(machine, node, around, primary=planned.values["primary"] is True)


def _freeze(planned: PlannedStep, around: Surroundings) -> Step:
    return FreezeNode(machine_of(around.provider), _node(planned, around), around)


def _confirm(planned: PlannedStep, around: Surroundings) -> Step:
    basis = around.plan.based_on[planned.node]
    new = around.sessions[str(planned.values["survivor"])]
    return ConfirmDeath(machine_of(around.provider), _node(planned, around), around, new, basis.run_id)


def _verify_failback(planned: PlannedStep, around: Surroundings) -> Step:
    old, new = around.sessions[str(planned.values["old"])], around.sessions[planned.node]
    full = planned.values["full_resyncs"]
    before = full if isinstance(full, int) else None
    return VerifyFailback(VerifySwitchover(old, new, around.clock, f"{around.operation}-back", around.facts, before))


def _settle(planned: PlannedStep, around: Surroundings) -> Step:
    return Settle(around)


def _endure(planned: PlannedStep, around: Surroundings) -> Step:
    return Endure(around, _number(planned, "seconds"))


def _node(planned: PlannedStep, around: Surroundings) -> Node:
    return around.sessions[planned.node].node


def _number(planned: PlannedStep, name: str) -> float:
    value = planned.values[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} of {planned.action} is {value!r}, not a number")
    return float(value)


DRILL_ACTIONS: Mapping[str, Callable[[PlannedStep, Surroundings], Step]] = {
    "drill-start-probe": _start_probe,
    "drill-swap-roles": _swap,
    "drill-kill": _kill,
    "drill-freeze": _freeze,
    "drill-confirm-death": _confirm,
    "drill-verify-failback": _verify_failback,
    "drill-settle": _settle,
    "drill-endure": _endure,
    "drill-judge": _judge,
}
