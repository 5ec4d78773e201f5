"""The demo pairs, whatever provider hosts them."""

from collections.abc import Sequence

from redistui.model.errors import UsageError
from redistui.provider.contract import DemoHost
from redistui.workspace.workspace import Workspace

from .invocation import Invocation
from .session import workspace


async def start(invocation: Invocation, pairs: int) -> tuple[str, Sequence[str]]:
    """The connection's name, and the names of the pairs."""
    async with workspace(invocation) as opened:
        name, host = _host(opened)
        return name, await host.start_demo(pairs)


async def stop(invocation: Invocation) -> Sequence[str]:
    async with workspace(invocation) as opened:
        return await _host(opened)[1].stop_demo()


def _host(opened: Workspace) -> tuple[str, DemoHost]:
    for connection in opened.connections:
        if isinstance(connection.provider, DemoHost):
            return connection.name, connection.provider
    broken = next((item for item in opened.connections if item.problem and item.type == "embedded"), None)
    raise UsageError(
        f"no provider can host a demo: {broken.problem}" if broken else "no configured provider can host a demo",
        hint=(broken.hint if broken else "") or "pip install 'redistui[embedded]'",
    )
