"""The replica that outlived its primary leads: the point of no return of a failover."""

from dataclasses import dataclass

import hiredis

from redistui.model.clock import Clock
from redistui.model.errors import ProviderError
from redistui.model.operation import StepStatus
from redistui.model.sample import NodeSample
from redistui.model.topology import Pair, Role
from redistui.provider.machine import Machine

from ..session import AnswerLost, NodeSession, Refused
from ..step import StepResult, done, failed, forward_only, not_done, undone, unknown
from .trouble import SILENT


@dataclass
class PromoteSurvivor:
    """`machine` where the old primary was fenced: looked at once more right before. Else it must be silent still."""

    new: NodeSession
    old: NodeSession | None
    machine: Machine | None
    pair: Pair
    clock: Clock

    async def run(self) -> StepResult:
        if refusal := await self._old_is_back():
            return failed(f"{refusal}; nothing was changed")
        try:
            sample = await self.new.info("replication")
        except SILENT as error:
            return failed(f"{error}; nothing was changed")
        if sample.role is not Role.REPLICA:
            return failed(f"{self.new.address} is {sample.role.value}, not a replica: nothing was changed")
        try:
            replies = await self.new.change_together(("REPLICAOF", "NO", "ONE"), ("CONFIG", "REWRITE"))
        except (Refused, *SILENT) as error:
            return failed(f"{self.new.address} does not lead: {error}")
        except AnswerLost as lost:
            return unknown(f"REPLICAOF NO ONE on {self.new.address}: {lost}")
        if isinstance(replies[0], hiredis.ReplyError):
            return failed(f"{self.new.address} refuses to lead: {replies[0]}")
        facts = {"switch_offset": await self._begins(sample.offset), "promoted_at": self.clock.now()}
        if isinstance(replies[1], hiredis.ReplyError):
            return done(f"{self.new.address} leads but could not store its role: {replies[1]}", **facts)
        return done(f"{self.new.address} leads from offset {facts['switch_offset']}", **facts)

    async def look(self) -> StepResult:
        try:
            sample = await self.new.info("replication")
        except SILENT as error:
            return unknown(str(error))
        if sample.role is Role.PRIMARY:
            return done(f"{self.new.address} leads", switch_offset=_switch_offset(sample))
        return not_done(f"{self.new.address} is {sample.role.value}")

    async def undo(self) -> StepResult:
        looked = await self.look()
        if looked.status is StepStatus.DONE:
            return forward_only(f"{self.new.address} leads already")
        return undone(f"{self.new.address} is still a replica") if looked.status is StepStatus.NOT_DONE else looked

    async def _old_is_back(self) -> str:
        """Why the old primary might take writes; empty when it surely does not."""
        if self.old is None:
            return ""
        if self.machine is not None:
            try:
                fenced = await self.machine.fenced(self.pair, self.old.node)
            except ProviderError as error:
                return f"whether {self.old.address} is fenced is unknown: {error.message}"
            return "" if fenced else f"{self.old.address} is not fenced any more"
        try:
            sample = await self.old.info("replication")
        except SILENT:
            return ""
        return f"{self.old.address} answers again as {sample.role.value}"

    async def _begins(self, before: int | None) -> int | None:
        try:
            return _switch_offset(await self.new.info("replication"))
        except SILENT:
            return before


def _switch_offset(primary: NodeSample) -> int | None:
    """Up to where a new primary shares the history of the old one (master_repl_offset when its second id began)."""
    return None if primary.second_offset is None or primary.second_offset < 0 else primary.second_offset - 1
