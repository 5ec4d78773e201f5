"""An answer of OK is not an outcome: after a failover, a rejoin or a resolution Redis itself is asked what holds."""

from dataclasses import dataclass

from redistui.model import units
from redistui.model.clock import Clock
from redistui.model.errors import ProviderError
from redistui.model.sample import LinkState, NodeSample
from redistui.model.topology import Pair, Role
from redistui.provider.machine import Machine

from ..session import NodeSession
from ..step import StepResult, done, failed, not_done, undone
from .trouble import SILENT, TROUBLE
from .verify import LINK_LIMIT_SECONDS, PROBE_EXPIRY_SECONDS, PROBE_LIMIT_SECONDS

POLL_SECONDS = 0.05


@dataclass
class VerifyRedundancy:
    """`primary` takes writes, `replicas` get them, and none of `others` takes any. `fenced` must be down."""

    primary: NodeSession
    replicas: tuple[NodeSession, ...]
    others: tuple[NodeSession, ...]
    fenced: NodeSession | None
    machine: Machine | None
    pair: Pair
    clock: Clock
    operation: str

    async def run(self) -> StepResult:
        problem = await self._fence_holds() or await self._nobody_else_leads() or await self._linked()
        problem = problem or await self._probe()
        if problem:
            return failed(problem)
        told = ", ".join(replica.address for replica in self.replicas)
        words = [f"{self.primary.address} leads alone and takes writes"]
        words += [f"a probe write was read back on {told}"] if told else ["it has no replica: redistui rejoin"]
        words += [f"{self.fenced.address} is fenced"] if self.fenced else []
        return done("; ".join(words), replicas=len(self.replicas))

    async def look(self) -> StepResult:
        return not_done("it is verified once more")

    async def undo(self) -> StepResult:
        return undone("nothing to undo")

    async def _fence_holds(self) -> str:
        if self.fenced is None or self.machine is None:
            return ""
        try:
            holds = await self.machine.fenced(self.pair, self.fenced.node)
        except ProviderError as error:
            return f"whether {self.fenced.address} is fenced is unknown: {error.message}"
        return "" if holds else f"{self.fenced.address} is not fenced any more"

    async def _nobody_else_leads(self) -> str:
        for other in (*self.replicas, *self.others):
            try:
                sample = await other.info("replication")
            except SILENT:
                continue
            if sample.role is Role.PRIMARY:
                return f"{other.address} says that it is a primary: there are two (redistui resolve)"
        return ""

    async def _linked(self) -> str:
        until = self.clock.monotonic() + LINK_LIMIT_SECONDS
        while True:
            try:
                primary = await self.primary.info("replication")
                if primary.role is not Role.PRIMARY:
                    return f"{self.primary.address} says that it is {primary.role.value}"
                samples = [(one.address, await one.info("replication")) for one in self.replicas]
                behind = [address for address, sample in samples if not _is_linked(sample, primary)]
                problem = f"not linked: {', '.join(behind)}" if behind else ""
            except SILENT as error:
                problem = str(error)
            if not problem:
                return ""
            if self.clock.monotonic() >= until:
                return f"{problem}, after {units.duration(LINK_LIMIT_SECONDS)}"
            await self.clock.sleep(POLL_SECONDS)

    async def _probe(self) -> str:
        """Why a write on the primary does not show on its replicas; empty when it does."""
        key, value = f"redistui:probe:{self.operation}", self.operation.encode()
        try:
            await self.primary.change("SET", key, value, "EX", PROBE_EXPIRY_SECONDS)
            until = self.clock.monotonic() + PROBE_LIMIT_SECONDS
            for replica in self.replicas:
                while await replica.change("GET", key) != value:
                    if self.clock.monotonic() >= until:
                        return f"a write on {self.primary.address} did not reach {replica.address}"
                    await self.clock.sleep(POLL_SECONDS)
            await self.primary.change("DEL", key)
        except TROUBLE as error:
            return f"the probe write failed: {error}"
        return ""


def _is_linked(replica: NodeSample, primary: NodeSample) -> bool:
    return (
        replica.role is Role.REPLICA
        and replica.link is LinkState.UP
        and replica.replication_id == primary.replication_id
    )
