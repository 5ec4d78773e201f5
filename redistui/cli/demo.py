"""The demo pairs, whatever provider hosts them."""

from collections.abc import Sequence

from redistui.model.errors import UsageError
from redistui.provider.contract import DemoHost
from redistui.workspace.workspace import Workspace

from .invocation import Invocation
from .session import ask, open_quietly


def start(invocation: Invocation, pairs: int) -> tuple[str, Sequence[str]]:
    """The connection's name, and the names of the pairs."""
    workspace = open_quietly(invocation)
    name, host = _host(workspace)
    return name, ask(workspace, lambda _: host.start_demo(pairs))


def stop(invocation: Invocation) -> Sequence[str]:
    workspace = open_quietly(invocation)
    _, host = _host(workspace)
    return ask(workspace, lambda _: host.stop_demo())


def _host(workspace: Workspace) -> tuple[str, DemoHost]:
    for connection in workspace.connections:
        if isinstance(connection.provider, DemoHost):
            return connection.name, connection.provider
    broken = next((item for item in workspace.connections if item.problem and item.type == "embedded"), None)
    raise UsageError(
        f"no provider can host a demo: {broken.problem}" if broken else "no configured provider can host a demo",
        hint=(broken.hint if broken else "") or "pip install 'redistui[embedded]'",
    )
