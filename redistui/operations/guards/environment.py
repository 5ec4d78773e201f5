"""What the environment of a pair forbids, whoever owns its roles."""

from redistui.model.plan import Guard

from ..facts import PairFacts
from .judge import fails, passes


def not_read_only(facts: PairFacts) -> Guard:
    name, limit = "environment may be changed", "not read-only"
    environment = facts.pair.environment or "none"
    if facts.limits.read_only:
        return fails(name, f"{environment} is read-only", limit, f"environment {environment} refuses every change")
    return passes(name, environment, limit)
