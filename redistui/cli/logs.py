"""Log lines of a pair's nodes, from the provider."""

import asyncio
from collections.abc import Sequence

from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.topology import Node
from redistui.provider.capabilities import Verb, effective
from redistui.workspace.workspace import Workspace

from .discovery import Found, find_pair
from .invocation import Invocation
from .naming import choose_node
from .session import ask, open_quietly

LIMIT_SECONDS = 15.0
_REFUSALS = {Verb.LOGS: "gives no logs", Verb.START: "cannot be started from here"}


def newest_logs(invocation: Invocation, pair: str, node: str | None, lines: int) -> list[tuple[Node, Sequence[str]]]:
    async def read(workspace: Workspace) -> list[tuple[Node, Sequence[str]]]:
        found = await find_pair(workspace, pair)
        require(found, Verb.LOGS)
        nodes = found.pair.nodes if node is None else (choose_node(node, found.pair),)
        return [(item, await node_logs(found, item, lines)) for item in nodes]

    return ask(open_quietly(invocation), read)


async def node_logs(found: Found, node: Node, lines: int) -> Sequence[str]:
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            return await found.provider.logs(found.pair, node, lines)
    except TimeoutError:
        raise ProviderError(
            ProviderErrorKind.NETWORK, f"{found.pair.key} gave no logs of {node.id} within {LIMIT_SECONDS:g} s"
        ) from None


def require(found: Found, verb: Verb) -> None:
    """Raises ProviderError with the reason when the provider cannot."""
    capability = effective(found.provider.pair_capabilities(found.pair))[verb]
    if not capability.supported:
        raise ProviderError(
            ProviderErrorKind.UNSUPPORTED,
            f"{found.pair.key} {_REFUSALS[verb]}: {capability.reason}",
            hint="`redistui providers` lists what each can do",
        )
