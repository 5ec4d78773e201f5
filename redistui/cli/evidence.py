"""An evidence bundle: what every node says of itself at one moment, to hand to somebody else. Holds no secret."""

import asyncio
import json
import os
import re
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from redistui import __version__
from redistui.config.load import load
from redistui.model.endpoint import Endpoint
from redistui.model.errors import RedistuiError, UsageError
from redistui.model.moment import timestamp
from redistui.model.snapshot import PairSnapshot
from redistui.model.topology import Node
from redistui.present.details import details_json
from redistui.present.settings import MASKED, without_secrets
from redistui.provider.capabilities import Verb, effective
from redistui.wire.client import Connection, Reply
from redistui.workspace.workspace import Workspace

from .asking import survey_pair
from .discovery import Found, find_pair
from .evidence_text import config_text, slow_log_text, text
from .invocation import Invocation
from .logs import node_logs
from .session import ask, open_with_passwords

NODE_LIMIT_SECONDS = 15.0
SLOW_COMMANDS = 128
LOG_LINES = 2000
_UNSAFE_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_SHORTEST_SECRET = 4  # a shorter one would blot out half the bundle and was never a secret

Files = dict[str, str]


def write_bundle(invocation: Invocation, pair: str, file: Path) -> PairSnapshot:
    """Collect, then write with mode 0600. An existing file is left alone."""
    if file.exists():
        raise UsageError(f"{file} exists already", hint="name another file")
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from None
    try:
        with os.fdopen(descriptor, "wb") as target:
            opened = open_with_passwords(load(invocation.config), pair)
            shown, files = ask(opened, lambda workspace: _collect(workspace, pair))
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
                for name, content in files.items():
                    bundle.writestr(name, content)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return shown


async def _collect(workspace: Workspace, named: str) -> tuple[PairSnapshot, Files]:
    found = await find_pair(workspace, named)
    shown = await survey_pair(workspace, found.pair)
    collected = await asyncio.gather(*(_node(found, node) for node in found.pair.nodes))
    files = {
        "README.txt": f"redistui {__version__}, {shown.key}, {timestamp(shown.at)}\n"
        "Arguments of slow commands beyond the key, and every password, are left out.\n",
        "snapshot.json": json.dumps(details_json(shown), indent=2, ensure_ascii=False),
    }
    secrets: set[str] = set()
    for node, (node_files, endpoint) in zip(found.pair.nodes, collected, strict=True):
        folder = _UNSAFE_IN_NAMES.sub("_", node.id)
        files |= {f"nodes/{folder}/{name}": content for name, content in node_files.items()}
        if endpoint is not None and endpoint.password is not None:
            secrets.add(endpoint.password.reveal())
    return shown, {name: _without(content, secrets) for name, content in files.items()}


def _without(content: str, secrets: set[str]) -> str:
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            content = content.replace(secret, MASKED)
    return content


async def _node(found: Found, node: Node) -> tuple[Files, Endpoint | None]:
    """What the node tells; a part that it does not tell holds the reason instead."""
    files: Files = {}
    endpoint: Endpoint | None = None
    try:
        async with asyncio.timeout(NODE_LIMIT_SECONDS):
            endpoint = await found.provider.endpoint(found.pair, node)
            connection = await Connection.open(endpoint)
            try:
                await _ask(connection, files)
            finally:
                connection.close()
    except (RedistuiError, TimeoutError) as error:
        files["problem.txt"] = str(error) or f"did not answer within {NODE_LIMIT_SECONDS:g} s"
    if effective(found.provider.pair_capabilities(found.pair))[Verb.LOGS].supported:
        files["server.log"] = await _told(lambda: _logs(found, node))
    return files, endpoint


async def _logs(found: Found, node: Node) -> str:
    return "\n".join(await node_logs(found, node, LOG_LINES))


async def _ask(connection: Connection, files: Files) -> None:
    questions: dict[str, tuple[tuple[str | int, ...], Callable[[Reply], str]]] = {
        "info.txt": (("INFO", "ALL"), text),
        "clients.txt": (("CLIENT", "LIST"), text),
        "slowlog.txt": (("SLOWLOG", "GET", SLOW_COMMANDS), slow_log_text),
        "latency.txt": (("LATENCY", "LATEST"), text),
        "memory.txt": (("MEMORY", "DOCTOR"), text),
        "settings.txt": (("CONFIG", "GET", "*"), lambda reply: config_text(reply, without_secrets)),
    }
    for name, (command, shown) in questions.items():
        files[name] = await _told(lambda command=command, shown=shown: _answer(connection, command, shown))  # type: ignore[misc]


async def _answer(connection: Connection, command: tuple[str | int, ...], shown: Callable[[Reply], str]) -> str:
    return shown(await connection.call(*command))


async def _told(question: Callable[[], Awaitable[str]]) -> str:
    try:
        return await question()
    except RedistuiError as error:
        return f"not told: {error.message}\n"
