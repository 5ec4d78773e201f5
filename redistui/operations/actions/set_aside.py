"""The losing side of a split brain: its writes are held, and what it holds is saved and copied aside before it goes."""

from dataclasses import dataclass
from pathlib import Path

from redistui.model import units
from redistui.model.clock import Clock
from redistui.model.errors import ProviderError
from redistui.model.topology import Pair, Role
from redistui.provider.machine import Machine

from ..session import AnswerLost, NodeSession, Refused
from ..step import StepResult, done, failed, not_done, undone, unknown
from .trouble import SILENT, TROUBLE, provider_failed

POLL_SECONDS = 0.05
SAVE_LIMIT_SECONDS = 600.0


@dataclass
class PauseWrites:
    """What the losing side took after its snapshot would be in no copy. A pause lapses by itself."""

    session: NodeSession
    seconds: float

    async def run(self) -> StepResult:
        try:
            await self.session.change("CLIENT", "PAUSE", round(self.seconds * 1000), "WRITE")
        except (Refused, *SILENT) as error:
            return failed(f"{self.session.address}: {error}")
        except AnswerLost as lost:
            return unknown(f"CLIENT PAUSE on {self.session.address}: {lost}")
        return done(f"{self.session.address} takes no writes for {units.duration(self.seconds)}")

    async def look(self) -> StepResult:
        return not_done("it may have lapsed: pausing once more does no harm")

    async def undo(self) -> StepResult:
        try:
            await self.session.change("CLIENT", "UNPAUSE")
        except TROUBLE as error:
            return failed(f"{self.session.address} may still hold writes back until the pause lapses: {error}")
        return undone(f"{self.session.address} takes writes again")


@dataclass
class SetAside:
    """A new save that succeeded, then a copy of it; without `machine` it stays where the server keeps it."""

    session: NodeSession
    machine: Machine | None
    pair: Pair
    clock: Clock
    file: Path

    async def run(self) -> StepResult:
        try:
            problem = await self._save()
        except TROUBLE as error:
            return failed(f"{self.session.address} did not save: {error}")
        if problem:
            return failed(problem)
        if self.machine is None:
            where = await self._where()
            return done(f"saved by {self.session.address} in {where}; a resync there replaces it", kept=where)
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            await self.machine.fetch(self.pair, self.session.node, self.file)
            size = self.file.stat().st_size
        except ProviderError as error:
            return provider_failed("the snapshot was not copied aside", error)
        except OSError as error:
            return failed(f"the snapshot was not copied aside: {self.file}: {error.strerror}")
        return done(f"{units.size(size)} copied to {self.file}", kept=str(self.file), kept_bytes=size)

    async def look(self) -> StepResult:
        return not_done("it is saved once more")

    async def undo(self) -> StepResult:
        return undone("the copy is kept")

    async def _save(self) -> str:
        """Why there is no new successful save; empty when there is one."""
        until = self.clock.monotonic() + SAVE_LIMIT_SECONDS
        while (before := await self.session.info("persistence")).save_in_progress:
            if self.clock.monotonic() >= until:
                return f"{self.session.address} has been saving for {units.duration(SAVE_LIMIT_SECONDS)}"
            await self.clock.sleep(POLL_SECONDS)
        if (role := (await self.session.info("replication")).role) is not Role.PRIMARY:
            return f"{self.session.address} is {role.value} by now"
        # LASTSAVE counts whole seconds: two saves within one could not be told apart.
        while before.last_save_at is not None and self.clock.now() < before.last_save_at + 1:
            await self.clock.sleep(POLL_SECONDS)
        await self.session.change("BGSAVE")
        while (after := await self.session.info("persistence")).save_in_progress:
            if self.clock.monotonic() >= until:
                return f"{self.session.address} did not save within {units.duration(SAVE_LIMIT_SECONDS)}"
            await self.clock.sleep(POLL_SECONDS)
        if after.last_save_ok and after.last_save_at != before.last_save_at:
            return ""
        return f"{self.session.address} could not save: its log tells why"

    async def _where(self) -> str:
        parts = []
        for setting in ("dir", "dbfilename"):
            try:
                reply = await self.session.change("CONFIG", "GET", setting)
            except TROUBLE:
                return "its data folder"
            value = reply[1] if isinstance(reply, list) and len(reply) == 2 else b""
            parts.append(value.decode(errors="replace") if isinstance(value, bytes) else "")
        return "/".join(parts)
