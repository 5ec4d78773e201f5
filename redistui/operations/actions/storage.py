"""Roles and settings that must survive a restart: CONFIG REWRITE, and settings that are changed for a while."""

from dataclasses import dataclass

from redistui.wire.failures import WireFailure

from ..session import AnswerLost, NodeSession, Refused, WrongServer
from ..step import StepResult, done, failed, not_done, undone, unknown


@dataclass
class ProveStorage:
    """Rewrites the stored config as it is: proof, before anything changes, that a role can be stored later."""

    session: NodeSession

    async def run(self) -> StepResult:
        try:
            await self.session.change("CONFIG", "REWRITE", timeout_seconds=10)
        except (Refused, WireFailure, WrongServer) as error:
            return failed(f"{self.session.address} cannot store its config: {error}")
        except AnswerLost as lost:
            return failed(f"{lost}; nothing was changed")
        return done("stored")

    async def look(self) -> StepResult:
        return not_done("rewriting it once more changes nothing")

    async def undo(self) -> StepResult:
        return undone("nothing to undo")


@dataclass
class ChangeSetting:
    """CONFIG SET; `before` is what an undo puts back, None where there is no way back to ask for."""

    session: NodeSession
    setting: str
    value: str
    before: str | None

    async def run(self) -> StepResult:
        return await self._set(self.value)

    async def look(self) -> StepResult:
        try:
            reply = await self.session.change("CONFIG", "GET", self.setting)
        except (Refused, AnswerLost, WireFailure, WrongServer) as error:
            return unknown(str(error))
        value = reply[1].decode() if isinstance(reply, list) and len(reply) == 2 and isinstance(reply[1], bytes) else ""
        detail = f"{self.setting} is {value}"
        return done(detail) if value == self.value else not_done(detail)

    async def undo(self) -> StepResult:
        if self.before is None:
            return undone("nothing to undo")
        result = await self._set(self.before)
        return undone(result.detail) if result.status == done().status else result

    async def _set(self, value: str) -> StepResult:
        try:
            await self.session.change("CONFIG", "SET", self.setting, value)
        except (Refused, WireFailure, WrongServer) as error:
            return failed(f"{self.session.address}: {error}")
        except AnswerLost as lost:
            return unknown(str(lost))
        return done(f"{self.setting} is {value}")
