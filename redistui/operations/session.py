"""A warm connection to one node for the time of an operation. A change is sent once, also when its answer is lost."""

from collections.abc import Awaitable, Callable, Sequence

import hiredis

from redistui.model.clock import Clock
from redistui.model.endpoint import Endpoint
from redistui.model.sample import FailureKind, NodeSample
from redistui.model.topology import Node
from redistui.wire.client import Argument, Connection, Reply
from redistui.wire.failures import WireFailure
from redistui.wire.info import InfoParser

Command = Sequence[Argument]

_LOOK: Command = ("INFO", "replication")


class Refused(Exception):
    """The server answered with an error: the command was not carried out."""


class AnswerLost(Exception):
    """The command was sent and no answer came: it may or may not have been carried out."""


class WrongServer(Exception):
    """Another server process answers at this address than the plan was made for."""


class NodeSession:
    """Connects when first used and again when its connection was cut before something is sent.

    `run_id` is the process that the plan saw: a connection to any other one is refused with WrongServer.
    """

    def __init__(
        self, node: Node, endpoint: Callable[[], Awaitable[Endpoint]], run_id: str | None, name: str, clock: Clock
    ) -> None:
        self.node = node
        self._endpoint = endpoint
        self._run_id = run_id
        self._name = name
        self._clock = clock
        self._connection: Connection | None = None
        self._parser = InfoParser()

    @property
    def address(self) -> str:
        return str(self.node.address)

    @property
    def connection(self) -> Connection | None:
        """The open connection; None while there is none."""
        return None if self._connection is None or self._connection.closed else self._connection

    def expect(self, run_id: str | None) -> None:
        """From now on another process is the right one: the step before has started it. None: any."""
        self._run_id = run_id

    async def open(self) -> None:
        """Connect and check who answers. Raises WireFailure or WrongServer."""
        if self._connection is not None and not self._connection.closed:
            return
        connection = await Connection.open(await self._endpoint(), name=self._name)
        self._connection = connection
        if self._run_id is not None and (answering := (await self.info("server")).run_id) != self._run_id:
            await self.close()
            raise WrongServer(f"{self.address} is another process than the plan saw: {answering}, not {self._run_id}")

    async def info(self, section: str = "") -> NodeSample:
        """Raises WireFailure."""
        connection = self._connection
        if connection is None or connection.closed:
            await self.open()
            connection = self._connection
        assert connection is not None
        started = self._clock.monotonic()
        try:
            reply = await connection.call("INFO", *([section] if section else []))
        except WireFailure as failure:
            if failure.kind is FailureKind.RESET and connection.closed and self._connection is connection:
                # Reading may be repeated: the console's own connections are cut when clients are disconnected.
                await self.open()
                connection = self._connection
                assert connection is not None
                reply = await connection.call("INFO", *([section] if section else []))
            else:
                raise
        assert isinstance(reply, bytes)
        return self._parser.parse(reply, self._clock.now(), self._clock.monotonic() - started)

    async def change(self, *command: Argument, timeout_seconds: float | None = None) -> Reply:
        """Send one command once. Raises Refused, AnswerLost, or WireFailure when nothing could be sent."""
        (reply,) = await self._send([command], timeout_seconds)
        return _answered(reply)

    async def change_together(self, *commands: Command, timeout_seconds: float | None = None) -> list[Reply]:
        """MULTI … EXEC in one write. Replies of the commands; one that failed inside stands as ReplyError."""
        return _executed(await self._send([("MULTI",), *commands, ("EXEC",)], timeout_seconds))

    async def change_and_look(self, *command: Argument) -> NodeSample | None:
        """One command and what the node says of its replication right after it, in one round trip."""
        reply, looked = await self._send([command, _LOOK], None)
        _answered(reply)
        return self._looked(looked)

    async def change_together_and_look(self, *commands: Command) -> tuple[list[Reply], NodeSample | None]:
        """The same of MULTI … EXEC."""
        *replies, looked = await self._send([("MULTI",), *commands, ("EXEC",), _LOOK], None)
        return _executed(replies), self._looked(looked)

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _looked(self, reply: Reply) -> NodeSample | None:
        return self._parser.parse(reply, self._clock.now(), 0.0) if isinstance(reply, bytes) else None

    async def _send(self, commands: Sequence[Command], timeout_seconds: float | None) -> list[Reply]:
        await self.open()
        assert self._connection is not None
        try:
            return await self._connection.pipeline(commands, timeout_seconds=timeout_seconds)
        except WireFailure as failure:
            raise AnswerLost(failure.message) from failure


def _executed(replies: Sequence[Reply]) -> list[Reply]:
    queued = next((reply for reply in replies[:-1] if isinstance(reply, hiredis.ReplyError)), None)
    if queued is not None:
        raise Refused(str(queued))
    executed = _answered(replies[-1])
    if not isinstance(executed, list):
        raise Refused("the transaction was not carried out")
    return executed


def _answered(reply: Reply) -> Reply:
    if isinstance(reply, hiredis.ReplyError):
        raise Refused(str(reply))
    return reply
