"""Operations in a place of their own: a real embedded pair, a real journal, a runner that can be killed anywhere."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from redistui_embedded import EmbeddedProvider, configfile, ports
from redistui_embedded.binary import find_server
from redistui_embedded.layout import NodeFolder, NodeRecord, PairRecord, PairStore, write_private, write_record

from redistui.config.load import load
from redistui.config.secrets import Secrets
from redistui.model.clock import SYSTEM_CLOCK
from redistui.model.endpoint import Address
from redistui.model.operation import Outcome
from redistui.model.plan import Plan
from redistui.model.secret import Secret
from redistui.model.topology import Node, Pair, PairKey
from redistui.operations import control, launch, runner, verbs
from redistui.operations.places import journal_path
from redistui.operations.record import OperationRecord, read
from redistui.store.journal import Journal
from redistui.wire.client import Connection
from redistui.wire.failures import WireFailure
from redistui.workspace.workspace import Workspace

from .binaries import SERVERS
from .embedded import servers as server_processes
from .mortal import Mortality
from .redis_server import ReplicatedPair
from .waiting import eventually

NAME = "orders"
PASSWORD = "planted-orders-password"
KEY = PairKey("local", NAME)


@dataclass
class Place:
    folder: Path
    workspace: Workspace
    key: PairKey = KEY

    @property
    def provider(self) -> Any:
        connection = self.workspace.connection(self.key.provider)
        assert connection is not None
        return connection.provider

    async def pair(self) -> Pair:
        return (await verbs.find(self.workspace, self.key))[1]

    async def node(self, node_id: str) -> Node:
        return next(node for node in (await self.pair()).nodes if node.id == node_id)

    async def ports(self) -> list[int]:
        return [node.address.port for node in (await self.pair()).nodes]

    async def plan(self, verb: str, **values: str) -> Plan:
        return await verbs.plan(verb, self.workspace, self.key, values, SYSTEM_CLOCK)

    def begin(self, plan: Plan, *, force: bool = False) -> str:
        with self.journal() as journal:
            return launch.begin(journal, plan, reason="test", force=force, typed_name=plan.pair.name)

    async def run(self, operation: str, mortality: Mortality | None = None) -> Outcome:
        """As the runner's process does; `mortality` kills it. Raises Killed then."""
        with self.journal(mortality) as journal, pytest.MonkeyPatch.context() as patched:
            if mortality:
                mortality.take(patched, self.provider)
            return await runner.run(operation, self.workspace, journal, self.folder)

    async def perform(self, verb: str, *, force: bool = False, **values: str) -> OperationRecord:
        operation = self.begin(await self.plan(verb, **values), force=force)
        await self.run(operation)
        return self.record(operation)

    async def resume(self, operation: str) -> Outcome:
        with self.journal() as journal:
            control.resume(journal, self.folder, operation)
        return await self.run(operation)

    async def roll_back(self, operation: str) -> Outcome | None:
        """None where it is refused: past the point of no return."""
        from redistui.model.errors import RefusedError

        with self.journal() as journal:
            try:
                control.roll_back(journal, self.folder, operation)
            except RefusedError:
                return None
        return await self.run(operation)

    def record(self, operation: str) -> OperationRecord:
        with self.journal() as journal:
            assert journal.verify() == ()
            return read(journal, operation)

    def journal(self, mortality: Mortality | None = None) -> Any:
        from contextlib import closing

        path = journal_path(self.folder)
        return closing(mortality.journal(path) if mortality else Journal(path))

    async def ask(self, node_id: str, *command: str | int) -> Any:
        pair = await self.pair()
        node = next(node for node in pair.nodes if node.id == node_id)
        connection = await Connection.open(await self.provider.endpoint(pair, node))
        try:
            return await connection.call(*command)
        finally:
            connection.close()

    async def roles(self) -> dict[str, str]:
        """What each node says it is, or `down`."""
        told = {}
        for node in (await self.pair()).nodes:
            try:
                told[node.id] = {b"master": "primary", b"slave": "replica"}[(await self.ask(node.id, "ROLE"))[0]]
            except WireFailure:
                told[node.id] = "down"
        return told

    async def wait_linked(self, *node_ids: str) -> None:
        async def linked() -> bool:
            try:
                roles = [await self.ask(node_id, "ROLE") for node_id in node_ids]
            except WireFailure:
                return False
            return all(role[0] == b"slave" and role[3] == b"connected" for role in roles)

        await eventually(linked, f"{', '.join(node_ids)} are linked", 20)


