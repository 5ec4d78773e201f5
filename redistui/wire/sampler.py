"""Samples of one node over one persistent connection, one round trip each."""

import asyncio

import hiredis

from redistui.model.clock import SYSTEM_CLOCK, Clock
from redistui.model.endpoint import Endpoint
from redistui.model.sample import FailureKind, NodeSample
from redistui.model.snapshot import ServerSettings

from .client import Connection, pack
from .failures import WireFailure
from .info import InfoParser
from .replies import from_error_reply, unexpected_reply
from .sentinels import count_sentinels
from .settings import server_settings

SECTIONS = ("server", "clients", "memory", "persistence", "stats", "replication", "keyspace")
_EVERYTHING = pack(("INFO",))
_NEEDED = pack(("INFO", *SECTIONS))
_FIRST_WITH_SECTIONS = 7


class NodeSampler:
    """Reconnects by itself; waiting between attempts is the caller's. To be used within one event loop."""

    __slots__ = ("_clock", "_connection", "_opening", "_parser", "_takes_sections")

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self._connection: Connection | None = None
        self._opening = asyncio.Lock()
        self._parser = InfoParser()
        self._takes_sections: bool | None = None  # 6.2 knows no list of sections

    async def sample(self, endpoint: Endpoint) -> NodeSample:
        """Raises WireFailure. A connection that was cut since the last sample is opened again at once."""
        connection = self._usable(endpoint)
        if connection is not None:
            try:
                return await self._ask(connection)
            except WireFailure as failure:
                if failure.kind is not FailureKind.RESET:
                    raise
        return await self._ask(await self._open(endpoint))

    async def settings(self, endpoint: Endpoint) -> ServerSettings:
        """The node's configuration, over the same connection. Raises WireFailure when the node does not answer."""
        connection = await self._open(endpoint)
        return await server_settings(connection, in_one_call=self._takes_sections is True)

    async def sentinels(self, endpoint: Endpoint) -> int | None:
        """How many Sentinels watch the node: each subscribes to this channel. None where that may not be asked."""
        return await count_sentinels(await self._open(endpoint))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _open(self, endpoint: Endpoint) -> Connection:
        async with self._opening:
            connection = self._usable(endpoint)
            if connection is not None:
                return connection
            self.close()
            self._takes_sections = None
            self._connection = await Connection.open(endpoint)
            return self._connection

    def _usable(self, endpoint: Endpoint) -> Connection | None:
        connection = self._connection
        if connection is None or connection.closed:
            return None
        same = connection.endpoint is endpoint or connection.endpoint == endpoint
        return connection if same else None

    async def _ask(self, connection: Connection) -> NodeSample:
        started = self._clock.monotonic()
        reply = await connection.send(_NEEDED if self._takes_sections else _EVERYTHING)
        if isinstance(reply, bytes):
            sample = self._parser.parse(reply, self._clock.now(), self._clock.monotonic() - started)
            if self._takes_sections is None:
                self._takes_sections = _major(sample.version) >= _FIRST_WITH_SECTIONS
            return sample
        if not isinstance(reply, hiredis.ReplyError):
            raise unexpected_reply("INFO", connection.endpoint)
        if self._takes_sections and "syntax error" in str(reply):
            self._takes_sections = False
            return await self._ask(connection)
        raise from_error_reply(str(reply), "INFO", connection.endpoint)


def _major(version: str | None) -> int:
    first = (version or "").partition(".")[0]
    return int(first) if first.isascii() and first.isdigit() else 0
