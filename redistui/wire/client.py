"""One connection to one server: commands out, replies in, in order, each with a limit."""

import asyncio
import ssl
import threading
from collections import deque
from collections.abc import Sequence
from typing import Self

import hiredis

from redistui.model.endpoint import Endpoint
from redistui.model.sample import FailureKind

from .connect import connected_socket
from .failures import (
    WireFailure,
    from_os_error,
    no_answer_in_time,
    no_connection_in_time,
    not_redis,
    reset,
)
from .probe import sharpened
from .replies import from_error_reply
from .tls import context_for, server_name

Argument = bytes | str | int
Reply = bytes | int | list["Reply"] | hiredis.ReplyError | None

CLIENT_NAME = "redistui-monitor"
RECEIVE_BUFFER_BYTES = 256 * 1024
_INCOMPLETE = object()
_SAID_BEFORE_CLOSING = ("ERR max number of clients", "DENIED")
_ALLOWED_TO_FAIL = ("NOPERM", "ERR unknown", "BUSY", "LOADING")  # naming the connection is a courtesy


class _Shared(threading.local):
    """The receive buffer of all connections of a thread: filled and emptied within one call of the loop."""

    def __init__(self) -> None:
        self.buffer = bytearray(RECEIVE_BUFFER_BYTES)


_shared = _Shared()


