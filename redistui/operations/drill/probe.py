"""The process that writes and reads during a drill, beside the runner so that neither disturbs the other's timing.

`python -m redistui.operations.drill.probe`: the order comes by standard input, which also holds it alive: when the
runner is gone the probe removes its keys and ends.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from array import array
from dataclasses import dataclass, replace

import msgspec

from .client import Line, Reader, Target, Writer, find_primary
from .ending import check, remove
from .messages import Order, ProbeReport, Pulse
from .tally import REFUSED, SLOT_SECONDS, UNKNOWN, Tally

FINISH, ABANDON = b"finish", b"abandon"
_PULSE_SECONDS = 0.25
_STRETCH_SECONDS = 0.25
_STRETCHES = 40
_FIND_LIMIT_SECONDS = 5.0
_ALONE_LIMIT_SECONDS = 300.0
_FIND_AGAIN_SECONDS = 0.1
_READS_PER_SECOND = 50


@dataclass
class Probe:
    order: Order
    commands: asyncio.StreamReader

    def __post_init__(self) -> None:
        order = self.order
        count = max(1, min(16, order.writes_per_second // 50))
        self.targets = [Target(told.id, told.endpoint(), told.replica) for told in order.targets]
        self.began_at, self.began = time.time(), time.monotonic()
        self.tally = Tally(self.began, [array("d") for _ in range(count)])
        pace = count / order.writes_per_second
        self.writers = [
            Writer(number, order.prefix, lambda: self.targets, self.tally, pace, order.expiry_seconds)
            for number in range(count)
        ]
        self.reader = Reader(
            order.prefix, lambda: self.targets, self.tally, max(4 / order.writes_per_second, 1 / _READS_PER_SECOND)
        )

    async def run(self) -> ProbeReport | None:
        """Until it is told to end, or nobody is there any more; a report only when it was asked for."""
        runs = (*(writer.run() for writer in self.writers), self.reader.run(), self._pulse())
        tasks = [asyncio.create_task(run) for run in runs]
        cut_short = False
        command = b""
        try:
            async with asyncio.timeout(self.order.limit_seconds):
                command = (await self.commands.readline()).strip()
        except TimeoutError:
            cut_short = True
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        ended = time.monotonic()
        if cut_short:
            command = (await self.commands.readline()).strip()
        # Left alone in the middle of a fault it waits until somebody has healed the pair.
        line = await self._primary(_FIND_LIMIT_SECONDS if command == FINISH else _ALONE_LIMIT_SECONDS)
        try:
            report = await self._report(line, ended, cut_short=cut_short) if command == FINISH else None
            left = await remove(line, self.order.prefix, self.tally.writes)
        finally:
            if line is not None:
                line.connection.close()
        return None if report is None else replace(report, keys_left=left)

    async def _report(self, line: Line | None, ended: float, *, cut_short: bool) -> ProbeReport:
        tally = self.tally
        lost = await check(line, self.order.prefix, tally.writes)
        return ProbeReport(
            started_at=self.began_at,
            ended_at=self._wall(ended),
            slot_seconds=SLOT_SECONDS,
            slots_ok=tuple(tally.slots_ok),
            slots_failed=tuple(tally.slots_failed),
            acknowledged=tally.acknowledged,
            unknown=sum(written.count(UNKNOWN) for written in tally.writes),
            refused=sum(written.count(REFUSED) for written in tally.writes),
            errors={kind.value: count for kind, count in tally.errors.items()},
            gaps=tuple((self._wall(start), seconds) for start, seconds in tally.gaps(ended)),
            moves=tuple((self._wall(at), node) for at, node in tally.moves),
            reads=tally.reads,
            read_errors=tally.read_errors,
            longest_read_gap_seconds=tally.longest_read_gap,
            checked_on=line.target.id if line else "",
            check_problem=lost.problem,
            lost=lost.count,
            lost_at=tuple(self._wall(at) for at in lost.times),
            lost_keys=lost.keys,
            cut_short=cut_short,
        )

    async def _primary(self, limit_seconds: float) -> Line | None:
        until = time.monotonic() + limit_seconds
        while True:
            line = await find_primary(self.targets)
            if line is not None or time.monotonic() >= until:
                return line
            await asyncio.sleep(_FIND_AGAIN_SECONDS)

    async def _pulse(self) -> None:
        tally = self.tally
        ok, failed = 0, 0
        while True:
            await asyncio.sleep(_PULSE_SECONDS)
            now = time.monotonic()
            running = 0.0 if tally.last_at is None else now - tally.last_at
            pulse = Pulse(
                ok_per_second=(tally.acknowledged - ok) / _PULSE_SECONDS,
                failed_per_second=(tally.failed - failed) / _PULSE_SECONDS,
                acknowledged=tally.acknowledged,
                longest_gap_seconds=max(tally.longest_gap, running),
                strip=tuple(tally.newest_slots(_STRETCHES, _STRETCH_SECONDS, now)),
            )
            ok, failed = tally.acknowledged, tally.failed
            with contextlib.suppress(BlockingIOError):  # a runner that is stopped reads nothing
                os.write(sys.stdout.fileno(), msgspec.json.encode({"pulse": pulse}) + b"\n")

    def _wall(self, monotonic: float) -> float:
        return self.began_at + monotonic - self.began


async def main() -> int:
    loop = asyncio.get_running_loop()
    commands = asyncio.StreamReader(limit=1 << 20)
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    try:
        order = msgspec.json.decode(await commands.readline(), type=Order)
        os.set_blocking(sys.stdout.fileno(), False)
        report = await Probe(order, commands).run()
    finally:
        transport.close()
    os.set_blocking(sys.stdout.fileno(), True)
    if report is not None:
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.buffer.write(msgspec.json.encode({"report": report}) + b"\n")
            sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    sys.exit(asyncio.run(main()))
