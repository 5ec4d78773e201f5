"""Starting a container that is stopped or paused, and waiting until its server runs."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.topology import NodeState, Role

from .container import parse
from .engine import Engine
from .server import Server

RUNNING_LIMIT_SECONDS = 15.0
START_LIMIT_SECONDS = 60.0  # the engine mounts and connects meanwhile
# A server whose configuration is wrong ends within this time.
STEADY_SECONDS = 0.5
_STEP_SECONDS = 0.1


def check_no_second_primary(server: Server, others: Sequence[Server]) -> None:
    """Refuse to start one that would be a second primary of its pair."""
    if server.container.state is NodeState.PAUSED or server.role is Role.REPLICA:
        return
    leading = [other for other in others if other.sample and other.sample.role is Role.PRIMARY]
    if leading:
        raise ProviderError(
            ProviderErrorKind.REFUSED,
            f"{server.container.name} would start as a second primary beside {leading[0].container.name}",
            hint="start it by hand as a replica: give it --replicaof",
        )


async def start(engine: Engine, server: Server) -> None:
    """Returns when the container runs steadily. Raises ProviderError, with the reason where it ends again."""
    secrets = server.stored.passwords
    before = parse(await engine.inspect(server.id))
    if before.state is NodeState.PAUSED:
        await engine.call(lambda client: client.unpause(server.id))
    else:
        await engine.call(lambda client: client.start(server.id), limit_seconds=START_LIMIT_SECONDS, secrets=secrets)
    deadline = time.monotonic() + RUNNING_LIMIT_SECONDS
    steady_since: float | None = None
    while True:
        details: dict[str, Any] = await engine.inspect(server.id)
        now, container = time.monotonic(), parse(details)
        if container.state is NodeState.RUNNING:
            steady_since = now if steady_since is None else steady_since
            if now - steady_since >= STEADY_SECONDS:
                return
        elif steady_since is not None or now > deadline:
            raise ProviderError(
                ProviderErrorKind.UNKNOWN,
                f"container {container.name} was started and does not run: {container.vendor_state}",
                hint="look at its logs",
            )
        await asyncio.sleep(_STEP_SECONDS)
