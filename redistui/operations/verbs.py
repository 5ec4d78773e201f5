"""Every changing verb by its name: from facts and what was asked for to a plan."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from redistui.model.clock import Clock
from redistui.model.errors import ProviderError, ProviderErrorKind, RefusedError
from redistui.model.plan import Plan
from redistui.model.topology import Control, Pair, PairKey
from redistui.provider.capabilities import Verb, effective
from redistui.provider.contract import Provider
from redistui.provider.provisioning import Design
from redistui.workspace.workspace import Workspace

from . import managed
from .destroy import plan_destroy
from .drill.planner import plan_drill
from .environment import within
from .facts import Limits, PairFacts, Parting
from .gather import Gatherer
from .promote import plan_promote
from .provision import plan_provision
from .rejoin import plan_rejoin
from .resolve import plan_resolve
from .restart import plan_restart
from .subject import design, find, provisioner_of
from .unpause import plan_unpause
from .visitors import visitors

__all__ = ["PLANNERS", "find", "gather", "make_plan", "plan", "plan_found"]

Planner = Callable[[PairFacts, Mapping[str, str], float], Plan]

PLANNERS: Mapping[str, Planner] = {
    "promote": plan_promote,
    "unpause": plan_unpause,
    "drill": plan_drill,
    "rejoin": plan_rejoin,
    "resolve": plan_resolve,
    "restart": plan_restart,
    "provision": plan_provision,
    "destroy": plan_destroy,
}
# Of pairs whose roles the cloud owns; the other verbs would need the hand on the servers that the cloud keeps.
MANAGED_PLANNERS: Mapping[str, Planner] = {
    "promote": managed.plan_promote,
    "restart": managed.plan_restart,
}
# The pair is not there yet.
_MAKING = frozenset({Verb.PROVISION.value})


def make_plan(verb: str, facts: PairFacts, values: Mapping[str, str], made_at: float) -> Plan:
    """Raises UsageError or RefusedError when the verb makes no sense for the pair as it is."""
    planners = MANAGED_PLANNERS if facts.pair.control is Control.MANAGED else PLANNERS
    if verb not in planners:
        raise RefusedError(f"the cloud owns the roles of {facts.pair.key}: there is no {verb} of it")
    return within(planners[verb](facts, values, made_at), facts.limits)


async def plan(verb: str, workspace: Workspace, key: PairKey, values: Mapping[str, str], clock: Clock) -> Plan:
    """Look at the pair as it is now and plan; changes nothing. Raises UsageError, RefusedError or ProviderError."""
    if verb not in _MAKING:
        provider, pair = await find(workspace, key)
        return await plan_found(verb, workspace, provider, pair, values, clock)
    made = await design(workspace, key, values)
    facts = await gather(workspace, made.provider, made.pair, clock, verb=verb, design=made.design)
    return make_plan(verb, facts, made.values, time.time())


async def plan_found(
    verb: str, workspace: Workspace, provider: Provider, pair: Pair, values: Mapping[str, str], clock: Clock
) -> Plan:
    """The same for a pair that was found already."""
    _require(verb, provider, pair)
    return make_plan(verb, await gather(workspace, provider, pair, clock, verb=verb), values, time.time())


def _require(verb: str, provider: Provider, pair: Pair) -> None:
    """Raises ProviderError with the reason when the provider cannot. Verbs that need none of it are always there."""
    answer = effective(provider.pair_capabilities(pair)).get(Verb(verb)) if verb in set(Verb) else None
    if answer is not None and not answer.supported:
        raise ProviderError(
            ProviderErrorKind.UNSUPPORTED, f"{pair.key}: no {verb}: {answer.reason}", hint="redistui providers"
        )


async def gather(
    workspace: Workspace,
    provider: Provider,
    pair: Pair,
    clock: Clock,
    *,
    verb: str = "",
    design: Design | None = None,
) -> PairFacts:
    """The facts that guards judge, within the limits of the pair's environment. A design has no node to ask."""
    limits = Limits.of(workspace.configuration.environment(pair.environment))
    if design is not None:
        return PairFacts(pair, clock.now(), {}, limits, design=design)
    facts = await Gatherer(provider, clock).gather(pair, limits)
    if verb != Verb.DESTROY:
        return facts
    removal = provisioner_of(provider, Verb.DESTROY).removal(pair)
    return replace(facts, parting=Parting(await visitors(provider, facts), removal))
