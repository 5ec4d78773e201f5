"""Starting stopped nodes through their provider."""

import asyncio

from redistui.config.load import load
from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.sample import FailureKind
from redistui.model.topology import Node, NodeState, Role
from redistui.provider.capabilities import Verb
from redistui.workspace.workspace import Workspace

from .discovery import Found, find_pair
from .invocation import Invocation
from .logs import require
from .naming import choose_node
from .session import ask, open_with_passwords

LIMIT_SECONDS = 30.0


def start_nodes(invocation: Invocation, pair: str, node: str | None) -> list[Node]:
    """The nodes that were started, each running when it is in the list."""

    async def start(workspace: Workspace) -> list[Node]:
        found = await find_pair(workspace, pair)
        require(found, Verb.START)
        chosen = found.pair.nodes if node is None else (choose_node(node, found.pair),)
        stopped = [item for item in chosen if await _is_down(found, item)]
        for item in sorted(stopped, key=lambda item: item.configured_role is not Role.PRIMARY):
            await _start(found, item)
        return stopped

    return ask(open_with_passwords(load(invocation.config), pair), start)


async def _is_down(found: Found, node: Node) -> bool:
    """Where the provider has no view of the machine, a node that refuses connections counts as stopped."""
    if node.state is not NodeState.UNKNOWN:
        return node.state is NodeState.STOPPED
    from redistui.wire.client import Connection
    from redistui.wire.failures import WireFailure

    try:
        connection = await Connection.open(await found.provider.endpoint(found.pair, node))
    except WireFailure as failure:
        return failure.kind is FailureKind.REFUSED
    connection.close()
    return False


async def _start(found: Found, node: Node) -> None:
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            await found.provider.start(found.pair, node)
    except TimeoutError:
        raise ProviderError(
            ProviderErrorKind.NETWORK,
            f"{node.id} of {found.pair.key} does not run after {LIMIT_SECONDS:g} s",
            hint=f"`redistui logs {found.pair.key} {node.id}` may say why",
        ) from None
