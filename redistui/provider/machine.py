"""What the core asks of a self-managed provider because it needs the machine: processes, stored roles, routing.

Redis itself the core asks directly. Acts are declared a pair, yes or no with the reason, like verbs.
"""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

from redistui.model.endpoint import Address
from redistui.model.topology import Node, NodeState, Pair, Role

from .capabilities import Capability


class Act(StrEnum):
    STOP = "stop"
    START = "start"
    RESTART = "restart"
    KILL = "kill"  # as a crash does: no save, no farewell
    FREEZE = "freeze"  # and thaw: as a hang does
    FENCE = "fence"
    STORED_ROLE = "stored-role"
    FETCH = "fetch"
    ROUTE = "route"
    STATE = "state"


Acts = Mapping[Act, Capability]


@runtime_checkable
class Machine(Protocol):
    """Each act may be repeated: one that has happened already succeeds. Raises ProviderError and nothing else;
    of kind UNKNOWN when it was sent and no answer came."""

    def acts(self, pair: Pair) -> Acts:
        """What can be done with the machines of this pair. Answered from memory."""
        ...

    async def stop(self, pair: Pair, node: Node, *, save: bool) -> None:
        """End the server and keep it ended until `start`; with `save` it writes its data first."""
        ...

    async def start(self, pair: Pair, node: Node) -> None:
        """Start the server, and return when it answers or loads. A fence is not lifted by this."""
        ...

    async def restart(self, pair: Pair, node: Node) -> None:
        """End the server with its data saved and start it again; returns when it answers or loads. One that is down
        is started."""
        ...

    async def kill(self, pair: Pair, node: Node) -> None:
        """End the process at once, as a crash does; whatever restarts crashed servers there may restart it."""
        ...

    async def freeze(self, pair: Pair, node: Node) -> None:
        """Stop the process without ending it, as a hang does."""
        ...

    async def thaw(self, pair: Pair, node: Node) -> None: ...

    async def fence(self, pair: Pair, node: Node) -> None:
        """Make sure that the server is down and that nothing brings it back as a primary; returns when that is sure."""
        ...

    async def unfence(self, pair: Pair, node: Node) -> None:
        """Allow it to be started again. Starts nothing."""
        ...

    async def fenced(self, pair: Pair, node: Node) -> bool: ...

    async def state(self, pair: Pair, node: Node) -> NodeState:
        """The provider's own view, asked now: the third vantage point of a failover."""
        ...

    async def stored_role(self, pair: Pair, node: Node) -> tuple[Role, Address | None]:
        """The role, and the upstream of a replica, in which the server would start now."""
        ...

    async def store_role(self, pair: Pair, node: Node, upstream: Address | None) -> None:
        """Write the role for the next start of a server that is down: a replica of `upstream`, or a primary."""
        ...

    async def fetch(self, pair: Pair, node: Node, file: Path) -> None:
        """Copy the node's newest snapshot to a new file that only its owner can read, whole or not at all."""
        ...

    async def route(self, pair: Pair, primary: Node) -> None:
        """Send clients of the write endpoint to this node, and return when that is observed."""
        ...


def acts_of(provider: object, pair: Pair) -> Acts:
    """What a provider can do with machines; for one without machines every act is a no."""
    if isinstance(provider, Machine):
        return provider.acts(pair)
    no = Capability.no("this provider has no hand on the machine")
    return dict.fromkeys(Act, no)
