"""The steps between a fault and the verdict that only look. A cancellation ends them early; healing goes on."""

from dataclasses import dataclass, replace

from redistui.model import units

from ..actions.verify import VerifySwitchover
from ..step import StepResult, done, not_done, undone
from ..surroundings import Surroundings
from .measuring import BASELINE_SECONDS, probe_of

_POLL_SECONDS = 0.1
_FLOW_SECONDS = 10.0


async def watched(around: Surroundings, seconds: float) -> bool:
    """Let the probe write for so long; whether that was measured to its end."""
    until = around.clock.monotonic() + seconds
    while around.clock.monotonic() < until:
        if probe_of(around) is None or around.cancelled():
            return False
        await around.clock.sleep(_POLL_SECONDS)
    return True


@dataclass
class Endure:
    """Writes have to go on meanwhile."""

    around: Surroundings
    seconds: float

    async def run(self) -> StepResult:
        whole = await watched(self.around, self.seconds)
        return done(f"watched for {units.duration(self.seconds)}" if whole else "ended early")

    async def look(self) -> StepResult:
        return not_done("watching once more does no harm")

    async def undo(self) -> StepResult:
        return undone("watching changes nothing")


@dataclass
class Settle:
    """Clients write to the new primary before the next fault, so that each is measured for itself."""

    around: Surroundings

    async def run(self) -> StepResult:
        handle = probe_of(self.around)
        if handle is None:
            return done("nobody measures any more")
        flows = await handle.flows(_FLOW_SECONDS)
        if flows and await watched(self.around, BASELINE_SECONDS):
            return done("writes flow")
        return done("ended early" if flows else f"writes did not flow within {units.duration(_FLOW_SECONDS)}")

    async def look(self) -> StepResult:
        return not_done("waiting once more does no harm")

    async def undo(self) -> StepResult:
        return undone("waiting changes nothing")


@dataclass
class VerifyFailback:
    """A switchover's verification, which leaves what the drill itself has found as it is."""

    verify: VerifySwitchover

    async def run(self) -> StepResult:
        result = await self.verify.run()
        return replace(result, facts={"failback_full_resync": result.facts.get("full_resync")})

    async def look(self) -> StepResult:
        return await self.verify.look()

    async def undo(self) -> StepResult:
        return await self.verify.undo()
