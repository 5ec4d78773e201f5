"""The provider's hand on machines, as operations use it: what it sees, and whom to ask for an act."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.topology import Node, NodeState, Pair
from redistui.provider.contract import Provider
from redistui.provider.machine import Act, Machine, acts_of

from .facts import MachineFacts

Answer = TypeVar("Answer")


async def machine_facts(provider: Provider, pair: Pair, node: Node) -> MachineFacts:
    """What the provider sees of a node's machine now. Never raises: what it cannot tell is unknown."""
    acts = acts_of(provider, pair)

    async def asked(act: Act, question: Callable[[Pair, Node], Awaitable[Answer]]) -> Answer | None:
        if not acts[act].supported:
            return None
        try:
            return await question(pair, node)
        except ProviderError:
            return None

    if not isinstance(provider, Machine):
        return MachineFacts(node.state)
    return MachineFacts(
        state=await asked(Act.STATE, provider.state) or NodeState.UNKNOWN,
        fenced=await asked(Act.FENCE, provider.fenced),
        stored_role=await asked(Act.STORED_ROLE, provider.stored_role),
    )


def machine_of(provider: Provider) -> Machine:
    """Raises ProviderError for a provider that has no hand on machines."""
    if isinstance(provider, Machine):
        return provider
    raise ProviderError(ProviderErrorKind.UNSUPPORTED, "this provider has no hand on the machine")
