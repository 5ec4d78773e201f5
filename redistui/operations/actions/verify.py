"""An answer of OK is not an outcome: Redis itself is asked whether the change holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from redistui.model.clock import Clock
from redistui.model.sample import LinkState, NodeSample
from redistui.model.topology import Role
from redistui.wire.failures import WireFailure

from ..session import AnswerLost, NodeSession, Refused, WrongServer
from ..step import StepResult, done, failed, not_done, undone

LINK_LIMIT_SECONDS = 30.0
PROBE_LIMIT_SECONDS = 10.0
PROBE_EXPIRY_SECONDS = 60
_POLL_SECONDS = 0.05
_TROUBLE = (Refused, AnswerLost, WireFailure, WrongServer)


@dataclass
class VerifySwitchover:
    """One primary; the old one's link is up; a probe write is read back on it; the histories did not part."""

    old: NodeSession
    new: NodeSession
    clock: Clock
    operation: str
    facts: Mapping[str, object]  # of the steps before: `switch_offset`, where the histories may part
    full_resyncs_before: int | None

    async def run(self) -> StepResult:
        linked = await self._linked()
        if isinstance(linked, str):
            return failed(linked)
        old, new = linked
        problem = await self._probe()
        if problem:
            return failed(problem)
        full = self._resynced_fully(new)
        if parted := self._parted(new):
            return failed(parted, full_resync=full)
        words = "; ".join(
            [
                f"{self.new.address} leads",
                f"{self.old.address} follows it with the link up",
                "a probe write was read back on it",
                "full resync: the backlog was too small or the histories parted" if full else "partial resync",
            ]
        )
        return done(words, full_resync=full, replication_offset=new.offset, old_link=str(old.link))

    async def look(self) -> StepResult:
        return not_done("it is verified once more")

    async def undo(self) -> StepResult:
        return undone("nothing to undo")

    async def _linked(self) -> tuple[NodeSample, NodeSample] | str:
        until = self.clock.monotonic() + LINK_LIMIT_SECONDS
        problem = ""
        while self.clock.monotonic() < until:
            try:
                old, new = await self.old.info(), await self.new.info()
            except _TROUBLE as error:
                problem = str(error)
            else:
                if new.role is not Role.PRIMARY:
                    return f"{self.new.address} says that it is {new.role.value}"
                if old.role is not Role.REPLICA:
                    return f"{self.old.address} says that it is {old.role.value}: there are two primaries"
                if old.link is LinkState.UP and old.replication_id == new.replication_id:
                    return old, new
                problem = f"the link of {self.old.address} is {old.link.value if old.link else 'unknown'}"
            await self.clock.sleep(_POLL_SECONDS)
        return f"not verified within {LINK_LIMIT_SECONDS:g} s: {problem}"

    async def _probe(self) -> str:
        """Why a write on the new primary does not show on the old one; empty when it does."""
        key, value = f"redistui:probe:{self.operation}", self.operation.encode()
        try:
            await self.new.change("SET", key, value, "EX", PROBE_EXPIRY_SECONDS)
            until = self.clock.monotonic() + PROBE_LIMIT_SECONDS
            while await self.old.change("GET", key) != value:
                if self.clock.monotonic() >= until:
                    return f"a write on {self.new.address} did not reach {self.old.address}"
                await self.clock.sleep(_POLL_SECONDS)
            await self.new.change("DEL", key)
        except _TROUBLE as error:
            return f"the probe write failed: {error}"
        return ""

    def _parted(self, new: NodeSample) -> str:
        """The new primary's own history begins right after the offset at which the roles were swapped."""
        expected = self.facts.get("switch_offset")
        if not isinstance(expected, int) or new.second_offset is None or new.second_offset == expected + 1:
            return ""
        return f"the new history begins at {new.second_offset}, not right after the switch at {expected}"

    def _resynced_fully(self, new: NodeSample) -> bool | None:
        if new.full_resyncs is None or self.full_resyncs_before is None:
            return None
        return new.full_resyncs > self.full_resyncs_before
