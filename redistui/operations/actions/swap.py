"""The critical section of a switchover: pause, equal offsets, the old primary follows, equal again, the new one leads.

The order and its reasons were measured: the pause does not stop replication PINGs, and a runner that was stalled past
its pause would otherwise promote a replica that misses acknowledged writes. After the demotion the tail still drains,
so waiting there loses nothing. See also https://redis.io/docs/latest/commands/client-pause/.
"""

import asyncio
from dataclasses import dataclass

import hiredis

from redistui.model import units
from redistui.model.clock import Clock
from redistui.model.sample import NodeSample
from redistui.model.topology import Role
from redistui.wire.failures import WireFailure

from ..session import AnswerLost, NodeSession, Refused, WrongServer
from ..step import StepResult, done, failed, forward_only, not_done, undone, unknown

Roles = tuple[Role, Role]
Seen = tuple[NodeSample | None, NodeSample | None]

_SILENT = (WireFailure, WrongServer)
_TROUBLE = (*_SILENT, AnswerLost, Refused)

_BEFORE: Roles = (Role.PRIMARY, Role.REPLICA)
_BETWEEN: Roles = (Role.REPLICA, Role.REPLICA)
_AFTER: Roles = (Role.REPLICA, Role.PRIMARY)


@dataclass
class SwapRoles:
    """`old` leads and `new` follows; afterwards the reverse. Times are limits in seconds."""

    old: NodeSession
    new: NodeSession
    clock: Clock
    pause_seconds: float
    equal_seconds: float
    drain_seconds: float

    async def run(self) -> StepResult:
        roles = await self._roles()
        if isinstance(roles, str):
            return failed(f"{roles}; nothing was changed")
        if roles == _BEFORE and (problem := await self._wait_streaming()):
            return problem
        started = self.clock.monotonic()
        seen: Seen = (None, None)
        if roles == _BEFORE:
            if problem := await self._pause_until_equal(started):
                return problem
            demoted = await self._demote()
            if isinstance(demoted, StepResult):
                return demoted
            seen = demoted
        elif roles != _BETWEEN:
            return failed(f"the roles are {_words(roles)}: nothing was changed")
        drained = await self._drain(seen)
        return drained if isinstance(drained, StepResult) else await self._promote(started, drained)

    async def look(self) -> StepResult:
        roles = await self._roles()
        if isinstance(roles, str):
            return unknown(roles)
        if roles == _AFTER:
            await self._unpause()
            return done("the roles are swapped")
        if roles in (_BEFORE, _BETWEEN):
            return not_done(f"the roles are {_words(roles)}")
        return unknown(f"the roles are {_words(roles)}")

    async def undo(self) -> StepResult:
        roles = await self._roles()
        if isinstance(roles, str):
            return unknown(f"{roles}; two replicas are a safe place to wait, a pause lapses by itself")
        if roles == _AFTER:
            await self._unpause()
            return forward_only(f"{self.new.address} leads already")
        if roles == _BETWEEN:
            return await self._take_back()
        if roles == _BEFORE:
            await self._unpause()
            return undone(f"{self.old.address} leads, writes go on")
        return unknown(f"the roles are {_words(roles)}")

    async def _wait_streaming(self) -> StepResult | None:
        """Before the pause: the replica reaches what the primary has written by now. A replica fresh from a full sync
        counts as online and gets nothing until its first ACK, up to a second later; that second is not spent paused."""
        until = self.clock.monotonic() + self.equal_seconds
        try:
            mark = (await self.old.info("replication")).offset
            while (reached := (await self.new.info("replication")).offset) is None or mark is None or reached < mark:
                if self.clock.monotonic() >= until:
                    limit = units.duration(self.equal_seconds)
                    return failed(f"{self.new.address} did not catch up within {limit}: nothing was changed")
        except _SILENT as error:
            return failed(f"{error}; nothing was changed")
        return None

    async def _pause_until_equal(self, started: float) -> StepResult | None:
        pause = ("CLIENT", "PAUSE", round(self.pause_seconds * 1000), "WRITE")
        try:
            seen = await asyncio.gather(self.old.change_and_look(*pause), self._new_meanwhile())
        except Refused as refusal:
            return failed(f"{self.old.address} refuses CLIENT PAUSE: {refusal}")
        except AnswerLost as lost:
            return unknown(f"CLIENT PAUSE: {lost}")
        try:
            equal = await self._equal_within(self.equal_seconds, seen) is not None
        except _SILENT as error:
            await self._unpause()
            return failed(f"{error}; writes go on, nothing was changed")
        if not equal:
            await self._unpause()
            limit = units.duration(self.equal_seconds)
            return failed(f"offsets were not equal within {limit}: writes go on, nothing was changed")
        if self.clock.monotonic() - started > self.pause_seconds / 2:
            await self._unpause()
            return failed("the pause was nearly over: writes go on, nothing was changed")
        return None

    async def _demote(self) -> Seen | StepResult:
        """What both said right after it, or why it was not done."""
        peer = self.new.node.peer_address
        follow = (("REPLICAOF", peer.host, peer.port), ("CONFIG", "REWRITE"))
        try:
            (replies, old), new = await asyncio.gather(
                self.old.change_together_and_look(*follow), self._new_meanwhile()
            )
        except Refused as refusal:
            await self._unpause()
            return failed(f"{self.old.address} refuses to follow: {refusal}")
        except AnswerLost as lost:
            return unknown(f"REPLICAOF on {self.old.address}: {lost}")
        if isinstance(replies[0], hiredis.ReplyError):
            await self._unpause()
            return failed(f"{self.old.address} refuses to follow: {replies[0]}")
        if isinstance(replies[1], hiredis.ReplyError):
            taken_back = await self._take_back()
            return failed(f"{self.old.address} cannot store its role: {replies[1]}; {taken_back.detail}")
        return old, new

    async def _drain(self, seen: Seen) -> StepResult | int:
        """The offset at which both stand, or why they do not."""
        try:
            if (offset := await self._equal_within(self.drain_seconds, seen)) is not None:
                return offset
        except _SILENT as error:
            return unknown(f"{self.old.address} follows and {self.new.address} does not lead yet: {error}")
        taken_back = await self._take_back()
        limit = units.duration(self.drain_seconds)
        return failed(f"offsets were not equal within {limit} after the demotion; {taken_back.detail}")

    async def _promote(self, started: float, offset: int) -> StepResult:
        try:
            replies = await self.new.change_together(("ROLE",), ("REPLICAOF", "NO", "ONE"), ("CONFIG", "REWRITE"))
        except Refused as refusal:
            taken_back = await self._take_back()
            return failed(f"{self.new.address} refuses to lead: {refusal}; {taken_back.detail}")
        except AnswerLost as lost:
            return unknown(f"REPLICAOF NO ONE on {self.new.address}: {lost}")
        gap = (self.clock.monotonic() - started) * 1000
        if isinstance(replies[1], hiredis.ReplyError):
            taken_back = await self._take_back()
            return failed(f"{self.new.address} refuses to lead: {replies[1]}; {taken_back.detail}")
        await self._unpause()
        # Without a link ROLE tells no offset, and the demotion has just cut it.
        facts = {"write_gap_milliseconds": round(gap, 3), "switch_offset": _replica_offset(replies[0]) or offset}
        if isinstance(replies[2], hiredis.ReplyError):
            # The roles are right; only a restart would forget them. The verification looks at it again.
            return done(f"{self.new.address} leads but could not store its role: {replies[2]}", **facts)
        return done(f"{self.new.address} leads after {units.duration(gap / 1000)} without writes", **facts)

    async def _take_back(self) -> StepResult:
        """The old primary leads again. Only when the new one has just answered that it is still a replica."""
        try:
            sample = await self.new.info("replication")
            if sample.role is not Role.REPLICA:
                return forward_only(f"{self.new.address} leads already")
            await self.old.change_together(("REPLICAOF", "NO", "ONE"), ("CONFIG", "REWRITE"))
        except _TROUBLE as error:
            return unknown(f"whether {self.old.address} leads again is unknown: {error}")
        await self._unpause()
        return undone(f"{self.old.address} leads again, nothing was lost")

    async def _unpause(self) -> None:
        """A pause that could not be lifted lapses by itself."""
        try:
            await self.old.change("CLIENT", "UNPAUSE")
        except _TROUBLE:
            return

    async def _equal_within(self, seconds: float, seen: Seen) -> int | None:
        """The equal offset; None when it was not reached. `seen` is what both said already."""
        # The replica's ACK comes once a second; asking both directly is what keeps the gap short.
        until = self.clock.monotonic() + seconds
        old, new = seen
        while True:
            if old and new and old.offset is not None and old.offset == new.offset and _same_history(old, new):
                return old.offset
            if self.clock.monotonic() >= until:
                return None
            old, new = await asyncio.gather(self.old.info("replication"), self.new.info("replication"))

    async def _new_meanwhile(self) -> NodeSample | None:
        """What the new one says while the old one acts: an offset that is equal then stays equal, and a round trip is
        spared. Silence shows when it is asked again."""
        try:
            return await self.new.info("replication")
        except _SILENT:
            return None

    async def _roles(self) -> Roles | str:
        """Both roles, or why they are not known."""
        try:
            old, new = await asyncio.gather(self.old.info("replication"), self.new.info("replication"))
        except _SILENT as error:
            return str(error)
        return old.role, new.role


def _same_history(old: NodeSample, new: NodeSample) -> bool:
    return old.replication_id is not None and old.replication_id == new.replication_id


def _replica_offset(role: object) -> int | None:
    """The offset in a replica's answer to ROLE: [b"slave", host, port, state, offset]."""
    if isinstance(role, list) and len(role) == 5 and isinstance(role[4], int) and role[4] >= 0:
        return role[4]
    return None


def _words(roles: Roles) -> str:
    return f"{roles[0].value} and {roles[1].value}"
