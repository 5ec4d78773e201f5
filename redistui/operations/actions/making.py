"""Making a pair: what nodes share, each node, its start. Undone, exactly what this operation made is gone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from redistui.model.errors import ConfigurationError, ProviderError
from redistui.model.plan import PlannedStep
from redistui.model.topology import Node, Pair, Role
from redistui.provider.capabilities import Verb
from redistui.provider.machine import Machine
from redistui.provider.provisioning import Design, Provisioner

from ..machines import machine_of
from ..session import NodeSession
from ..step import Step, StepResult, done, failed, not_done, undone
from ..subject import provisioner_of
from ..surroundings import Surroundings
from .trouble import SILENT, provider_failed


@dataclass
class CreatePair:
    provisioner: Provisioner
    design: Design
    maker: str

    async def run(self) -> StepResult:
        try:
            await self.provisioner.create_pair(self.design, self.maker)
        except (ProviderError, ConfigurationError) as error:  # the second of a secret's source
            return _failed(f"{self.design.pair.key.name} is not prepared", error)
        return done("prepared, its secret stored")

    async def look(self) -> StepResult:
        return not_done("making it once more changes nothing")

    async def undo(self) -> StepResult:
        return await removed(self.provisioner, self.design.pair, self.maker)


@dataclass
class CreateNode:
    provisioner: Provisioner
    design: Design
    node: Node
    maker: str

    async def run(self) -> StepResult:
        try:
            await self.provisioner.create_node(self.design, self.node, self.maker)
        except (ProviderError, ConfigurationError) as error:
            return _failed(f"{self.node.id} is not made", error)
        return done(f"{self.node.id} is made")

    async def look(self) -> StepResult:
        return not_done("making it once more changes nothing")

    async def undo(self) -> StepResult:
        try:
            await self.provisioner.remove_node(self.design.pair, self.node, self.maker)
        except ProviderError as error:
            return provider_failed(f"{self.node.id} is not removed", error)
        return undone(f"{self.node.id} is gone")


@dataclass
class StartCreated:
    """Running, answering, and in the role it was made for."""

    machine: Machine
    pair: Pair
    session: NodeSession
    role: Role

    async def run(self) -> StepResult:
        try:
            await self.machine.start(self.pair, self.session.node)
        except (ProviderError, ConfigurationError) as error:
            return _failed(f"{self.session.address} does not run", error)
        return await self._answers(failed)

    async def look(self) -> StepResult:
        return await self._answers(not_done)

    async def undo(self) -> StepResult:
        return undone("it ends when it is removed")

    async def _answers(self, otherwise: Callable[[str], StepResult]) -> StepResult:
        address = self.session.address
        try:
            sample = await self.session.info()
        except (*SILENT, ProviderError, ConfigurationError) as error:
            return otherwise(f"{address} gives no answer: {error}")
        if sample.role is not self.role:
            return otherwise(f"{address} says that it is {sample.role.value}, not {self.role.value}")
        software = f"{sample.software or 'Redis'} {sample.version or ''}".strip()
        return done(
            f"{address} answers as {self.role.value}, {software}", **{f"{self.session.node.id} address": address}
        )


async def removed(provisioner: Provisioner, pair: Pair, maker: str) -> StepResult:
    try:
        await provisioner.remove_pair(pair, maker)
        left = await provisioner.remains(pair, maker)
    except ProviderError as error:
        return provider_failed(f"{pair.key.name} is not removed", error)
    return undone(f"nothing of {pair.key.name} is left") if left is None else failed(f"{pair.key.name} is still there")


def _failed(what: str, error: ProviderError | ConfigurationError) -> StepResult:
    if isinstance(error, ProviderError):
        return provider_failed(what, error)
    return failed(f"{what}: {error.message}" + (f" ({error.hint})" if error.hint else ""))


def _create_pair(_: PlannedStep, around: Surroundings) -> Step:
    return CreatePair(provisioner_of(around.provider, Verb.PROVISION), _design(around), around.operation)


def _create_node(planned: PlannedStep, around: Surroundings) -> Step:
    node = around.sessions[planned.node].node
    return CreateNode(provisioner_of(around.provider, Verb.PROVISION), _design(around), node, around.operation)


def _start_created(planned: PlannedStep, around: Surroundings) -> Step:
    role = Role(str(planned.values["role"]))
    return StartCreated(machine_of(around.provider), around.pair, around.sessions[planned.node], role)


def _design(around: Surroundings) -> Design:
    assert around.design is not None
    return around.design


MAKING: Mapping[str, Callable[[PlannedStep, Surroundings], Step]] = {
    "create-pair": _create_pair,
    "create-node": _create_node,
    "start-created": _start_created,
}
