"""What the pair's environment adds to every plan: the question that is asked, and the hooks that run afterwards."""

import json
import shlex
from dataclasses import replace
from pathlib import PurePath

from redistui.model.plan import Confirmation, Plan, PlannedStep

from .facts import Limits

WATCH = "watch-old-primary"


def within(plan: Plan, limits: Limits) -> Plan:
    """The plan as the environment wants it. A hook cannot be undone: from the first one on there is no way back."""
    hooks = hooks_after(plan.verb, limits)
    # A watch may last for hours: what follows a promotion does not wait for it.
    watches = tuple(step for step in plan.steps if step.action == WATCH)
    steps = tuple(step for step in plan.steps if step.action != WATCH)
    turning_point = plan.point_of_no_return
    if hooks and turning_point is None:
        turning_point = len(steps)
    return replace(
        plan,
        steps=(*steps, *hooks, *watches),
        point_of_no_return=turning_point,
        confirmation=Confirmation.TYPED_NAME if limits.protected else plan.confirmation,
        requires_reason=plan.requires_reason or limits.require_reason,
    )


def hooks_after(verb: str, limits: Limits) -> tuple[PlannedStep, ...]:
    return tuple(_run_hook(command) for command in limits.hooks.get(f"after_{verb}", ()))


def _run_hook(command: tuple[str, ...]) -> PlannedStep:
    return PlannedStep(
        "run-hook",
        f"run hook {PurePath(command[0]).name}",
        shlex.join(command),
        values={"command": json.dumps(command)},
    )
