"""Completes PAIR and NODE from what providers tell at once; never an error, never long."""

import contextlib

import click
from click.shell_completion import CompletionItem

from redistui.config.folders import state_folder
from redistui.model.errors import RedistuiError
from redistui.model.topology import Pair, PairKey
from redistui.operations.control import NEWEST
from redistui.operations.launch import open_journal
from redistui.workspace.workspace import Workspace

from .discovery import discover
from .invocation import Invocation
from .naming import choose_pair
from .session import ask, open_quietly

LIMIT_SECONDS = 0.8
OPERATIONS = 20


def pair_items(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """Bare names where they are unique and wanted, full names otherwise."""
    pairs = _discovered(context)
    names = [key.name for key in pairs]
    items = [CompletionItem(str(key), help=pair.provider_type) for key, pair in sorted(pairs.items())]
    if incomplete:
        bare = [CompletionItem(name) for name in sorted(names) if names.count(name) == 1]
        items += bare
    return [item for item in items if item.value.startswith(incomplete) and item.value.isprintable()]


def node_items(context: click.Context, incomplete: str) -> list[CompletionItem]:
    pairs = _discovered(context)
    with contextlib.suppress(RedistuiError):
        pair = pairs[choose_pair(str(context.params.get("pair")), pairs)]
        names = {name: node for node in pair.nodes for name in (node.id, str(node.address))}
        return [
            CompletionItem(name, help=node.configured_role.value)
            for name, node in names.items()
            if name.startswith(incomplete)
        ]
    return []


def operation_items(incomplete: str) -> list[CompletionItem]:
    """The newest operations."""
    with contextlib.suppress(RedistuiError, OSError):
        journal = open_journal(state_folder())
        try:
            known = journal.operations()[:OPERATIONS]
        finally:
            journal.close()
        return [CompletionItem(name) for name in (NEWEST, *known) if name.startswith(incomplete)]
    return []


def _discovered(context: click.Context) -> dict[PairKey, Pair]:
    invocation = context.find_object(Invocation)
    assert invocation is not None

    async def find(workspace: Workspace) -> dict[PairKey, Pair]:
        discovery = await discover(workspace, limit_seconds=LIMIT_SECONDS)
        return {key: found.pair for key, found in discovery.pairs.items()}

    with contextlib.suppress(RedistuiError, OSError):
        return ask(open_quietly(invocation), find)
    return {}
