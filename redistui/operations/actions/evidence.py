"""What every node says of itself right before a restart or a failover, kept in the state folder. Holds no secret.

It never stands in the way: an operation goes on without evidence, and says so.
"""

import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from redistui.model.clock import Clock
from redistui.model.errors import RedistuiError
from redistui.model.topology import Pair
from redistui.provider.capabilities import Verb
from redistui.provider.contract import Provider
from redistui.wire.client import Reply

from ..session import NodeSession
from ..step import StepResult, done, not_done, undone
from .trouble import TROUBLE

SLOW_COMMANDS = 128
LOG_LINES = 200
_SECRET_IN_LOG = re.compile(r"(?i)(requirepass|masterauth|auth|password|secret)(\S*\s+)\S+")


@dataclass
class TakeEvidence:
    sessions: Mapping[str, NodeSession]
    provider: Provider
    pair: Pair
    clock: Clock
    file: Path

    async def run(self) -> StepResult:
        nodes = {node_id: await self._node(session) for node_id, session in self.sessions.items()}
        evidence = {"pair": str(self.pair.key), "at": self.clock.now(), "nodes": nodes}
        try:
            _write(self.file, json.dumps(evidence, indent=1))
        except OSError as error:
            return done(f"no evidence was kept: {self.file}: {error.strerror}")
        return done(f"kept in {self.file}", evidence=str(self.file))

    async def look(self) -> StepResult:
        return not_done("it is taken once more")

    async def undo(self) -> StepResult:
        return undone("it is kept")

    async def _node(self, session: NodeSession) -> dict[str, object]:
        told: dict[str, object] = {"address": session.address}
        if session.connection is None:
            # Not asked again: a hung one would hold a failover up.
            return told | {"problem": "no answer", "log": await self._log(session)}
        try:
            told["info"] = _lines(await session.change("INFO"))
            told["clients"] = _lines(await session.change("CLIENT", "LIST"))
            told["slow_log"] = _slow_log(await session.change("SLOWLOG", "GET", SLOW_COMMANDS))
        except TROUBLE as error:
            told["problem"] = str(error)
        return told | {"log": await self._log(session)}

    async def _log(self, session: NodeSession) -> list[str]:
        if not self.provider.pair_capabilities(self.pair)[Verb.LOGS].supported:
            return []
        try:
            lines = await self.provider.logs(self.pair, session.node, LOG_LINES)
        except RedistuiError as error:
            return [error.message]
        return [_SECRET_IN_LOG.sub(r"\1\2(hidden)", line) for line in lines]


def _lines(reply: Reply) -> list[str]:
    return reply.decode(errors="replace").splitlines() if isinstance(reply, bytes) else []


def _slow_log(reply: Reply) -> list[dict[str, object]]:
    """Names of commands only: arguments are the users' data."""
    entries = reply if isinstance(reply, list) else []
    return [
        {"at": entry[1], "microseconds": entry[2], "command": _word(entry[3][:1]), "arguments": len(entry[3]) - 1}
        for entry in entries
        if isinstance(entry, list) and len(entry) >= 4 and isinstance(entry[3], list)
    ]


def _word(words: list[Reply]) -> str:
    return words[0].decode(errors="replace") if words and isinstance(words[0], bytes) else ""


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as written:
            written.write(text)
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
