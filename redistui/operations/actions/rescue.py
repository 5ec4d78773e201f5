"""The actions of failover, rejoin, restart and resolve, made from their planned steps."""

from collections.abc import Callable, Mapping

from redistui.model.plan import PlannedStep
from redistui.model.topology import Role
from redistui.provider.machine import Machine

from ..machines import machine_of
from ..places import evidence_path, kept_path
from ..session import NodeSession
from ..step import Step
from ..surroundings import Surroundings
from .evidence import TakeEvidence
from .fence import Fence, StoreRole, Unfence
from .processes import RestartNode, StartNode, WaitLinked
from .redundancy import VerifyRedundancy
from .replicas import MatchMinReplicas, RestoreMinReplicas
from .set_aside import PauseWrites, SetAside
from .survivor import PromoteSurvivor
from .watch import WatchOldPrimary


def _take_evidence(planned: PlannedStep, around: Surroundings) -> Step:
    file = evidence_path(around.state_folder, around.operation)
    return TakeEvidence(around.sessions, around.provider, around.pair, around.clock, file)


def _fence(planned: PlannedStep, around: Surroundings) -> Step:
    node = around.sessions[planned.node].node
    was_fenced, start_again = planned.values["was_fenced"] is True, planned.values["start_again"] is True
    return Fence(machine_of(around.provider), around.pair, node, start_again, was_fenced)


def _unfence(planned: PlannedStep, around: Surroundings) -> Step:
    return Unfence(machine_of(around.provider), around.pair, around.sessions[planned.node].node)


def _store_role(planned: PlannedStep, around: Surroundings) -> Step:
    node, upstream = around.sessions[planned.node].node, _session(planned, around, "upstream").node
    return StoreRole(machine_of(around.provider), around.pair, node, upstream)


def _promote_survivor(planned: PlannedStep, around: Surroundings) -> Step:
    old = _old(planned, around)
    return PromoteSurvivor(around.sessions[planned.node], old, _fencing(planned, around), around.pair, around.clock)


def _restore_min_replicas(planned: PlannedStep, around: Surroundings) -> Step:
    wanted, replicas = str(planned.values["wanted"]), int(str(planned.values["replicas"]))
    return RestoreMinReplicas(around.sessions[planned.node], wanted, replicas, around.clock)


def _match_min_replicas(planned: PlannedStep, around: Surroundings) -> Step:
    return MatchMinReplicas(_session(planned, around, "primary"), around.sessions[planned.node])


def _verify_redundancy(planned: PlannedStep, around: Surroundings) -> Step:
    replicas = [around.sessions[node] for node in str(planned.values["replicas"]).split(",") if node]
    primary, old = around.sessions[planned.node], _old(planned, around)
    machine = _fencing(planned, around)
    fenced = old if machine else None
    known = (primary, *replicas, *([fenced] if fenced else []))
    others = tuple(session for session in around.sessions.values() if session not in known)
    return VerifyRedundancy(
        primary, tuple(replicas), others, fenced, machine, around.pair, around.clock, around.operation
    )


def _watch_old_primary(planned: PlannedStep, around: Surroundings) -> Step:
    return WatchOldPrimary(
        old=around.sessions[planned.node],
        new=_session(planned, around, "upstream"),
        clock=around.clock,
        limit_seconds=float(str(planned.values["limit_seconds"])),
        cancelled=around.cancelled,
        progress=around.progress,
    )


def _start_node(planned: PlannedStep, around: Surroundings) -> Step:
    return StartNode(machine_of(around.provider), around.pair, around.sessions[planned.node])


def _restart_node(planned: PlannedStep, around: Surroundings) -> Step:
    run_id = planned.values.get("run_id")
    return RestartNode(
        machine_of(around.provider),
        around.pair,
        around.sessions[planned.node],
        Role(str(planned.values["role"])),
        None if run_id is None else str(run_id),
    )


def _wait_linked(planned: PlannedStep, around: Surroundings) -> Step:
    full = planned.values.get("full_resyncs")
    return WaitLinked(
        around.sessions[planned.node],
        _session(planned, around, "upstream"),
        around.clock,
        float(str(planned.values["limit_seconds"])),
        full if isinstance(full, int) else None,
    )


def _pause_writes(planned: PlannedStep, around: Surroundings) -> Step:
    return PauseWrites(around.sessions[planned.node], float(str(planned.values["seconds"])))


def _set_aside(planned: PlannedStep, around: Surroundings) -> Step:
    machine = machine_of(around.provider) if planned.values["fetch"] is True else None
    file = kept_path(around.state_folder, around.operation, planned.node)
    return SetAside(around.sessions[planned.node], machine, around.pair, around.clock, file)


def _session(planned: PlannedStep, around: Surroundings, name: str) -> NodeSession:
    return around.sessions[str(planned.values[name])]


def _old(planned: PlannedStep, around: Surroundings) -> NodeSession | None:
    old = planned.values["old"]
    return None if old is None else around.sessions[str(old)]


def _fencing(planned: PlannedStep, around: Surroundings) -> Machine | None:
    return machine_of(around.provider) if planned.values["fenced"] is True else None


ACTIONS: Mapping[str, Callable[[PlannedStep, Surroundings], Step]] = {
    "take-evidence": _take_evidence,
    "fence": _fence,
    "unfence": _unfence,
    "store-role": _store_role,
    "promote-survivor": _promote_survivor,
    "restore-min-replicas": _restore_min_replicas,
    "match-min-replicas": _match_min_replicas,
    "verify-failover": _verify_redundancy,
    "verify-redundancy": _verify_redundancy,
    "watch-old-primary": _watch_old_primary,
    "start-node": _start_node,
    "restart-node": _restart_node,
    "wait-linked": _wait_linked,
    "pause-writes": _pause_writes,
    "set-aside": _set_aside,
}
