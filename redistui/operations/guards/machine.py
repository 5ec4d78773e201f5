"""What the provider has to be able to do with a node's machine."""

from redistui.model.plan import Guard
from redistui.provider.machine import Act

from ..facts import PairFacts
from .judge import fails, passes, warns
from .vantage import Succession


def can_fence(change: Succession) -> Guard:
    name, limit = "old primary can be fenced", "by the provider"
    if change.old is None:
        return passes(name, "not needed: it answers as a replica", limit)
    if change.fences:
        return passes(name, "yes", limit)
    if change.facts.can(Act.FENCE):
        message = f"{change.old.name} is not fenced, by request: should it live, it goes on taking writes that are lost"
        return fails(name, "left out", limit, message, loss=True)
    message = (
        f"{change.facts.why_not(Act.FENCE)}; {change.old.name} may come back as a second primary, so the operation "
        "stays open and makes it a replica as soon as it answers"
    )
    return warns(name, "no", limit, message)


def can(facts: PairFacts, act: Act, what: str) -> Guard:
    """A verb that cannot do without this act."""
    if facts.can(act):
        return passes(what, "yes", "by the provider")
    return fails(what, "no", "by the provider", facts.why_not(act))
