"""Ending a pair: its servers, then all that was made for it. What is gone already is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.operation import StepStatus
from redistui.model.plan import PlannedStep
from redistui.model.topology import NodeState, Pair
from redistui.provider.capabilities import Verb
from redistui.provider.machine import Machine
from redistui.provider.provisioning import Provisioner

from ..machines import machine_of
from ..session import NodeSession
from ..step import Step, StepResult, done, forward_only, not_done, undone
from ..subject import provisioner_of
from ..surroundings import Surroundings
from .making import removed
from .trouble import provider_failed

_NO_WAY_BACK = "what has ended stays ended"


@dataclass
class EndNode:
    """Without saving: its data goes away."""

    machine: Machine
    provisioner: Provisioner
    pair: Pair
    session: NodeSession
    maker: str

    async def run(self) -> StepResult:
        looked = await self.look()
        if looked.status is not StepStatus.NOT_DONE:
            return looked
        try:
            await self.session.close()
            await self.machine.stop(self.pair, self.session.node, save=False)
        except ProviderError as error:
            return provider_failed(f"{self.session.address} does not end", error)
        return done(f"{self.session.address} has ended")

    async def look(self) -> StepResult:
        """A pair of the same name that somebody else made meanwhile is not touched."""
        try:
            left = await self.provisioner.remains(self.pair, self.maker)
            if left is None or self.session.node.id not in left:
                return done(f"{self.session.address} is gone")
            state = await self.machine.state(self.pair, self.session.node)
        except ProviderError as error:
            if error.kind is ProviderErrorKind.NOT_FOUND:
                return done(f"{self.session.address} is gone")
            return provider_failed(f"{self.session.address} cannot be looked at", error)
        if state in (NodeState.STOPPED, NodeState.FAILED):
            return done(f"{self.session.address} is down")
        return not_done(f"{self.session.address} is {state.value}")

    async def undo(self) -> StepResult:
        looked = await self.look()
        if looked.status is StepStatus.NOT_DONE:
            return undone(f"{self.session.address} was not ended")
        return forward_only(_NO_WAY_BACK) if looked.status is StepStatus.DONE else looked


@dataclass
class RemovePair:
    provisioner: Provisioner
    pair: Pair
    maker: str

    async def run(self) -> StepResult:
        result = await removed(self.provisioner, self.pair, self.maker)
        return done(result.detail) if result.status is StepStatus.UNDONE else result

    async def look(self) -> StepResult:
        return not_done("removing it once more changes nothing")

    async def undo(self) -> StepResult:
        return forward_only(_NO_WAY_BACK)


def _end_node(planned: PlannedStep, around: Surroundings) -> Step:
    provisioner = provisioner_of(around.provider, Verb.DESTROY)
    session = around.sessions[planned.node]
    return EndNode(machine_of(around.provider), provisioner, around.pair, session, _maker(around))


def _remove_pair(_: PlannedStep, around: Surroundings) -> Step:
    return RemovePair(provisioner_of(around.provider, Verb.DESTROY), around.pair, _maker(around))


def _maker(around: Surroundings) -> str:
    return next(str(step.values["maker"]) for step in around.plan.steps if step.action == "remove-pair")


ENDING: Mapping[str, Callable[[PlannedStep, Surroundings], Step]] = {
    "end-node": _end_node,
    "remove-pair": _remove_pair,
}
