"""A node follows another one."""

from dataclasses import dataclass

import hiredis

from redistui.model.operation import StepStatus
from redistui.model.topology import Role
from redistui.wire.failures import WireFailure

from ..session import AnswerLost, NodeSession, Refused, WrongServer
from ..step import StepResult, done, failed, forward_only, not_done, undone, unknown


@dataclass
class Follow:
    """REPLICAOF and CONFIG REWRITE on `session`, towards `upstream` as its peers reach it."""

    session: NodeSession
    upstream: NodeSession

    async def run(self) -> StepResult:
        peer = self.upstream.node.peer_address
        try:
            replies = await self.session.change_together(("REPLICAOF", peer.host, peer.port), ("CONFIG", "REWRITE"))
        except (Refused, WireFailure, WrongServer) as error:
            return failed(f"{self.session.address} does not follow {peer}: {error}")
        except AnswerLost as lost:
            return unknown(f"REPLICAOF on {self.session.address}: {lost}")
        if isinstance(replies[0], hiredis.ReplyError):
            return failed(f"{self.session.address} does not follow {peer}: {replies[0]}")
        if isinstance(replies[1], hiredis.ReplyError):
            return done(f"{self.session.address} follows {peer} but could not store it: {replies[1]}")
        return done(f"{self.session.address} follows {peer}")

    async def look(self) -> StepResult:
        try:
            sample = await self.session.info("replication")
        except (WireFailure, WrongServer) as error:
            return unknown(str(error))
        if sample.role is Role.REPLICA and sample.upstream == self.upstream.node.peer_address:
            return done(f"{self.session.address} follows {sample.upstream}")
        return not_done(f"{self.session.address} is {sample.role.value} and follows {sample.upstream}")

    async def undo(self) -> StepResult:
        """What a node held is replaced when it follows: from then on it is only finished forward."""
        looked = await self.look()
        if looked.status is StepStatus.DONE:
            return forward_only(looked.detail)
        return undone(looked.detail) if looked.status is StepStatus.NOT_DONE else looked
