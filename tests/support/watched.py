"""Workspaces of made-up providers over real or scripted servers, for tests of the monitor."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from redistui.config.settings import Configuration
from redistui.model.clock import SYSTEM_CLOCK, Clock
from redistui.model.endpoint import Address, Endpoint
from redistui.model.secret import Secret, SecretReference
from redistui.model.snapshot import FleetSnapshot, PairSnapshot, Status
from redistui.model.topology import Control, Node, Pair, PairKey, Role
from redistui.monitor.monitor import Monitor
from redistui.provider.capabilities import Capabilities, Capability, Verb
from redistui.provider.context import ProviderContext
from redistui.provider.contract import Provider
from redistui.workspace.workspace import OpenConnection, Workspace

from .waiting import wait_until


class _NoSecrets:
    async def resolve(self, reference: SecretReference) -> Secret:
        raise AssertionError(f"no secret is needed here: {reference}")


class ListedProvider(Provider):
    """Tells the pairs it was given. `pairs` may be replaced; then call `tell_change`."""

    type = "listed"
    summary = "pairs by address, for tests"
    control = Control.SELF_MANAGED
    verbs: ClassVar[Capabilities] = {}

    def __init__(self, context: ProviderContext) -> None:
        super().__init__(context)
        self.pairs: Sequence[Pair] = ()
        self.password: str | None = None
        self.failure: Exception | None = None
        self.delay_seconds = 0.0
        self.endpoint_failure: Exception | None = None
        self.discoveries = 0
        self.closed = False
        self._change: asyncio.Event | None = None

    @classmethod
    def capabilities(cls) -> Capabilities:
        return cls.verbs

    async def discover(self) -> AsyncIterator[Pair]:
        self.discoveries += 1
        await asyncio.sleep(self.delay_seconds)
        for pair in self.pairs:
            yield pair
        if self.failure is not None:
            raise self.failure

    async def changed(self) -> None:
        self._change = asyncio.Event()
        await self._change.wait()

    async def endpoint(self, pair: Pair, node: Node) -> Endpoint:
        if self.endpoint_failure is not None:
            raise self.endpoint_failure
        return Endpoint(node.address, password=None if self.password is None else Secret(self.password))

    async def logs(self, pair: Pair, node: Node, lines: int) -> Sequence[str]:
        return [f"log of {node.id}"][:lines]

    async def close(self) -> None:
        self.closed = True


class AbleProvider(ListedProvider):
    """Can do more than a list of addresses."""

    type = "able"
    verbs: ClassVar[Capabilities] = {Verb.LOGS: Capability.yes(), Verb.START: Capability.yes()}


def listed(name: str = "test", kind: Callable[[ProviderContext], ListedProvider] = ListedProvider) -> ListedProvider:
    folder = Path("/nonexistent")
    return kind(ProviderContext(name, "", {}, _NoSecrets(), folder, folder))


def pair_of(provider: str, name: str, primary: Address, *replicas: Address) -> Pair:
    """A pair whose node ids are `primary`, `replica`, `replica-2` …"""
    ids = ["primary", "replica", *(f"replica-{number}" for number in range(2, len(replicas) + 1))]
    nodes = tuple(
        Node(node_id, address, address, Role.REPLICA if number else Role.PRIMARY)
        for number, (node_id, address) in enumerate(zip(ids, (primary, *replicas), strict=False))
    )
    return Pair(PairKey(provider, name), "listed", Control.SELF_MANAGED, nodes)


def workspace_of(*providers: ListedProvider, broken: Iterable[OpenConnection] = ()) -> Workspace:
    connections = [OpenConnection(provider.context.name, provider.type, "", provider) for provider in providers]
    return Workspace(Configuration(), (*connections, *broken))


@contextlib.contextmanager
def watching(*providers: ListedProvider, clock: Clock = SYSTEM_CLOCK, **more: Any) -> Iterator[Monitor]:
    monitor = Monitor(workspace_of(*providers, **more), clock=clock)
    monitor.start()
    try:
        yield monitor
    finally:
        monitor.stop()


class Seen:
    """Every snapshot that a monitor published, and waiting for one that is as wanted."""

    def __init__(self, monitor: Monitor) -> None:
        self.monitor = monitor
        self.snapshots: list[FleetSnapshot] = []
        monitor.subscribe(self.snapshots.append)

    def until(self, wanted: Callable[[FleetSnapshot], object], what: str, limit_seconds: float = 10.0) -> FleetSnapshot:
        wait_until(lambda: bool(wanted(self.monitor.latest)), what, limit_seconds)
        return self.monitor.latest


def only_pair(fleet: FleetSnapshot) -> PairSnapshot:
    (pair,) = fleet.pairs
    return pair


def findings_of(fleet: FleetSnapshot) -> dict[str, str]:
    """Rule to message, over all pairs."""
    return {told.rule: told.message for pair in fleet.pairs for told in pair.findings}


def statuses(fleet: FleetSnapshot) -> dict[str, Status]:
    return {pair.key.name: pair.status for pair in fleet.pairs}
