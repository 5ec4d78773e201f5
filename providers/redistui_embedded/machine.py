"""The hand on the machine: what failovers, restarts and drills need of an embedded node's process and files."""

import asyncio
import json
import os
import shutil
import signal
import time
from pathlib import Path

from redistui.model.endpoint import Address
from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.topology import Node, NodeState, Pair, Role
from redistui.provider.capabilities import Capability
from redistui.provider.machine import Act, Acts

from . import configfile, lifecycle, process
from .layout import NodeFolder, NodeRecord, PairFolder, PairStore, sync_folder, write_private
from .lock import locked, uninterrupted
from .process import Identity

SIGNAL_LIMIT_SECONDS = 5.0
_STEP_SECONDS = 0.01
_NO_ROUTE = Capability.no("clients find the primary by asking; there is no address to move")
_ACTS: Acts = {act: _NO_ROUTE if act is Act.ROUTE else Capability.yes() for act in Act}


class EmbeddedMachine:
    """The acts on machines of the embedded provider. Each looks the process up now, and may be repeated."""

    store: PairStore

    def acts(self, pair: Pair) -> Acts:
        return _ACTS

    async def stop(self, pair: Pair, node: Node, *, save: bool) -> None:
        folder, record = await asyncio.to_thread(find, self.store, pair, node)
        async with locked(folder.path, f"pair {folder.name}"):
            await lifecycle.shut_down(folder, record, save=save)

    async def start(self, pair: Pair, node: Node) -> None:
        folder, record = await asyncio.to_thread(find, self.store, pair, node)
        async with locked(folder.path, f"pair {folder.name}"):
            await lifecycle.start_node(folder, record)

    async def restart(self, pair: Pair, node: Node) -> None:
        folder, record = await asyncio.to_thread(find, self.store, pair, node)
        async with locked(folder.path, f"pair {folder.name}"):
            lifecycle.check_fence(folder, record)
            await lifecycle.shut_down(folder, record, save=True)
            await lifecycle.start_node(folder, record)

    async def kill(self, pair: Pair, node: Node) -> None:
        folder, record = await asyncio.to_thread(find, self.store, pair, node)
        await lifecycle.stop_node(folder, record, grace_seconds=0)

    async def freeze(self, pair: Pair, node: Node) -> None:
        await self._signal(pair, node, signal.SIGSTOP, paused=True)

    async def thaw(self, pair: Pair, node: Node) -> None:
        await self._signal(pair, node, signal.SIGCONT, paused=False)

    async def fence(self, pair: Pair, node: Node) -> None:
        folder, record = await asyncio.to_thread(find, self.store, pair, node)
        home = folder.node(record.id)
        async with locked(folder.path, f"pair {folder.name}"):
            if not home.fence_file.exists():
                # Before the process ends: whoever would start it again has to see it.
                await uninterrupted(_write_fence, home)
            server = await asyncio.to_thread(process.search, home, record)
            # A frozen process hears no polite request.
            grace_seconds = 0 if server is None or server.paused else lifecycle.FENCE_GRACE_SECONDS
            await lifecycle.stop_node(folder, record, grace_seconds)

    async def unfence(self, pair: Pair, node: Node) -> None:
        folder, record = await asyncio.to_thread(find, self.store, pair, node)
        home = folder.node(record.id)
        async with locked(folder.path, f"pair {folder.name}"):
            home.fence_file.unlink(missing_ok=True)
            await asyncio.to_thread(sync_folder, home.path)

    async def fenced(self, pair: Pair, node: Node) -> bool:
        """Marked and really down: a fence that was interrupted half-way is none."""
        folder, record = await asyncio.to_thread(find, self.store, pair, node)
        home = folder.node(record.id)
        return home.fence_file.exists() and await asyncio.to_thread(process.search, home, record) is None

    async def state(self, pair: Pair, node: Node) -> NodeState:
        folder, record = await asyncio.to_thread(find, self.store, pair, node)
        server = await asyncio.to_thread(process.search, folder.node(record.id), record)
        return NodeState.STOPPED if server is None else NodeState.PAUSED if server.paused else NodeState.RUNNING

    async def stored_role(self, pair: Pair, node: Node) -> tuple[Role, Address | None]:
        folder, record = await asyncio.to_thread(find, self.store, pair, node)
        stored = await asyncio.to_thread(configfile.read, folder.node(record.id).config_file)
        return Role.REPLICA if stored.replica_of else Role.PRIMARY, stored.replica_of

    async def store_role(self, pair: Pair, node: Node, upstream: Address | None) -> None:
        folder, record = await asyncio.to_thread(find, self.store, pair, node)
        home = folder.node(record.id)
        async with locked(folder.path, f"pair {folder.name}"):
            if await asyncio.to_thread(process.search, home, record):
                raise ProviderError(
                    ProviderErrorKind.CONFLICT,
                    f"{record.id} of {folder.name} runs, and would overwrite what is stored",
                    hint="ask the server itself: REPLICAOF and CONFIG REWRITE",
                )
            text = await asyncio.to_thread(configfile.text_of, home.config_file)
            await uninterrupted(_write, home.config_file, configfile.with_upstream(text, upstream))

    async def fetch(self, pair: Pair, node: Node, file: Path) -> None:
        folder, record = await asyncio.to_thread(find, self.store, pair, node)
        home = folder.node(record.id)
        dump = await asyncio.to_thread(configfile.dump_file, home.config_file, home.data_folder)
        await uninterrupted(_copy, dump, file)

    async def route(self, pair: Pair, primary: Node) -> None:
        raise ProviderError(ProviderErrorKind.UNSUPPORTED, _NO_ROUTE.reason)

    async def _signal(self, pair: Pair, node: Node, number: signal.Signals, *, paused: bool) -> None:
        folder, record = await asyncio.to_thread(find, self.store, pair, node)
        home = folder.node(record.id)
        identity = Identity.of(home, record)
        server = await asyncio.to_thread(process.search, home, record)
        if server is None:
            raise ProviderError(
                ProviderErrorKind.CONFLICT, f"{record.id} of {folder.name} does not run", hint="start it first"
            )
        await asyncio.to_thread(
            process.signal_if_ours, server.pid, lambda pid: process.look(pid, identity) is not None, number
        )
        deadline = time.monotonic() + SIGNAL_LIMIT_SECONDS
        while (found := process.look(server.pid, identity)) and found.paused is not paused:
            if time.monotonic() > deadline:
                raise ProviderError(
                    ProviderErrorKind.UNKNOWN, f"{number.name} to process {server.pid} had no effect in time"
                )
            await asyncio.sleep(_STEP_SECONDS)


