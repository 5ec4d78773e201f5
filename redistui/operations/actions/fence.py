"""A node that may not come back as a primary: fenced, its role stored, allowed again."""

from dataclasses import dataclass

from redistui.model.errors import ProviderError
from redistui.model.topology import Node, Pair, Role
from redistui.provider.machine import Machine

from ..step import StepResult, done, not_done, undone, unknown
from .trouble import provider_failed


@dataclass
class Fence:
    """`start_again` after an undo: what it has on its disk is as new as what it had in memory."""

    machine: Machine
    pair: Pair
    node: Node
    start_again: bool
    was_fenced: bool

    async def run(self) -> StepResult:
        try:
            await self.machine.fence(self.pair, self.node)
        except ProviderError as error:
            return provider_failed(f"{self.node.id} is not fenced", error)
        return done(f"{self.node.id} is down and stays down", fenced=self.node.id)

    async def look(self) -> StepResult:
        try:
            fenced = await self.machine.fenced(self.pair, self.node)
        except ProviderError as error:
            return unknown(error.message)
        return done(f"{self.node.id} is fenced", fenced=self.node.id) if fenced else not_done("it is not fenced")

    async def undo(self) -> StepResult:
        if self.was_fenced:
            return undone(f"{self.node.id} was fenced before and stays it")
        try:
            await self.machine.unfence(self.pair, self.node)
            if self.start_again:
                await self.machine.start(self.pair, self.node)
        except ProviderError as error:
            return provider_failed(f"{self.node.id} is not back", error)
        if self.start_again:
            return undone(f"{self.node.id} was started again")
        return undone(
            f"{self.node.id} may be started again and was left as it is: its disk may be older than its replicas' data"
        )


@dataclass
class Unfence:
    machine: Machine
    pair: Pair
    node: Node

    async def run(self) -> StepResult:
        try:
            await self.machine.unfence(self.pair, self.node)
        except ProviderError as error:
            return provider_failed(f"{self.node.id} is still fenced", error)
        return done(f"{self.node.id} may be started")

    async def look(self) -> StepResult:
        return not_done("allowing it once more does no harm")

    async def undo(self) -> StepResult:
        try:
            await self.machine.fence(self.pair, self.node)
        except ProviderError as error:
            return provider_failed(f"{self.node.id} is not fenced again", error)
        return undone(f"{self.node.id} is fenced again")


@dataclass
class StoreRole:
    """Of a node that is down: it starts as a replica of `upstream`."""

    machine: Machine
    pair: Pair
    node: Node
    upstream: Node

    async def run(self) -> StepResult:
        try:
            await self.machine.store_role(self.pair, self.node, self.upstream.peer_address)
        except ProviderError as error:
            return provider_failed(f"the role of {self.node.id} is not stored", error)
        return done(f"{self.node.id} starts as a replica of {self.upstream.peer_address}")

    async def look(self) -> StepResult:
        try:
            stored = await self.machine.stored_role(self.pair, self.node)
        except ProviderError as error:
            return unknown(error.message)
        if stored == (Role.REPLICA, self.upstream.peer_address):
            return done(f"{self.node.id} is stored as a replica of {self.upstream.peer_address}")
        return not_done(f"{self.node.id} is stored as {stored[0].value}")

    async def undo(self) -> StepResult:
        return undone("a replica is the safe role to start in")
