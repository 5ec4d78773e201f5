"""Starting and stopping one node, and asking it whether it answers."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from redistui.model.endpoint import Address, Endpoint
from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.sample import FailureKind

from . import configfile, ports, process
from .binary import find_server
from .layout import NodeFolder, NodeRecord, PairFolder, write_record
from .lock import uninterrupted
from .logtail import tail
from .process import Identity

if TYPE_CHECKING:
    from redistui.wire.failures import WireFailure

START_LIMIT_SECONDS = 20.0
LOADING_LIMIT_SECONDS = 300.0
STOP_GRACE_SECONDS = 15.0
FENCE_GRACE_SECONDS = 5.0
SAVE_LIMIT_SECONDS = 300.0
PORT_LIMIT_SECONDS = 1.0
_STEP_SECONDS = 0.01
_PID_FILE_SECONDS = 0.3
_LOG_LINES_SHOWN = 5


def endpoint_of(folder: NodeFolder, record: NodeRecord) -> Endpoint:
    """The address and the password that stands in the stored configuration at this moment. Blocks shortly."""
    stored = configfile.read(folder.config_file)
    return Endpoint(Address(ports.LOOPBACK, record.port), password=stored.password)


async def start_node(pair: PairFolder, record: NodeRecord) -> None:
    """Start a node unless it runs, and return when it answers. The caller holds the pair's lock."""
    folder = pair.node(record.id)
    check_fence(pair, record)
    endpoint = await asyncio.to_thread(endpoint_of, folder, record)
    server = await asyncio.to_thread(process.search, folder, record)
    if server and server.paused:
        raise ProviderError(
            ProviderErrorKind.CONFLICT,
            f"{record.id} of {pair.name} runs, and is frozen (process {server.pid} is stopped by a signal)",
            hint=f"kill -CONT {server.pid}",
        )
    if server is None:
        await asyncio.to_thread(_check_port, pair, record)
        record = await uninterrupted(_with_program, pair, record)
        await uninterrupted(process.launch, folder, record)
    await _wait_answering(pair, record, endpoint)


def check_fence(pair: PairFolder, record: NodeRecord) -> None:
    if pair.node(record.id).fence_file.exists():
        raise ProviderError(
            ProviderErrorKind.REFUSED,
            f"{record.id} of {pair.name} is fenced: it may not come back as a second primary",
            hint=f"redistui rejoin {pair.name} brings it back as a replica",
        )


async def shut_down(pair: PairFolder, record: NodeRecord, *, save: bool) -> None:
    """End a node's server through Redis itself, with its data saved or without. One that hangs is only ended without.
    The caller holds the pair's lock."""
    folder = pair.node(record.id)
    identity = Identity.of(folder, record)
    server = await asyncio.to_thread(process.search, folder, record)
    if server is None:
        return
    if server.paused and save:
        raise ProviderError(
            ProviderErrorKind.CONFLICT,
            f"{record.id} of {pair.name} is frozen and cannot save (process {server.pid} is stopped by a signal)",
            hint=f"kill -CONT {server.pid}",
        )
    refusal = "" if server.paused else await _ask_to_shut_down(folder, record, "SAVE" if save else "NOSAVE")
    if not save:
        await stop_node(pair, record, grace_seconds=0)
    elif refusal:
        raise ProviderError(
            ProviderErrorKind.REFUSED,
            f"{record.id} of {pair.name} did not save and still runs: {refusal}",
            hint=f"its log: {folder.log_file}",
        )
    elif not await asyncio.to_thread(process.gone, server.pid, identity, STOP_GRACE_SECONDS):
        raise ProviderError(
            ProviderErrorKind.UNKNOWN, f"process {server.pid} of {record.id} did not end in time", hint="look again"
        )


async def _ask_to_shut_down(folder: NodeFolder, record: NodeRecord, way: str) -> str:
    """The server's words when it refuses; empty when it ends, which it does without an answer."""
    from redistui.wire.client import Connection
    from redistui.wire.failures import WireFailure

    endpoint = await asyncio.to_thread(endpoint_of, folder, record)
    try:
        connection = await Connection.open(endpoint)
    except WireFailure as failure:
        return failure.message
    try:
        await connection.call("SHUTDOWN", way, timeout_seconds=SAVE_LIMIT_SECONDS)
    except WireFailure as failure:
        return "" if failure.kind is FailureKind.RESET else failure.message
    finally:
        connection.close()
    return ""


