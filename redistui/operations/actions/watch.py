"""Where nothing could fence the old primary: the operation stays open, and demotes it as soon as it answers again."""

from collections.abc import Callable
from dataclasses import dataclass, field

import hiredis

from redistui.model import units
from redistui.model.clock import Clock
from redistui.model.sample import LinkState, NodeSample
from redistui.model.topology import Role

from ..session import NodeSession
from ..step import StepResult, Watch, done, failed, not_done
from .clients import DisconnectClients
from .trouble import SILENT, TROUBLE

POLL_SECONDS = 0.1


@dataclass
class WatchOldPrimary(Watch):
    """Ends when the old one is a linked replica, when an operator cancels, or when the limit has passed."""

    old: NodeSession
    new: NodeSession
    clock: Clock
    limit_seconds: float
    cancelled: Callable[[], bool]
    progress: Callable[[str], None]
    _facts: dict[str, object] = field(default_factory=dict)

    async def run(self) -> StepResult:
        until = self.clock.monotonic() + self.limit_seconds
        self.progress(f"watching for {self.old.address}, at most {units.duration(self.limit_seconds)}")
        while self.clock.monotonic() < until:
            if self.cancelled():
                return done(f"no longer watched for, by request: {self._warning()}", old_primary="unwatched")
            try:
                if ended := await self._once():
                    return ended
            except SILENT:
                pass  # the dead one, or a short weakness of the new one: both are asked again
            await self.clock.sleep(POLL_SECONDS)
        return done(f"not seen within {units.duration(self.limit_seconds)}: {self._warning()}", old_primary="unseen")

    async def look(self) -> StepResult:
        try:
            old = await self.old.info("replication")
        except SILENT as error:
            return not_done(str(error))
        return self._linked(old) or not_done(f"{self.old.address} is {old.role.value}")

    async def undo(self) -> StepResult:
        return failed(f"{self.new.address} leads: {self.old.address} is not made a primary again")

    async def _once(self) -> StepResult | None:
        old = await self.old.info("replication")
        if linked := self._linked(old):
            return linked
        if old.role is Role.REPLICA and old.upstream == self.new.node.peer_address:
            return None
        new = await self.new.info("replication")
        if new.role is not Role.PRIMARY:
            return failed(f"{self.new.address} does not lead any more: {self.old.address} is left as it is")
        await self._demote(old)
        return None

    async def _demote(self, old: NodeSample) -> None:
        peer = self.new.node.peer_address
        try:
            replies = await self.old.change_together(("REPLICAOF", peer.host, peer.port), ("CONFIG", "REWRITE"))
        except TROUBLE as error:
            self.progress(f"{self.old.address} is back as {old.role.value} and is not a replica yet: {error}")
            return
        if isinstance(replies[0], hiredis.ReplyError):
            self.progress(f"{self.old.address} refuses to follow {peer}: {replies[0]}")
            return
        # What it had from before its primacy ended elsewhere, or took since; it is discarded by the resync.
        self._facts |= {"returned_as": old.role.value, "returned_offset": old.offset, "returned_id": old.replication_id}
        await DisconnectClients(self.old).run()

    def _linked(self, old: NodeSample) -> StepResult | None:
        if old.role is Role.REPLICA and old.upstream == self.new.node.peer_address and old.link is LinkState.UP:
            words = f"{self.old.address} came back and follows {self.new.address}"
            return done(words, old_primary="back", **self._facts)
        return None

    def _warning(self) -> str:
        return f"{self.old.address} may still come back as a second primary; redistui rejoin makes it a replica"
