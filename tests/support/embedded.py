"""Embedded pairs for tests: a provider in a folder of its own, what runs there, and other consoles."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
from redistui_embedded import EmbeddedProvider
from redistui_embedded.load import CLIENT_NAME

from redistui.model.topology import Pair
from redistui.testing import make_context
from redistui.testing.conformance import discovered
from redistui.wire.client import Connection, Reply

from .redis_server import SERVERS

CONSOLE = """
import asyncio, sys
from pathlib import Path
from redistui_embedded import EmbeddedProvider
from redistui.testing import make_context
provider = EmbeddedProvider(make_context(Path(sys.argv[1]), {"server": sys.argv[2]}))
print("ready", flush=True)
sys.stdin.readline()
asyncio.run(getattr(provider, sys.argv[3])(*map(int, sys.argv[4:])))
print("done", flush=True)
sys.stdin.readline()
"""


def embedded_provider(folder: Path, version: str = "7.0") -> EmbeddedProvider:
    settings = {"server": str(SERVERS[version])} if version in SERVERS else {}
    return EmbeddedProvider(make_context(folder, settings, fields=EmbeddedProvider.settings_fields))


def console(folder: Path, *call: str) -> list[str]:
    """The command of another process that makes this call when it gets a line, and stays until it gets another."""
    return [sys.executable, "-c", CONSOLE, str(folder), str(next(iter(SERVERS.values()))), *call]


def start_console(folder: Path, *call: str) -> "subprocess.Popen[str]":
    """Returns when it waits for its line."""
    process = subprocess.Popen(console(folder, *call), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def servers(folder: Path) -> list[psutil.Process]:
    """Redis servers that run below a folder."""
    return _below(folder, lambda process: process.name() in ("redis-server", "valkey-server"))


def loads(folder: Path) -> list[psutil.Process]:
    return _below(folder, lambda process: "redistui_embedded.load" in process.cmdline())


def _below(folder: Path, wanted: Callable[[psutil.Process], bool]) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            alive = process.status() != psutil.STATUS_ZOMBIE and process.cwd().startswith(str(folder))
            if alive and wanted(process):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found


async def only_pair(provider: EmbeddedProvider) -> Pair:
    [pair] = await discovered(provider)
    return pair


async def ask(provider: EmbeddedProvider, pair: Pair, node_id: str, *command: str) -> Reply:
    node = next(node for node in pair.nodes if node.id == node_id)
    connection = await Connection.open(await provider.endpoint(pair, node))
    try:
        return await connection.call(*command)
    finally:
        connection.close()


async def is_loaded(provider: EmbeddedProvider, pair: Pair, node_id: str) -> bool:
    """Whether the sample load is connected to this node and has written something."""
    clients = await ask(provider, pair, node_id, "CLIENT", "LIST")
    size = await ask(provider, pair, node_id, "DBSIZE")
    assert isinstance(clients, bytes)
    return f"name={CLIENT_NAME} ".encode() in clients and isinstance(size, int) and size > 0
