"""Who is connected to the nodes of a pair, apart from redistui itself and the replicas."""

from collections import Counter

from redistui.model.errors import RedistuiError
from redistui.model.inspection import ClientConnection
from redistui.provider.contract import Provider
from redistui.wire.inspect import list_clients

from .facts import NodeFacts, PairFacts

_OWN_NAMES = "redistui-"
_REPLICATION_FLAGS = frozenset("SM")  # a replica, or the primary (CLIENT LIST)
_MOST_NAMED = 5


async def visitors(provider: Provider, facts: PairFacts) -> dict[str, tuple[str, ...] | None]:
    """`3 from 10.0.0.9 (orders-api)` of each node; None where it cannot be told."""
    return {node.id: await _of_node(provider, facts, node) for node in facts.nodes.values()}


async def _of_node(provider: Provider, facts: PairFacts, node: NodeFacts) -> tuple[str, ...] | None:
    if node.sample is None:
        return None
    try:
        clients = await list_clients(await provider.endpoint(facts.pair, node.node))
    except RedistuiError:
        return None
    groups = Counter(_origin(client) for client in clients if _is_visitor(client))
    named = [f"{count} {origin}" for origin, count in groups.most_common(_MOST_NAMED)]
    others = groups.total() - sum(count for _, count in groups.most_common(_MOST_NAMED))
    return (*named, *([f"{others} others"] if others else []))


def _is_visitor(client: ClientConnection) -> bool:
    return not (client.name.startswith(_OWN_NAMES) or _REPLICATION_FLAGS & set(client.flags))


def _origin(client: ClientConnection) -> str:
    host = client.address.rpartition(":")[0]
    return f"from {host} ({client.name})" if client.name else f"from {host}"
