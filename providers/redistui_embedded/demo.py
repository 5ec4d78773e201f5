"""Pairs to practise on: made, started, given a sample load, and removed again.

Every step looks at what is there, so that an interrupted start is finished, or cleared away, by the next one.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Sequence

from redistui.model.endpoint import Address
from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.secret import Secret

from . import configfile, lifecycle, load_process, ports, process
from .binary import ServerProgram, find_server
from .layout import NodeFolder, NodeRecord, PairFolder, PairRecord, PairStore, write_record
from .lock import locked, uninterrupted
from .making import cannot_write, make_node
from .removal import remove_pair

MOST_PAIRS = 20
REPLICATION_LIMIT_SECONDS = 30.0
_STEP_SECONDS = 0.02
_AT_ONCE = 4
_NAME = re.compile(r"demo(-\d+)?")
_STORE = "the embedded pairs"
_ANEW = "redistui demo --stop, then redistui demo, makes the demo pairs anew"

DIRECTIVES = (
    ("maxmemory", "64mb"),
    ("maxmemory-policy", "allkeys-lru"),
    ("save", "300", "100"),
    ("appendonly", "no"),
    ("repl-backlog-size", "4mb"),
    ("slowlog-log-slower-than", "1000"),
)


class Demo:
    def __init__(self, store: PairStore, server: str | None = None) -> None:
        self._store = store
        self._server = server

    async def start(self, pairs: int) -> Sequence[str]:
        if not 1 <= pairs <= MOST_PAIRS:
            raise ProviderError(ProviderErrorKind.REFUSED, f"demo pairs: 1 to {MOST_PAIRS}, not {pairs}")
        names = ["demo", *(f"demo-{number}" for number in range(2, pairs + 1))]
        self._ready()
        async with locked(self._store.path, _STORE):
            folders = await uninterrupted(self._make, names)
        gate = asyncio.Semaphore(_AT_ONCE)

        async def start_one(folder: PairFolder) -> None:
            async with gate:
                await _start(folder)

        outcomes = await asyncio.gather(*map(start_one, folders), return_exceptions=True)
        for outcome in outcomes:
            if outcome is not None:
                raise outcome
        return names

    async def stop(self) -> Sequence[str]:
        if not self._store.path.is_dir():
            return []
        stopped: list[str] = []
        problems: list[ProviderError] = []
        async with locked(self._store.path, _STORE):
            for folder in await asyncio.to_thread(self._store.pairs):
                try:
                    record = await asyncio.to_thread(folder.read)
                    if record.demo:
                        await remove_pair(self._store, folder)
                        stopped.append(folder.name)
                except ProviderError as problem:
                    problems.append(problem)
            await uninterrupted(self._clear)
        if problems:
            raise problems[0]
        return stopped

    def _ready(self) -> None:
        try:
            self._store.ready()
        except OSError as error:
            raise cannot_write(self._store.path, error) from None

    def _make(self, names: list[str]) -> list[PairFolder]:
        """The folders of these demo pairs; those that are missing are made."""
        self._store.clear_leftovers()
        program: ServerProgram | None = None
        folders = [self._store.pair(name) for name in names]
        for folder in folders:
            if folder.path.exists():
                if not folder.read().demo:
                    raise ProviderError(
                        ProviderErrorKind.CONFLICT,
                        f"an embedded pair named {folder.name} exists, and is no demo pair",
                        hint="give that pair another name first",
                    )
                continue
            program = program or find_server(self._server)
            try:
                _make_pair(self._store, folder.name, program)
            except OSError as error:
                raise cannot_write(folder.path, error) from None
        return folders

    def _clear(self) -> None:
        """Servers whose folder somebody removed, and drafts."""
        for name in process.homes(self._store.path):
            if _NAME.fullmatch(name) and not (self._store.path / name).exists():
                process.end_all_under(self._store.path / name)
        self._store.clear_leftovers()


def _make_pair(store: PairStore, name: str, program: ServerProgram) -> None:
    password = Secret(secrets.token_urlsafe(32))
    numbers = ports.free_ports(2)
    nodes = tuple(
        NodeRecord(f"node-{index}", port, str(program.path), program.version) for index, port in enumerate(numbers, 1)
    )
    with store.creating(name) as (draft, final):
        for node in nodes:
            upstream = None if node is nodes[0] else Address(ports.LOOPBACK, nodes[0].port)
            drafted, home = NodeFolder(draft / node.id), final.node(node.id)
            make_node(drafted, home, node, password, upstream, DIRECTIVES)
        write_record(draft, PairRecord(name, demo=True, nodes=nodes, made_by=f"demo-{secrets.token_hex(8)}"))


async def _start(folder: PairFolder) -> None:
    record = await asyncio.to_thread(folder.read)
    async with locked(folder.path, f"pair {folder.name}"):
        stored = {node.id: configfile.read(folder.node(node.id).config_file) for node in record.nodes}
        replicas = [node for node in record.nodes if stored[node.id].replica_of]
        for node in sorted(record.nodes, key=lambda node: node in replicas):
            await lifecycle.start_node(folder, node)
        if not replicas:
            raise ProviderError(
                ProviderErrorKind.CONFLICT, f"no node of {folder.name} is stored as a replica", hint=_ANEW
            )
        await uninterrupted(load_process.start, folder)
        for node in replicas:
            await _wait_linked(folder, node)


async def _wait_linked(folder: PairFolder, node: NodeRecord) -> None:
    deadline = time.monotonic() + REPLICATION_LIMIT_SECONDS
    endpoint = await asyncio.to_thread(lifecycle.endpoint_of, folder.node(node.id), node)
    while not await lifecycle.is_linked(endpoint):
        if time.monotonic() > deadline:
            raise ProviderError(
                ProviderErrorKind.UNKNOWN,
                f"{node.id} of {folder.name} did not link to its primary within {REPLICATION_LIMIT_SECONDS:.0f} s",
                hint=f"its log: {folder.node(node.id).log_file}; {_ANEW}",
            )
        await asyncio.sleep(_STEP_SECONDS)
