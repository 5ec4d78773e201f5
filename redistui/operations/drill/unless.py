"""A step that an earlier finding may make needless."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..step import Step, StepResult, done, undone


@dataclass
class Unless:
    """Left out where this fact was found."""

    step: Step
    facts: Mapping[str, object]
    fact: str

    async def run(self) -> StepResult:
        return done("not needed") if self._needless else await self.step.run()

    async def look(self) -> StepResult:
        return done("not needed") if self._needless else await self.step.look()

    async def undo(self) -> StepResult:
        return undone("not needed") if self._needless else await self.step.undo()

    @property
    def _needless(self) -> bool:
        return self.facts.get(self.fact) is True
