"""Servers that are started and restarted, and the wait until they are linked again."""

from dataclasses import dataclass

from redistui.model import units
from redistui.model.clock import Clock
from redistui.model.errors import ProviderError
from redistui.model.sample import LinkState, NodeSample
from redistui.model.topology import Pair, Role
from redistui.provider.machine import Machine

from ..session import NodeSession
from ..step import StepResult, done, failed, not_done, undone
from .trouble import SILENT, provider_failed

POLL_SECONDS = 0.05


@dataclass
class StartNode:
    machine: Machine
    pair: Pair
    session: NodeSession

    async def run(self) -> StepResult:
        self.session.expect(None)
        try:
            await self.machine.start(self.pair, self.session.node)
        except ProviderError as error:
            return provider_failed(f"{self.session.address} does not run", error)
        return done(f"{self.session.address} runs")

    async def look(self) -> StepResult:
        self.session.expect(None)
        try:
            await self.session.info("server")
        except SILENT as error:
            return not_done(str(error))
        return done(f"{self.session.address} answers")

    async def undo(self) -> StepResult:
        try:
            await self.machine.stop(self.pair, self.session.node, save=True)
        except ProviderError as error:
            return provider_failed(f"{self.session.address} is not stopped again", error)
        return undone(f"{self.session.address} is stopped again")


@dataclass
class RestartNode:
    """`role` is what it must be right before, `run_id` the process that the plan saw: another one is the new one."""

    machine: Machine
    pair: Pair
    session: NodeSession
    role: Role
    run_id: str | None

    async def run(self) -> StepResult:
        try:
            sample = await self.session.info()
        except SILENT:
            sample = None  # stopped by a runner that was killed, or hung: the restart starts it
        if sample is not None and sample.role is not self.role:
            return failed(f"{self.session.address} is {sample.role.value}, not {self.role.value}: it is not restarted")
        self.session.expect(None)
        try:
            await self.machine.restart(self.pair, self.session.node)
            await self.session.close()
            started = await self.session.info()
        except (ProviderError, *SILENT) as error:
            if isinstance(error, ProviderError):
                return provider_failed(f"{self.session.address} is not restarted", error)
            return failed(f"{self.session.address} was restarted and does not answer: {error}")
        if started.run_id == self.run_id:
            return failed(f"{self.session.address} is still the same process: the restart did nothing")
        return done(f"{self.session.address} runs anew as {started.role.value}")

    async def look(self) -> StepResult:
        self.session.expect(None)
        try:
            sample = await self.session.info()
        except SILENT as error:
            return not_done(str(error))
        if sample.run_id != self.run_id:
            return done(f"{self.session.address} runs anew as {sample.role.value}")
        return not_done(f"{self.session.address} was not restarted")

    async def undo(self) -> StepResult:
        """A restart needs no undoing; one that was interrupted half-way leaves a server to be started."""
        self.session.expect(None)
        try:
            await self.session.info("server")
        except SILENT:
            try:
                await self.machine.start(self.pair, self.session.node)
            except ProviderError as error:
                return provider_failed(f"{self.session.address} does not run", error)
        return undone(f"{self.session.address} runs")


@dataclass
class WaitLinked:
    """The link is up, and the node has reached what the upstream had when the link came up. The limit counts anew as
    long as a sync or the offset makes progress."""

    session: NodeSession
    upstream: NodeSession
    clock: Clock
    limit_seconds: float
    full_resyncs_before: int | None

    async def run(self) -> StepResult:
        since, seen = self.clock.monotonic(), None
        mark: int | None = None
        problem = ""
        while self.clock.monotonic() - since < self.limit_seconds:
            try:
                node, upstream = await self.session.info(), await self.upstream.info()
            except SILENT as error:
                problem = str(error)
            else:
                if upstream.role is not Role.PRIMARY:
                    return failed(f"{self.upstream.address} is {upstream.role.value}: there is nothing to follow")
                problem = self._missing(node)
                progress = (node.link, node.offset, node.sync_left_bytes, node.loading_eta_seconds)
                if problem and progress != seen:
                    since, seen = self.clock.monotonic(), progress
                if not problem:
                    mark = upstream.offset if mark is None else mark
                    if node.offset is not None and mark is not None and node.offset >= mark:
                        return self._done(upstream)
                    problem = f"it is at {node.offset} of {mark}"
            await self.clock.sleep(POLL_SECONDS)
        limit = units.duration(self.limit_seconds)
        return failed(f"{self.session.address} is not linked to {self.upstream.address} after {limit}: {problem}")

    async def look(self) -> StepResult:
        return not_done("it is waited for once more")

    async def undo(self) -> StepResult:
        return undone("nothing to undo")

    def _missing(self, node: NodeSample) -> str:
        if node.role is not Role.REPLICA:
            return f"it is {node.role.value}"
        if node.loading:
            return "it is loading"
        return "" if node.link is LinkState.UP else f"its link is {node.link.value if node.link else 'unknown'}"

    def _done(self, upstream: NodeSample) -> StepResult:
        full = None
        if upstream.full_resyncs is not None and self.full_resyncs_before is not None:
            full = upstream.full_resyncs > self.full_resyncs_before
        how = {True: "after a full sync", False: "after a partial sync", None: ""}[full]
        words = f"{self.session.address} is linked and has caught up {how}".rstrip()
        return done(words, full_resync=full, replication_offset=upstream.offset)
