"""Calls that block, in threads of their own: not more than a few, and none that anybody waits for too long."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


class Threads:
    """A call that is given up keeps its place until its own limit ends it, so that a hung engine gathers no threads."""

    def __init__(self, most: int, name: str) -> None:
        self._places = asyncio.Semaphore(most)
        self._name = name
        self._running: set[threading.Thread] = set()

    async def run(self, call: Callable[[], T], limit_seconds: float) -> T:
        """Raises TimeoutError after the limit, and what the call raises."""
        loop = asyncio.get_running_loop()
        result: asyncio.Future[T] = loop.create_future()
        async with asyncio.timeout(limit_seconds):
            await self._places.acquire()
            # Daemons: an engine that hangs does not keep the program from ending.
            thread = threading.Thread(target=self._work, args=(loop, result, call), name=self._name, daemon=True)
            self._running.add(thread)
            thread.start()
            return await result

    def _work(self, loop: asyncio.AbstractEventLoop, result: "asyncio.Future[T]", call: Callable[[], T]) -> None:
        try:
            value = call()
        except BaseException as error:  # noqa: BLE001 - raised where it is awaited
            self._tell(loop, result, None, error)
        else:
            self._tell(loop, result, lambda: result.set_result(value), None)

    def _tell(
        self,
        loop: asyncio.AbstractEventLoop,
        result: "asyncio.Future[T]",
        succeed: Callable[[], None] | None,
        error: BaseException | None,
    ) -> None:
        thread = threading.current_thread()

        def settle() -> None:
            self._running.discard(thread)
            self._places.release()
            if result.done():
                return
            if succeed is not None:
                succeed()
            elif error is not None:
                result.set_exception(error)

        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle)

    def join(self, limit_seconds: float) -> None:
        """Wait for the threads that are about to end. Not on the loop's thread."""
        for thread in tuple(self._running):
            thread.join(limit_seconds)
