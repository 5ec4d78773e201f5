"""The probe's clients: they behave as well as an application should, find the new primary and remember every answer."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import hiredis

from redistui.model.endpoint import Endpoint
from redistui.model.sample import FailureKind
from redistui.wire.client import Argument, Connection, Reply
from redistui.wire.failures import WireFailure

from .tally import REFUSED, UNKNOWN, Miss, Tally, Times

CLIENT_NAME = "redistui-drill-probe"
ANSWER_SECONDS = 1.0
FIND_SECONDS = 0.5
_FIRST_BACK_OFF_SECONDS = 0.005
_LONGEST_BACK_OFF_SECONDS = 0.05
_BEHIND_SECONDS = 0.05  # what a held-up writer catches up with at most


@dataclass(frozen=True, slots=True)
class Target:
    """A node, or the address that clients are told to write to."""

    id: str
    endpoint: Endpoint
    replica: bool = False


Targets = Callable[[], Sequence[Target]]


@dataclass(slots=True)
class Line:
    """A connection and where it leads."""

    target: Target
    connection: Connection


async def find_primary(targets: Sequence[Target]) -> Line | None:
    """Ask all of them at once; the first that says it is the primary is taken. A hung one holds nobody up."""
    tasks = [asyncio.ensure_future(_leading(target)) for target in targets]
    found: Line | None = None
    try:
        for task in asyncio.as_completed(tasks, timeout=FIND_SECONDS):
            found = await task
            if found is not None:
                break
    except TimeoutError:
        pass
    finally:
        for pending in tasks:
            pending.cancel()
        for other in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(other, Line) and other is not found:
                other.connection.close()
    return found


async def _leading(target: Target) -> Line | None:
    try:
        connection = await connect(target)
    except WireFailure:
        return None
    try:
        role = await connection.call("ROLE")
        if isinstance(role, list) and role[0] == b"master":
            return Line(target, connection)
    except WireFailure:
        pass
    except BaseException:
        connection.close()
        raise
    connection.close()
    return None


async def connect(target: Target) -> Connection:
    hurried = replace(target.endpoint, connect_timeout_seconds=ANSWER_SECONDS, reply_timeout_seconds=ANSWER_SECONDS)
    return await Connection.open(hurried, name=CLIENT_NAME, explain=False)


class BackOff:
    """Short, growing and jittered; the first try after a success is at once."""

    def __init__(self, randomness: random.Random) -> None:
        self._randomness = randomness
        self._tries = 0

    def succeeded(self) -> None:
        self._tries = 0

    async def wait(self) -> None:
        self._tries += 1
        if self._tries > 1:
            longest = min(_FIRST_BACK_OFF_SECONDS * 2.0 ** min(self._tries - 2, 10), _LONGEST_BACK_OFF_SECONDS)
            await asyncio.sleep(longest * self._randomness.uniform(0.5, 1.0))


class Writer:
    """Writes a key of its own every `pace_seconds`. A write whose answer is lost is not repeated under its name."""

    def __init__(
        self, number: int, prefix: str, targets: Targets, tally: Tally, pace_seconds: float, expiry_seconds: int
    ) -> None:
        self.number = number
        self._prefix, self._targets, self._tally = prefix, targets, tally
        self._pace_seconds, self._expiry_seconds = pace_seconds, expiry_seconds
        self._line: Line | None = None
        self._back_off = BackOff(random.Random())

    @property
    def written(self) -> Times:
        return self._tally.writes[self.number]

    async def run(self) -> None:
        due = time.monotonic() + self._pace_seconds * self.number / len(self._tally.writes)
        try:
            while True:
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                written = await self._write()
                # One that failed is tried anew at once: the back-off keeps it from hurrying too much.
                due = max(due + self._pace_seconds, time.monotonic() - _BEHIND_SECONDS) if written else time.monotonic()
        finally:
            self._close()

    async def _write(self) -> bool:
        line = self._line
        if line is None or line.connection.closed:
            await self._back_off.wait()
            line = self._line = await find_primary(self._targets())
            if line is None:
                self._tally.miss(Miss.NO_PRIMARY, time.monotonic())
                return False
        number = len(self.written)
        self.written.append(UNKNOWN)
        command: tuple[Argument, ...] = (
            "SET", key(self._prefix, self.number, number), "x", "EX", self._expiry_seconds,
        )  # fmt: skip
        try:
            (reply,) = await line.connection.pipeline([command])
        except WireFailure as failure:
            kind = Miss.TIMEOUT if failure.kind is FailureKind.TIMEOUT else Miss.CONNECTION
            self._tally.miss(kind, time.monotonic())
            self._close()
            return False
        return self._take(number, reply, line)

    def _take(self, number: int, reply: Reply, line: Line) -> bool:
        now = time.monotonic()
        if isinstance(reply, hiredis.ReplyError):
            self.written[number] = REFUSED
            self._tally.miss(Miss.READONLY if str(reply).startswith("READONLY") else Miss.REFUSED, now)
            self._close()
            return False
        self._back_off.succeeded()
        self._tally.acknowledge(self.number, number, now, line.target.id)
        return True

    def _close(self) -> None:
        if self._line is not None:
            self._line.connection.close()
            self._line = None


class Reader:
    """Reads where clients read: a replica while there is one that answers, else any node."""

    def __init__(self, prefix: str, targets: Targets, tally: Tally, pace_seconds: float) -> None:
        self._prefix, self._targets, self._tally, self._pace_seconds = prefix, targets, tally, pace_seconds
        self._back_off = BackOff(random.Random())
        self._turn = 0

    async def run(self) -> None:
        while True:
            await self._back_off.wait()
            targets = sorted(self._targets(), key=lambda target: not target.replica)
            target = targets[self._turn % len(targets)]
            try:
                await self._read_from(target)
            except WireFailure:
                self._tally.read_errors += 1
                self._turn += 1

    async def _read_from(self, target: Target) -> None:
        connection = await connect(target)
        try:
            while True:
                await connection.call("GET", key(self._prefix, 0, 0))
                self._back_off.succeeded()
                self._tally.read(time.monotonic())
                await asyncio.sleep(self._pace_seconds)
        finally:
            connection.close()


def key(prefix: str, writer: int, number: int) -> str:
    return f"{prefix}{writer}:{number}"
