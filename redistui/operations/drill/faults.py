"""The steps that break something on purpose. None of them acts while nobody measures."""

import asyncio
from dataclasses import dataclass

from redistui.model import units
from redistui.model.errors import ProviderError
from redistui.model.sample import LinkState, NodeSample
from redistui.model.topology import Node, NodeState, Role
from redistui.provider.machine import Machine

from ..actions.swap import SwapRoles
from ..actions.trouble import SILENT, provider_failed
from ..session import NodeSession
from ..step import StepResult, done, failed, forward_only, not_done, undone, unknown
from ..surroundings import Surroundings
from .health import left_to_do
from .measuring import probe_of

_UNMEASURED = "nobody measures any more, since the probe has gone: nothing was changed"
_CONFIRM_SECONDS = 60.0
_SILENT_SECONDS = 2.0
_ANSWER_SECONDS = 1.0
_POLL_SECONDS = 0.1


@dataclass
class MeasuredSwap:
    """The roles are swapped while the probe lives; one that was begun is finished in any case."""

    swap: SwapRoles
    around: Surroundings

    async def run(self) -> StepResult:
        if probe_of(self.around) is None:
            try:
                role = (await self.swap.old.info("replication")).role
            except SILENT as error:
                return failed(f"{error}; nothing was changed")
            if role is Role.PRIMARY:
                return failed(_UNMEASURED)
        return await self.swap.run()

    async def look(self) -> StepResult:
        return await self.swap.look()

    async def undo(self) -> StepResult:
        return await self.swap.undo()


@dataclass
class OnMachine:
    """A step that asks the provider's hand on the machine."""

    machine: Machine
    node: Node
    around: Surroundings

    @property
    def session(self) -> NodeSession:
        return self.around.sessions[self.node.id]

    async def state(self) -> NodeState | StepResult:
        try:
            return await self.machine.state(self.around.pair, self.node)
        except ProviderError as error:
            return unknown(error.message)


@dataclass
class KillNode(OnMachine):
    """As a crash does. `undo` starts a replica again; a primary is past any way back: its data may be older."""

    primary: bool

    async def run(self) -> StepResult:
        if probe_of(self.around) is None:
            return failed(_UNMEASURED)
        try:
            await self.machine.kill(self.around.pair, self.node)
        except ProviderError as error:
            return provider_failed(f"{self.node.address}", error)
        return done(f"{self.node.address} was killed")

    async def look(self) -> StepResult:
        state = await self.state()
        if isinstance(state, StepResult):
            return state
        return done("it does not run") if state in (NodeState.STOPPED, NodeState.FAILED) else not_done("it runs")

    async def undo(self) -> StepResult:
        state = await self.state()
        if isinstance(state, StepResult):
            return state
        if state is NodeState.RUNNING:
            return undone("it runs")
        if self.primary:
            return forward_only(f"{self.node.address} does not run any more: the replica takes over")
        return await _start_again(self) or await _whole(self.around, f"{self.node.address} was started again")


@dataclass
class FreezeNode(OnMachine):
    """As a hang does. `undo` lets it go on: nothing was lost."""

    async def run(self) -> StepResult:
        if probe_of(self.around) is None:
            return failed(_UNMEASURED)
        try:
            await self.machine.freeze(self.around.pair, self.node)
        except ProviderError as error:
            return provider_failed(f"{self.node.address}", error)
        return done(f"{self.node.address} hangs")

    async def look(self) -> StepResult:
        state = await self.state()
        if isinstance(state, StepResult):
            return state
        return done("it hangs") if state is NodeState.PAUSED else not_done(f"it is {state.value}")

    async def undo(self) -> StepResult:
        try:
            if await self.machine.state(self.around.pair, self.node) is NodeState.PAUSED:
                await self.machine.thaw(self.around.pair, self.node)
        except ProviderError as error:
            return provider_failed(f"{self.node.address}", error)
        return await _whole(self.around, f"{self.node.address} goes on")


@dataclass
class ConfirmDeath(OnMachine):
    """Nothing is promoted before the primary is silent here, and the replica or the provider says the same."""

    new: NodeSession
    run_id: str | None  # of the process that was broken

    async def run(self) -> StepResult:
        clock = self.around.clock
        until = clock.monotonic() + _CONFIRM_SECONDS
        silent_since: float | None = None
        self.session.expect(None)
        while clock.monotonic() < until:
            answer = await self._answer()
            now = clock.monotonic()
            if answer is not None:
                silent_since = None
                if answer.role is Role.PRIMARY and answer.run_id not in (None, self.run_id):
                    return done(f"{self.session.address} was started again by its supervisor", primary_restarted=True)
            else:
                silent_since = now if silent_since is None else silent_since
                if witness := await self._witness(now - silent_since):
                    return done(f"{self.session.address} is silent here, and {witness}", primary_restarted=False)
            await clock.sleep(_POLL_SECONDS)
        return failed(f"{self.session.address} still answered after {units.duration(_CONFIRM_SECONDS)}")

    async def look(self) -> StepResult:
        return not_done("it is confirmed once more")

    async def undo(self) -> StepResult:
        return undone("looking changes nothing")

    async def _answer(self) -> NodeSample | None:
        """None: no answer in time."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await self.session.info()
        except (TimeoutError, ProviderError, *SILENT):
            await self.session.close()
            return None

    async def _witness(self, silent_seconds: float) -> str:
        """Who else says so. A hung process is only believed after a silence: a long command looks the same."""
        try:
            sample = await self.new.info("replication")
        except SILENT:
            return ""
        heard = sample.seconds_since_upstream_io
        if sample.link is LinkState.DOWN:
            return f"{self.new.address} has lost its link"
        state = await self.state()
        if state in (NodeState.STOPPED, NodeState.FAILED):
            return "the provider says that it does not run"
        if silent_seconds >= _SILENT_SECONDS and heard is not None and heard >= _SILENT_SECONDS:
            return f"{self.new.address} has heard nothing for {heard} s"
        return ""


async def _whole(around: Surroundings, words: str) -> StepResult:
    """Undone, as soon as the pair is as it was."""
    if left := await left_to_do(around):
        return failed(f"{words}, but {'; '.join(left)}")
    return undone(f"{words}, the pair is whole")


async def _start_again(step: OnMachine) -> StepResult | None:
    """How it failed; None when it runs."""
    try:
        await step.machine.start(step.around.pair, step.node)
    except ProviderError as error:
        return provider_failed(f"{step.node.address} was not started", error)
    step.session.expect(None)
    return None
