"""Asking the servers in containers who they are: with each password that may be theirs, all at the same time."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

from redistui.model.endpoint import Endpoint
from redistui.model.sample import FailureKind, NodeSample
from redistui.model.topology import NodeState

from .server import Credentials, Server

ANSWER_LIMIT_SECONDS = 2.0
MOST_AT_ONCE = 32
_OTHER_PASSWORD_MAY_DO = frozenset({FailureKind.AUTHENTICATION, FailureKind.PERMISSION})
SAID_BY_REDIS = _OTHER_PASSWORD_MAY_DO | {
    FailureKind.LOADING,
    FailureKind.BUSY,
    FailureKind.TOO_MANY_CLIENTS,
    FailureKind.UNKNOWN_COMMAND,
}
"""Whoever says this is a Redis that cannot tell more now."""


async def ask_all(asked: Iterable[tuple[Server, Sequence[Credentials]]]) -> None:
    """Fill in samples, and the credentials that were taken: those are tried in their order."""
    places = asyncio.Semaphore(MOST_AT_ONCE)

    async def ask(server: Server, credentials: Sequence[Credentials]) -> None:
        async with places:
            await _ask(server, credentials)

    running = [(server, known) for server, known in asked if server.container.state is NodeState.RUNNING]
    async with asyncio.TaskGroup() as group:
        for server, credentials in running:
            if server.address is not None:
                group.create_task(ask(server, credentials))


async def _ask(server: Server, credentials: Sequence[Credentials]) -> None:
    from redistui.wire.failures import WireFailure

    for known in credentials:
        try:
            server.sample = await info(server, known)
        except WireFailure as failure:
            server.failure = failure.kind
            if failure.kind not in _OTHER_PASSWORD_MAY_DO:
                return
        else:
            server.credentials, server.failure = known, None
            return


def endpoint(server: Server, credentials: Credentials) -> Endpoint:
    assert server.address is not None
    return Endpoint(server.address, credentials.username, credentials.password, credentials.tls)


async def info(server: Server, credentials: Credentials) -> NodeSample | None:
    """Raises WireFailure."""
    from redistui.wire.client import Connection
    from redistui.wire.info import parse_info

    quick = replace(
        endpoint(server, credentials),
        connect_timeout_seconds=ANSWER_LIMIT_SECONDS,
        reply_timeout_seconds=ANSWER_LIMIT_SECONDS,
    )
    connection = await Connection.open(quick)
    try:
        reply = await connection.call("INFO")
    finally:
        connection.close()
    return parse_info(reply, 0.0) if isinstance(reply, bytes) else None
