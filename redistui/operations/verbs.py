"""Every changing verb by its name: from facts and what was asked for to a plan."""

import asyncio
import time
from collections.abc import Callable, Mapping

from redistui.model.clock import Clock
from redistui.model.errors import ProviderError, ProviderErrorKind, UsageError
from redistui.model.plan import Plan
from redistui.model.topology import Pair, PairKey
from redistui.provider.capabilities import Verb, effective
from redistui.provider.contract import Provider
from redistui.workspace.workspace import Workspace

from .drill.planner import plan_drill
from .environment import within
from .facts import Limits, PairFacts
from .gather import Gatherer
from .promote import plan_promote
from .rejoin import plan_rejoin
from .resolve import plan_resolve
from .restart import plan_restart
from .unpause import plan_unpause

Planner = Callable[[PairFacts, Mapping[str, str], float], Plan]

PLANNERS: Mapping[str, Planner] = {
    "promote": plan_promote,
    "unpause": plan_unpause,
    "drill": plan_drill,
    "rejoin": plan_rejoin,
    "resolve": plan_resolve,
    "restart": plan_restart,
}

_DISCOVERY_LIMIT_SECONDS = 30.0


def make_plan(verb: str, facts: PairFacts, values: Mapping[str, str], made_at: float) -> Plan:
    """Raises UsageError or RefusedError when the verb makes no sense for the pair as it is."""
    return within(PLANNERS[verb](facts, values, made_at), facts.limits)


async def plan(verb: str, workspace: Workspace, key: PairKey, values: Mapping[str, str], clock: Clock) -> Plan:
    """Look at the pair as it is now and plan; changes nothing. Raises UsageError, RefusedError or ProviderError."""
    provider, pair = await find(workspace, key)
    return await plan_found(verb, workspace, provider, pair, values, clock)


async def plan_found(
    verb: str, workspace: Workspace, provider: Provider, pair: Pair, values: Mapping[str, str], clock: Clock
) -> Plan:
    """The same for a pair that was found already."""
    _require(verb, provider, pair)
    return make_plan(verb, await gather(workspace, provider, pair, clock), values, time.time())


def _require(verb: str, provider: Provider, pair: Pair) -> None:
    """Raises ProviderError with the reason when the provider cannot. Verbs that need none of it are always there."""
    answer = effective(provider.pair_capabilities(pair)).get(Verb(verb)) if verb in set(Verb) else None
    if answer is not None and not answer.supported:
        raise ProviderError(
            ProviderErrorKind.UNSUPPORTED, f"{pair.key}: no {verb}: {answer.reason}", hint="redistui providers"
        )


async def gather(workspace: Workspace, provider: Provider, pair: Pair, clock: Clock) -> PairFacts:
    """The facts that guards judge, within the limits of the pair's environment."""
    limits = Limits.of(workspace.configuration.environment(pair.environment))
    return await Gatherer(provider, clock).gather(pair, limits)


async def find(workspace: Workspace, key: PairKey) -> tuple[Provider, Pair]:
    """The provider of a pair and what it says of it now. Raises UsageError."""
    connection = workspace.connection(key.provider)
    if connection is None or connection.provider is None:
        problem = connection.problem if connection else "it is not in the configuration any more"
        raise UsageError(f"{key}: provider {key.provider} cannot be used: {problem}", hint="redistui providers")
    async with asyncio.timeout(_DISCOVERY_LIMIT_SECONDS):
        async for pair in connection.provider.discover():
            if pair.key == key:
                return connection.provider, pair
    raise UsageError(f"{key} is not there any more", hint="redistui pairs shows what is")
