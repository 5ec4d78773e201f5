"""Asking a server itself, before a command stops it: whether it answers, and that its data is on its disk or not."""

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from redistui.model.endpoint import Endpoint
from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.sample import FailureKind

if TYPE_CHECKING:
    from redistui.wire.client import Connection
    from redistui.wire.failures import WireFailure

SAVE_LIMIT_SECONDS = 600.0
_PROBE_SECONDS = 1.0
_STEP_SECONDS = 0.1
_NOBODY = frozenset({FailureKind.REFUSED, FailureKind.UNREACHABLE, FailureKind.UNRESOLVED})


async def silence(endpoint: Endpoint) -> "WireFailure | None":
    """Why it does not answer a PING; None when it does."""
    from redistui.wire.client import Connection
    from redistui.wire.failures import WireFailure

    try:
        connection = await Connection.open(endpoint)
        try:
            await connection.call("PING")
        finally:
            connection.close()
    except WireFailure as failure:
        return failure
    return None


async def answers(endpoint: Endpoint) -> bool:
    """Whether anybody is there: also one that hangs, refuses the password or loads."""
    quick = replace(endpoint, connect_timeout_seconds=_PROBE_SECONDS, reply_timeout_seconds=_PROBE_SECONDS)
    failure = await silence(quick)
    return failure is None or failure.kind not in _NOBODY


async def prepare(endpoint: Endpoint, *, save: bool) -> None:
    """A server that is stopped by a signal saves when it has save points. One that shall save and would not is made to;
    one that shall not has its save points taken for the rest of its life. One that does not answer is left alone."""
    from redistui.wire.client import Connection
    from redistui.wire.failures import WireFailure

    try:
        connection = await Connection.open(endpoint)
    except WireFailure:
        return
    try:
        if not save:
            await connection.call("CONFIG", "SET", "save", "")
        elif await _setting(connection, "appendonly") != "yes" and not await _setting(connection, "save"):
            await _save(connection)
    except WireFailure as failure:
        raise ProviderError(
            ProviderErrorKind.REFUSED,
            f"{endpoint.address} cannot be made to {'save' if save else 'end without saving'}: {failure.message}",
            hint=failure.hint,
        ) from None
    finally:
        connection.close()


async def _save(connection: "Connection") -> None:
    deadline = time.monotonic() + SAVE_LIMIT_SECONDS
    await connection.call("BGSAVE")
    while (told := await _persistence(connection)).get("rdb_bgsave_in_progress") != "0":
        if time.monotonic() > deadline:
            raise ProviderError(ProviderErrorKind.UNKNOWN, f"{connection.endpoint.address} did not save in time")
        await asyncio.sleep(_STEP_SECONDS)
    if told.get("rdb_last_bgsave_status") != "ok":
        raise ProviderError(
            ProviderErrorKind.REFUSED,
            f"{connection.endpoint.address} could not save, and was not stopped",
            hint="its log tells why",
        )


async def _persistence(connection: "Connection") -> dict[str, str]:
    reply = await connection.call("INFO", "persistence")
    lines = reply.decode(errors="replace").splitlines() if isinstance(reply, bytes) else []
    return {name: value for name, found, value in (line.partition(":") for line in lines) if found}


async def _setting(connection: "Connection", name: str) -> str:
    reply = await connection.call("CONFIG", "GET", name)
    value = reply[1] if isinstance(reply, list) and len(reply) == 2 else b""
    return value.decode(errors="replace") if isinstance(value, bytes) else ""
