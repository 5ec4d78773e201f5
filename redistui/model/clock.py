"""Time as it is passed in, so that tests need no sleep and a clock that jumps can be practised."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since the epoch. May jump when the machine's clock is set."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment. Never goes back; every duration is measured with this."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


SYSTEM_CLOCK: Clock = SystemClock()
