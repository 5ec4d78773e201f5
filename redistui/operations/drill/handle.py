"""The runner's end of the probe: started, listened to by a thread of its own, ended. Passwords go through its pipe."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection

import msgspec

from .messages import Order, ProbeReport, Pulse
from .probe import ABANDON, FINISH

_POLL_SECONDS = 0.02
_KILL_SECONDS = 2.0


class _Line(msgspec.Struct):
    pulse: Pulse | None = None
    report: ProbeReport | None = None


class ProbeHandle:
    """`on_pulse` is called on the thread that listens, so that a slow disk never holds the runner up."""

    def __init__(self, process: "subprocess.Popen[bytes]", on_pulse: Callable[[Pulse], None]) -> None:
        self._process = process
        self._on_pulse = on_pulse
        self.pulse: Pulse | None = None
        self._report: ProbeReport | None = None
        self._listener = threading.Thread(target=self._listen, name="drill probe", daemon=True)
        self._listener.start()

    @classmethod
    def start(cls, order: Order, hidden_variables: Collection[str], on_pulse: Callable[[Pulse], None]) -> "ProbeHandle":
        process = subprocess.Popen(
            [sys.executable, "-m", "redistui.operations.drill.probe"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if name not in hidden_variables},
        )
        handle = cls(process, on_pulse)
        handle._tell(msgspec.json.encode(order))
        return handle

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    async def written(self, count: int, limit_seconds: float) -> bool:
        """Wait until so many writes were acknowledged."""
        return await self._until(lambda: self.pulse is not None and self.pulse.acknowledged >= count, limit_seconds)

    async def flows(self, limit_seconds: float) -> bool:
        """Wait until writes are acknowledged again and none fails, in a pulse that is yet to come."""
        before = self.pulse

        def calm() -> bool:
            pulse = self.pulse
            return pulse is not None and pulse is not before and pulse.ok_per_second > 0 and not pulse.failed_per_second

        return await self._until(calm, limit_seconds)

    async def finish(self, limit_seconds: float) -> ProbeReport | None:
        """End the writing, look for every acknowledged write, remove the keys. None: the probe has gone."""
        self._tell(FINISH)
        await self._until(lambda: not self._listener.is_alive(), limit_seconds)
        await self._end()
        return self._report

    async def abandon(self, limit_seconds: float) -> None:
        """End the writing and remove the keys; nothing is measured."""
        self._tell(ABANDON)
        await self._until(lambda: not self._listener.is_alive(), limit_seconds)
        await self._end()

    async def _until(self, holds: Callable[[], bool], limit_seconds: float) -> bool:
        until = time.monotonic() + limit_seconds
        while not holds():
            if time.monotonic() >= until or not self._listener.is_alive():
                return holds()
            await asyncio.sleep(_POLL_SECONDS)
        return True

    def _tell(self, line: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()
        except OSError:  # it has ended; what it did not answer tells
            return

    async def _end(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.kill()
        await asyncio.to_thread(self._process.wait, _KILL_SECONDS)
        await asyncio.to_thread(self._listener.join, _KILL_SECONDS)
        self._process.stdout.close()
        try:
            self._process.stdin.close()
        except OSError:
            return

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for text in self._process.stdout:
            line = msgspec.json.decode(text, type=_Line)
            if line.pulse is not None:
                self.pulse = line.pulse
                self._on_pulse(line.pulse)
            if line.report is not None:
                self._report = line.report