def find(store: PairStore, pair: Pair, node: Node) -> tuple[PairFolder, NodeRecord]:
    """The folder and the record of a node as they are now."""
    folder = store.pair(pair.key.name)
    for record in folder.read().nodes:
        if record.id == node.id:
            return folder, record
    raise ProviderError(
        ProviderErrorKind.NOT_FOUND, f"pair {pair.key.name} has no node {node.id} any more", hint="refresh the list"
    )


def _write_fence(home: NodeFolder) -> None:
    _write(home.fence_file, json.dumps({"fenced_at": round(time.time(), 3)}) + "\n")


def _write(path: Path, text: str) -> None:
    try:
        write_private(path, text)
    except OSError as error:
        raise ProviderError(
            ProviderErrorKind.REFUSED,
            f"{path} cannot be written: {error.strerror}",
            hint="make room, or correct the permissions of the pair's folder",
        ) from None


def _copy(source: Path, target: Path) -> None:
    draft = target.with_name(f".{target.name}.part")
    try:
        with source.open("rb") as read, open(draft, "wb", opener=_private) as written:
            shutil.copyfileobj(read, written)
            written.flush()
            os.fsync(written.fileno())
        draft.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ProviderError(
            ProviderErrorKind.REFUSED,
            f"{source} cannot be copied to {target}: {error.strerror}",
            hint="make room, or correct the permissions",
        ) from None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CREAT | os.O_TRUNC, 0o600)
