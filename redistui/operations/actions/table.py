"""Which code runs which action of a plan."""

import json
from collections.abc import Callable

from redistui.model.plan import PlannedStep

from ..drill.table import DRILL_ACTIONS
from ..drill.unless import Unless
from ..step import Step
from ..surroundings import Surroundings
from .clients import DisconnectClients
from .ending import ENDING
from .follow import Follow
from .hook import RunHook
from .making import MAKING
from .managed import MANAGED_ACTIONS
from .rescue import ACTIONS
from .storage import ChangeSetting, ProveStorage
from .swap import SwapRoles
from .unpause import Unpause
from .verify import VerifySwitchover


def make_step(planned: PlannedStep, around: Surroundings) -> Step:
    """Raises KeyError for an action or a node that this version does not know."""
    step = _ACTIONS[planned.action](planned, around)
    needless_by = planned.values.get("unless")
    return Unless(step, around.facts, needless_by) if isinstance(needless_by, str) else step


def _prove_storage(planned: PlannedStep, around: Surroundings) -> Step:
    return ProveStorage(around.sessions[planned.node])


def _change_setting(planned: PlannedStep, around: Surroundings) -> Step:
    before = planned.values.get("before")
    return ChangeSetting(
        around.sessions[planned.node],
        setting=str(planned.values["setting"]),
        value=str(planned.values["value"]),
        before=None if before is None else str(before),
    )


def _swap_roles(planned: PlannedStep, around: Surroundings) -> Step:
    return SwapRoles(
        old=around.sessions[str(planned.values["old"])],
        new=around.sessions[planned.node],
        clock=around.clock,
        pause_seconds=_seconds(planned, "pause_seconds"),
        equal_seconds=_seconds(planned, "equal_seconds"),
        drain_seconds=_seconds(planned, "drain_seconds"),
    )


def _disconnect_clients(planned: PlannedStep, around: Surroundings) -> Step:
    return DisconnectClients(around.sessions[planned.node])


def _follow(planned: PlannedStep, around: Surroundings) -> Step:
    return Follow(around.sessions[planned.node], around.sessions[str(planned.values["upstream"])])


def _verify_switchover(planned: PlannedStep, around: Surroundings) -> Step:
    return VerifySwitchover(
        old=around.sessions[str(planned.values["old"])],
        new=around.sessions[planned.node],
        clock=around.clock,
        operation=around.operation,
        facts=around.facts,
        full_resyncs_before=_whole(planned.values.get("full_resyncs")),
    )


def _unpause(planned: PlannedStep, around: Surroundings) -> Step:
    return Unpause(around.sessions[planned.node])


def _run_hook(planned: PlannedStep, around: Surroundings) -> Step:
    return RunHook(json.loads(str(planned.values["command"])), around.describe, around.hidden_variables)


def _seconds(planned: PlannedStep, name: str) -> float:
    value = planned.values[name]
    if not isinstance(value, int | float):
        raise TypeError(f"{name} of {planned.action} is {value!r}, not a number of seconds")
    return float(value)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


_ACTIONS: dict[str, Callable[[PlannedStep, Surroundings], Step]] = {
    **ACTIONS,
    **DRILL_ACTIONS,
    **MANAGED_ACTIONS,
    **MAKING,
    **ENDING,
    "prove-storage": _prove_storage,
    "set-temporarily": _change_setting,
    "restore-setting": _change_setting,
    "swap-roles": _swap_roles,
    "disconnect-clients": _disconnect_clients,
    "follow": _follow,
    "verify-switchover": _verify_switchover,
    "unpause-writes": _unpause,
    "run-hook": _run_hook,
}
