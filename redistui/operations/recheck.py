"""Acting only on what was shown: the plan is judged again right before its first step."""

import time

from redistui.model.errors import RefusedError, UsageError
from redistui.model.plan import Plan

from .facts import PairFacts
from .verbs import make_plan


def refusals(plan: Plan, facts: PairFacts, *, force: bool) -> tuple[str, ...]:
    """Why the plan may not be carried out any more, in words; empty when it may."""
    try:
        now = make_plan(plan.verb, facts, plan.values, time.time())
    except (UsageError, RefusedError) as error:
        return (error.message,)
    moved = [
        f"{basis.address} is another process than the plan saw"
        for node_id, basis in plan.based_on.items()
        if node_id not in now.based_on or now.based_on[node_id].run_id != basis.run_id
    ]
    if [(step.action, step.node) for step in now.steps] != [(step.action, step.node) for step in plan.steps]:
        moved.append("the pair changed since the plan was made: plan it again")
    return (*moved, *(f"{guard.name}: {guard.message}" for guard in now.refused(force=force)))
