"""A clock that stands still until a test moves it."""

import asyncio
import heapq
import itertools
import threading

START = 1_750_000_000.0
_SETTLE_ROUNDS = 20


class FakeClock:
    """A `model.clock.Clock`. `advance` may be called from any thread, sleepers may sit in any loop."""

    def __init__(self, now: float = START, monotonic: float = 1000.0) -> None:
        self._now = now
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        with self._lock:
            heapq.heappush(self._sleepers, (self._monotonic + max(0.0, seconds), next(self._order), woken))
        if seconds <= 0:
            self.advance(0.0)
        await woken

    @property
    def sleepers(self) -> int:
        """How many wait, those that were cancelled not counted."""
        with self._lock:
            return sum(not woken.done() for _, _, woken in self._sleepers)

    def advance(self, seconds: float) -> None:
        """Let time pass, and wake who has slept enough, in the order of their times."""
        with self._lock:
            self._now += seconds
            self._monotonic += seconds
            while self._sleepers and self._sleepers[0][0] <= self._monotonic:
                _, _, woken = heapq.heappop(self._sleepers)
                if not woken.get_loop().is_closed():
                    woken.get_loop().call_soon_threadsafe(_wake, woken)

    async def elapse(self, seconds: float) -> None:
        """Let time pass from one sleeper to the next, each acting before time goes on. For tests within one loop."""
        end = self._monotonic + seconds
        await _settle()
        while (due := self._next_due()) is not None and due <= end:
            self.advance(max(0.0, due - self._monotonic))
            await _settle()
        self.advance(max(0.0, end - self._monotonic))
        await _settle()

    def jump(self, seconds: float) -> None:
        """Set the machine's clock; no time passes."""
        self._now += seconds

    def _next_due(self) -> float | None:
        with self._lock:
            return min((due for due, _, woken in self._sleepers if not woken.done()), default=None)


def _wake(woken: "asyncio.Future[None]") -> None:
    if not woken.done():
        woken.set_result(None)


async def _settle() -> None:
    """Let everything that can run, run."""
    for _ in range(_SETTLE_ROUNDS):
        await asyncio.sleep(0)
