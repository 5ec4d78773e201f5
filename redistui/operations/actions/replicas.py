"""min-replicas-to-write after the number of replicas has changed."""

from dataclasses import dataclass

from redistui.model import units
from redistui.model.clock import Clock
from redistui.model.topology import Role

from ..session import NodeSession
from ..step import StepResult, done, failed, not_done, undone
from .trouble import SILENT, TROUBLE

LIMIT_SECONDS = 10.0
POLL_SECONDS = 0.1
SETTING = "min-replicas-to-write"


@dataclass
class RestoreMinReplicas:
    """Puts `wanted` back as soon as that many replicas are online; with fewer, every write would be refused."""

    primary: NodeSession
    wanted: str
    replicas: int
    clock: Clock

    async def run(self) -> StepResult:
        needed = int(self.wanted)
        if self.replicas >= needed:
            until = self.clock.monotonic() + LIMIT_SECONDS
            while (problem := await self._missing(needed)) and self.clock.monotonic() < until:
                await self.clock.sleep(POLL_SECONDS)
        else:
            problem = f"{self.replicas} of {needed} replicas are left"
        if problem:
            return done(f"it stays 0: {problem}; redistui rejoin puts it back", min_replicas_left_out=needed)
        try:
            await self.primary.change("CONFIG", "SET", SETTING, self.wanted)
            await self.primary.change("CONFIG", "REWRITE")
        except TROUBLE as error:
            return failed(f"{self.primary.address}: {error}")
        return done(f"{SETTING} is {self.wanted}")

    async def look(self) -> StepResult:
        return not_done("setting it once more changes nothing")

    async def undo(self) -> StepResult:
        return undone("what lowered it puts it back")

    async def _missing(self, needed: int) -> str:
        try:
            sample = await self.primary.info("replication")
        except SILENT as error:
            return str(error)
        online = sum(replica.state == "online" for replica in sample.attached)
        return "" if online >= needed else f"{online} of {needed} replicas are online"


@dataclass
class MatchMinReplicas:
    """A failover lowers it on the survivor for good; the node that comes back still has it as it was."""

    primary: NodeSession
    node: NodeSession

    async def run(self) -> StepResult:
        try:
            wanted = _value(await self.node.change("CONFIG", "GET", SETTING))
            now = _value(await self.primary.change("CONFIG", "GET", SETTING))
            sample = await self.primary.info("replication")
            online = sum(replica.state == "online" for replica in sample.attached)
            if wanted is None or now is None:
                return done(f"{SETTING} is {units.UNKNOWN}, and left as it is")
            if now > 0 or wanted == 0 or sample.role is not Role.PRIMARY:
                return done(f"{SETTING} is {now}, and left as it is")
            if online < wanted:
                return done(f"{SETTING} stays 0: {online} of {wanted} replicas are online")
            await self.primary.change("CONFIG", "SET", SETTING, wanted)
            await self.primary.change("CONFIG", "REWRITE")
        except TROUBLE as error:
            return failed(f"{SETTING} is not put back: {error}")
        return done(f"{SETTING} is {wanted} again")

    async def look(self) -> StepResult:
        return not_done("it is compared once more")

    async def undo(self) -> StepResult:
        return undone("nothing to undo")


def _value(reply: object) -> int | None:
    text = reply[1] if isinstance(reply, list) and len(reply) == 2 else None
    return int(text) if isinstance(text, bytes) and text.isdigit() else None