class Connection(asyncio.BufferedProtocol):
    """Opened with `Connection.open`. Requests may overlap: replies are matched by order, also those to callers that
    were cancelled meanwhile. When a limit passes the connection is closed: no late reply is taken for another's."""

    __slots__ = (
        "_answered",
        "_buffer",
        "_deadline",
        "_failure",
        "_limit_seconds",
        "_loop",
        "_pending",
        "_reader",
        "_received_bytes",
        "_transport",
        "_watchdog",
        "endpoint",
    )

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader(notEnoughData=_INCOMPLETE)
        self._reader.setmaxbuf(1024)  # else each keeps 11 KB between two INFOs
        self._buffer = _shared.buffer
        self._pending: deque[asyncio.Future[Reply]] = deque()
        self._transport: asyncio.Transport | None = None
        self._failure: WireFailure | None = None
        self._answered = False
        self._received_bytes = 0
        self._deadline = 0.0
        self._limit_seconds = endpoint.reply_timeout_seconds
        self._watchdog: asyncio.TimerHandle | None = None

    @classmethod
    async def open(cls, endpoint: Endpoint, *, name: str = CLIENT_NAME, explain: bool = True) -> Self:
        """Connect, log in and name the connection. Raises WireFailure; without `explain` it is not looked into, which
        may take a second."""
        connection = cls(endpoint)
        try:
            await connection._connect()
            await connection._log_in(name)
        except WireFailure as failure:
            connection.close()
            raise (await sharpened(failure, endpoint) if explain else failure) from None
        except BaseException:
            connection.close()
            raise
        return connection

    @property
    def closed(self) -> bool:
        return self._failure is not None

    async def call(self, *arguments: Argument, timeout_seconds: float | None = None) -> Reply:
        """One command and its reply. Raises WireFailure, also for an error reply."""
        (reply,) = await self.pipeline([arguments], timeout_seconds=timeout_seconds)
        if isinstance(reply, hiredis.ReplyError):
            raise from_error_reply(str(reply), command_name(arguments), self.endpoint)
        return reply

    async def pipeline(
        self, commands: Sequence[Sequence[Argument]], *, timeout_seconds: float | None = None
    ) -> list[Reply]:
        """Several commands in one write, their replies in order; error replies are returned."""
        packed = [pack(command) for command in commands]
        futures = [self._expect(timeout_seconds) for _ in packed]
        self._write(b"".join(packed))
        replies = await asyncio.gather(*futures, return_exceptions=True)
        for reply in replies:
            if isinstance(reply, WireFailure):
                raise reply
        return replies  # type: ignore[return-value]

    def send(self, packed: bytes) -> asyncio.Future[Reply]:
        """The cheap way for one packed command, many times a second; an error reply is a result, not raised."""
        future = self._expect(None)
        self._write(packed)
        return future

    def close(self) -> None:
        self._fail(WireFailure(FailureKind.RESET, f"the connection to {self.endpoint.address} was closed here"))

    # asyncio calls these

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> bytearray:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        self._received_bytes += nbytes
        reader = self._reader
        reader.feed(self._buffer, 0, nbytes)  # type: ignore[arg-type]  # any buffer will do
        try:
            reply = reader.gets()
            while reply is not _INCOMPLETE:
                self._deliver(reply)
                reply = reader.gets()
        except hiredis.ProtocolError:
            self._fail(not_redis(self.endpoint, bytes(self._buffer[: min(nbytes, 64)])))

    def connection_lost(self, exc: Exception | None) -> None:
        if isinstance(exc, ssl.SSLError):  # with TLS 1.3 a refused client certificate shows after the handshake
            self._fail(from_os_error(exc, self.endpoint))
        else:
            self._fail(reset(self.endpoint, answered_before=self._answered))

    # inside

    def _expect(self, timeout_seconds: float | None) -> asyncio.Future[Reply]:
        if self._failure is not None:
            raise self._failure
        future = self._loop.create_future()
        if not self._pending:
            self._received_bytes = 0
            self._watch(timeout_seconds or self.endpoint.reply_timeout_seconds)
        self._pending.append(future)
        return future

    def _write(self, packed: bytes) -> None:
        assert self._transport is not None
        self._transport.write(packed)

    def _deliver(self, reply: Reply) -> None:
        if not self._answered:
            if isinstance(reply, hiredis.ReplyError) and str(reply).startswith(_SAID_BEFORE_CLOSING):
                self._fail(from_error_reply(str(reply), "the connection", self.endpoint))
            self._answered = True
        if not self._pending:
            self._fail(not_redis(self.endpoint, b"an answer to no question"))
            return
        future = self._pending.popleft()
        if self._pending:
            self._deadline = self._loop.time() + self._limit_seconds
        if not future.done():
            future.set_result(reply)

    def _watch(self, seconds: float) -> None:
        """One timer a connection, moved on when it rings: cheaper than one a request."""
        self._limit_seconds = seconds
        self._deadline = self._loop.time() + seconds
        if self._watchdog is not None:
            if self._watchdog.when() <= self._deadline:
                return
            self._watchdog.cancel()
        self._watchdog = self._loop.call_at(self._deadline, self._ring)

    def _ring(self) -> None:
        self._watchdog = None
        if not self._pending:
            return
        if self._loop.time() < self._deadline:
            self._watchdog = self._loop.call_at(self._deadline, self._ring)
        else:
            self._fail(no_answer_in_time(self.endpoint, self._limit_seconds, self._received_bytes))

    def _fail(self, failure: WireFailure) -> None:
        if self._failure is not None:
            return
        self._failure = failure
        if self._watchdog is not None:
            self._watchdog.cancel()
            self._watchdog = None
        if self._transport is not None:
            self._transport.abort()
        for future in self._pending:
            if not future.done():
                future.set_exception(failure)
        self._pending.clear()

    async def _connect(self) -> None:
        endpoint = self.endpoint
        context = None if endpoint.tls is None else context_for(endpoint.tls)
        reached = False
        try:
            async with asyncio.timeout(endpoint.connect_timeout_seconds):
                raw = await connected_socket(endpoint)
                reached = True
                await self._loop.create_connection(
                    lambda: self, sock=raw, ssl=context, server_hostname=server_name(endpoint)
                )
        except TimeoutError:
            if reached:
                raise no_answer_in_time(endpoint, endpoint.connect_timeout_seconds, 0) from None
            raise no_connection_in_time(endpoint) from None
        except OSError as error:
            raise from_os_error(error, endpoint) from error

    async def _log_in(self, name: str) -> None:
        endpoint = self.endpoint
        commands: list[tuple[Argument, ...]] = [("CLIENT", "SETNAME", name)]
        if endpoint.password is not None or endpoint.username is not None:
            password = "" if endpoint.password is None else endpoint.password.reveal()
            commands.insert(
                0, ("AUTH", password) if endpoint.username is None else ("AUTH", endpoint.username, password)
            )
        *login, named = await self.pipeline(commands)
        for reply in login:
            if isinstance(reply, hiredis.ReplyError):
                raise from_error_reply(str(reply), "AUTH", endpoint)
        if isinstance(named, hiredis.ReplyError) and not str(named).startswith(_ALLOWED_TO_FAIL):
            raise from_error_reply(str(named), "CLIENT SETNAME", endpoint)


def pack(command: Sequence[Argument]) -> bytes:
    packed: bytes = hiredis.pack_command(tuple(command))  # type: ignore[arg-type]  # its stub means one argument
    return packed


def command_name(arguments: Sequence[Argument]) -> str:
    """The part of a command that may be shown: `CONFIG GET`, `INFO`; never its arguments."""
    words = [word.decode() if isinstance(word, bytes) else str(word) for word in arguments[:2]]
    container = words[0].upper() in ("CONFIG", "CLIENT", "ACL", "MEMORY", "SLOWLOG", "LATENCY", "COMMAND")
    return " ".join(words[: 2 if container else 1]).upper()
