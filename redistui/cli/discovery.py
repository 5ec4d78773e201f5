"""Which pairs there are, without asking any Redis: enough to find one by name."""

import asyncio
from dataclasses import dataclass

from redistui.model.errors import RedistuiError
from redistui.model.topology import Pair, PairKey
from redistui.provider.contract import Provider
from redistui.workspace.workspace import OpenConnection, Workspace

from .naming import choose_pair

LIMIT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Found:
    pair: Pair
    provider: Provider


@dataclass(frozen=True, slots=True)
class Discovery:
    pairs: dict[PairKey, Found]
    problems: dict[str, str]  # provider name to reason


async def discover(
    workspace: Workspace, *, only_provider: str | None = None, limit_seconds: float = LIMIT_SECONDS
) -> Discovery:
    """All providers at once; one that is slower than the limit has the pairs it told until then."""
    discovery = Discovery({}, {})
    connections = [item for item in workspace.connections if only_provider in {None, item.name}]
    await asyncio.gather(*(_ask(connection, discovery, limit_seconds) for connection in connections))
    return discovery


async def _ask(connection: OpenConnection, discovery: Discovery, limit_seconds: float) -> None:
    if connection.provider is None:
        discovery.problems[connection.name] = connection.problem
        return
    try:
        async with asyncio.timeout(limit_seconds):
            async for pair in connection.provider.discover():
                discovery.pairs[pair.key] = Found(pair, connection.provider)
    except TimeoutError:
        discovery.problems[connection.name] = f"did not answer within {limit_seconds:g} s"
    except RedistuiError as error:
        discovery.problems[connection.name] = error.message
    except Exception as error:  # noqa: BLE001 - a plugin's mistake is its provider's error line
        discovery.problems[connection.name] = f"failed with {type(error).__name__}"


async def find_pair(workspace: Workspace, text: str) -> Found:
    """The pair that PAIR means. Raises UsageError with what there is instead."""
    provider = text.partition("/")[0]
    if "/" in text and provider in {connection.name for connection in workspace.connections}:
        discovery = await discover(workspace, only_provider=provider)
        if any(str(key) == text for key in discovery.pairs):
            return discovery.pairs[choose_pair(text, discovery.pairs)]
    discovery = await discover(workspace)
    return discovery.pairs[choose_pair(text, discovery.pairs, discovery.problems)]