@asynccontextmanager
async def embedded_place(
    folder: Path,
    *,
    nodes: int = 2,
    version: str = "7.0",
    directives: tuple[tuple[str, ...], ...] = (("save", ""),),
    patch: pytest.MonkeyPatch,
) -> AsyncIterator[Place]:
    """A pair of the connection `local`: node-1 leads, all linked. Nothing is left of it afterwards."""
    state = folder / "state"
    state.mkdir(mode=0o700, parents=True)
    patch.setenv("REDISTUI_STATE", str(state))
    patch.setenv("REDISTUI_CONFIG", str(folder / "config.toml"))
    workspace = Workspace.open(load(), Secrets())
    place = Place(state, workspace)
    provider = place.provider
    assert isinstance(provider, EmbeddedProvider)
    make_pair(provider.store, nodes, version, directives)
    try:
        for node in (await place.pair()).nodes:
            await provider.start(await place.pair(), node)
        await place.wait_linked(*(f"node-{number}" for number in range(2, nodes + 1)))
        yield place
    finally:
        await workspace.close()
        for process in server_processes(folder):
            process.kill()


def make_pair(store: PairStore, nodes: int, version: str, directives: tuple[tuple[str, ...], ...]) -> None:
    store.ready()
    program = find_server(str(SERVERS[version]))
    records = tuple(
        NodeRecord(f"node-{number}", port, str(program.path), program.version)
        for number, port in enumerate(ports.free_ports(nodes), 1)
    )
    with store.creating(NAME) as (draft, final):
        for record in records:
            home, drafted = final.node(record.id), NodeFolder(draft / record.id)
            config = configfile.NewConfig(
                port=record.port,
                password=Secret(PASSWORD),
                data_folder=home.data_folder,
                log_file=home.log_file,
                pid_file=home.pid_file,
                replica_of=None if record is records[0] else Address(ports.LOOPBACK, records[0].port),
                directives=directives,
            )
            drafted.path.mkdir(mode=0o700)
            drafted.data_folder.mkdir(mode=0o700)
            write_private(drafted.config_file, configfile.render(config, program.version))
        write_record(draft, PairRecord(NAME, demo=False, nodes=records))


def assert_ended(record: OperationRecord, outcome: Outcome) -> None:
    told: Mapping[str, object] = {
        planned.action: (step.status.value, step.detail)
        for planned, step in zip(record.plan.steps, record.state.steps, strict=True)
    }
    assert record.state.outcome is outcome, (told, record.refused)


@asynccontextmanager
async def static_place(
    folder: Path, servers: ReplicatedPair, patch: pytest.MonkeyPatch, **commands: list[str]
) -> AsyncIterator[Place]:
    """A pair by address, `legacy/orders`, with these commands."""
    state, config = folder / "state", folder / "config.toml"
    state.mkdir(mode=0o700, parents=True)
    lines = ["[providers.legacy]", 'type = "static"', "[[providers.legacy.pairs]]", f'name = "{NAME}"']
    lines.append(f'primary = "{servers.primary.address}"')
    lines.append(f"replicas = {json.dumps([str(replica.address) for replica in servers.replicas])}")
    lines += ["[providers.legacy.pairs.commands]", *(f"{name} = {json.dumps(one)}" for name, one in commands.items())]
    config.touch(mode=0o600)
    config.write_text("\n".join(lines) + "\n")
    patch.setenv("REDISTUI_STATE", str(state))
    patch.setenv("REDISTUI_CONFIG", str(config))
    workspace = Workspace.open(load(), Secrets())
    try:
        yield Place(state, workspace, PairKey("legacy", NAME))
    finally:
        await workspace.close()