async def stop_node(pair: PairFolder, record: NodeRecord, grace_seconds: float = STOP_GRACE_SECONDS) -> None:
    """Stop a node if it runs: it saves first, unless the grace is 0. The caller holds the pair's lock."""
    folder = pair.node(record.id)
    identity = Identity.of(folder, record)
    server = await asyncio.to_thread(process.search, folder, record)
    if server:
        await uninterrupted(process.end, server.pid, lambda pid: bool(process.look(pid, identity)), grace_seconds)


def _with_program(pair: PairFolder, record: NodeRecord) -> NodeRecord:
    """The node with a program that is there: its own, or another that can read its data, which is then its own."""
    if Path(record.server).exists():
        return record
    program = find_server()
    if program.version[:2] < record.version[:2]:
        raise ProviderError(
            ProviderErrorKind.UNSUPPORTED,
            f"{record.server} of {record.id} of {pair.name} is gone, and {program.path} is older",
            hint=f"install Redis {'.'.join(map(str, record.version[:2]))} or newer",
        )
    moved = replace(record, server=str(program.path), version=program.version)
    whole = pair.read()
    nodes = tuple(moved if node.id == record.id else node for node in whole.nodes)
    write_record(pair.path, replace(whole, nodes=nodes))
    return moved


def _check_port(pair: PairFolder, record: NodeRecord) -> None:
    # A process that was just killed may be gone before the kernel has closed its sockets.
    if not ports.becomes_free(record.port, PORT_LIMIT_SECONDS):
        raise ProviderError(
            ProviderErrorKind.CONFLICT,
            f"port {record.port} of {record.id} of {pair.name} is taken by {ports.owner(record.port)}",
            hint="end what has the port and start the node again; a demo pair can also be made anew: "
            "redistui demo --stop, then redistui demo",
        )


async def _wait_answering(pair: PairFolder, record: NodeRecord, endpoint: Endpoint) -> None:
    folder = pair.node(record.id)
    began = time.monotonic()
    limit_seconds = START_LIMIT_SECONDS
    while failure := await _ping(endpoint):
        if failure.kind is FailureKind.LOADING:
            limit_seconds = LOADING_LIMIT_SECONDS
        elif failure.kind is FailureKind.AUTHENTICATION:
            raise ProviderError(
                ProviderErrorKind.AUTHENTICATION,
                f"{record.id} of {pair.name} runs, and refuses the password stored in {folder.config_file}",
                hint="correct requirepass there, or CONFIG REWRITE in the server",
            )
        waited_seconds = time.monotonic() - began
        if waited_seconds > limit_seconds:
            raise _not_started(folder, f"{record.id} of {pair.name} runs, and did not answer: {failure.message}")
        # Without a pid file it has ended, or is slow to write it: the search tells which.
        is_silent = waited_seconds > _PID_FILE_SECONDS and not process.running(folder, record)
        if is_silent and not await asyncio.to_thread(process.search, folder, record):
            raise _not_started(folder, f"{record.id} of {pair.name} ended while it started")
        await asyncio.sleep(_STEP_SECONDS)


async def is_linked(endpoint: Endpoint) -> bool:
    """Whether a node is a replica with a link that is up."""
    from redistui.wire.failures import WireFailure

    try:
        return b"master_link_status:up" in await _ask(endpoint, "INFO", "replication")
    except WireFailure:
        return False


async def _ping(endpoint: Endpoint) -> "WireFailure | None":
    from redistui.wire.failures import WireFailure

    try:
        await _ask(endpoint, "PING")
    except WireFailure as failure:
        return failure
    return None


async def _ask(endpoint: Endpoint, *command: str) -> bytes:
    from redistui.wire.client import Connection

    connection = await Connection.open(endpoint)
    try:
        reply = await connection.call(*command)
        return reply if isinstance(reply, bytes) else b""
    finally:
        connection.close()


def _not_started(folder: NodeFolder, what: str) -> ProviderError:
    said = " · ".join(tail(folder.log_file, _LOG_LINES_SHOWN))
    return ProviderError(
        ProviderErrorKind.UNKNOWN, f"{what}: {said}" if said else what, hint=f"its log: {folder.log_file}"
    )
