"""Starting stopped nodes through their provider."""

import asyncio

from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.topology import Node, NodeState, Role
from redistui.provider.capabilities import Verb

from .discovery import find_pair
from .invocation import Invocation
from .logs import require
from .naming import choose_node
from .session import workspace

LIMIT_SECONDS = 30.0


async def start_nodes(invocation: Invocation, pair: str, node: str | None) -> list[Node]:
    """The nodes that were started, each running when it is in the list."""
    async with workspace(invocation) as opened:
        found = await find_pair(opened, pair)
        require(found, Verb.START)
        chosen = found.pair.nodes if node is None else (choose_node(node, found.pair),)
        stopped = [item for item in chosen if item.state is NodeState.STOPPED]
        for item in sorted(stopped, key=lambda item: item.configured_role is not Role.PRIMARY):
            try:
                async with asyncio.timeout(LIMIT_SECONDS):
                    await found.provider.start(found.pair, item)
            except TimeoutError:
                raise ProviderError(
                    ProviderErrorKind.NETWORK,
                    f"{item.id} of {found.pair.key} does not run after {LIMIT_SECONDS:g} s",
                    hint=f"`redistui logs {found.pair.key} {item.id}` may say why",
                ) from None
        return stopped
