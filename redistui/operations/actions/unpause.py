"""Ends a write pause, whoever left it."""

from dataclasses import dataclass

from redistui.wire.failures import WireFailure

from ..session import AnswerLost, NodeSession, Refused, WrongServer
from ..step import StepResult, done, failed, not_done, undone, unknown


@dataclass
class Unpause:
    """CLIENT UNPAUSE; harmless where nothing is paused."""

    session: NodeSession

    async def run(self) -> StepResult:
        try:
            await self.session.change("CLIENT", "UNPAUSE")
        except (Refused, WireFailure, WrongServer) as error:
            return failed(f"{self.session.address}: {error}")
        except AnswerLost as lost:
            return unknown(str(lost))
        return done(f"{self.session.address} takes writes")

    async def look(self) -> StepResult:
        return not_done("ending a pause once more does no harm")

    async def undo(self) -> StepResult:
        return undone("a pause is not brought back")
