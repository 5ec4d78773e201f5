"""Clients of a demoted primary: Redis never redirects them, so they are disconnected and come back elsewhere.

What Sentinel does too: https://redis.io/docs/latest/develop/reference/sentinel-clients/
"""

from dataclasses import dataclass

from redistui.wire.failures import WireFailure

from ..session import AnswerLost, NodeSession, Refused, WrongServer
from ..step import StepResult, done, failed, not_done, undone


@dataclass
class DisconnectClients:
    """Cuts normal and pub/sub connections, other consoles' too; they connect again by themselves."""

    session: NodeSession

    async def run(self) -> StepResult:
        try:
            normal = await self.session.change("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            subscribers = await self.session.change("CLIENT", "KILL", "TYPE", "pubsub")
        except (Refused, WireFailure, WrongServer, AnswerLost) as error:
            return failed(f"clients of {self.session.address} may still be connected to it: {error}")
        count = (normal if isinstance(normal, int) else 0) + (subscribers if isinstance(subscribers, int) else 0)
        return done(f"{count} clients disconnected", clients_disconnected=count)

    async def look(self) -> StepResult:
        return not_done("disconnecting once more does no harm")

    async def undo(self) -> StepResult:
        return undone("clients come back by themselves")
