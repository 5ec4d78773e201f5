"""The engine's event stream: tells that something about containers changed, and nothing in between."""

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .engine import connect
from .location import Location

if TYPE_CHECKING:
    from docker import APIClient
    from docker.types.daemon import CancellableStream

BEGIN_LIMIT_SECONDS = 10.0
_ACTIONS = frozenset(
    {"create", "start", "restart", "stop", "die", "died", "kill", "pause", "unpause", "destroy", "remove", "rename"}
    | {"update", "oom", "connect", "disconnect"}
)


class EventWatch:
    """`news` is set by an event, and when the stream ends. One thread, one connection."""

    def __init__(self, location: Location, news: asyncio.Event) -> None:
        self._location = location
        self._news = news
        self._loop = asyncio.get_running_loop()
        self._begun = asyncio.Event()
        self._lock = threading.Lock()
        self._client: APIClient | None = None
        self._stream: CancellableStream[dict[str, Any]] | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._watch, name="redistui-docker-events", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    async def begun(self) -> None:
        """Return when the stream is open, or has failed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(BEGIN_LIMIT_SECONDS):
                await self._begun.wait()

    async def close(self) -> None:
        with self._lock:
            self._closed = True
            stream = self._stream
        if stream is not None:
            # It wakes the thread by shutting the socket down; an ended one is fine.
            with suppress(Exception):
                stream.close()
        await asyncio.to_thread(self._thread.join, 1.0)

    def _watch(self) -> None:
        try:
            with suppress(Exception):  # whoever asks the engine next tells why
                self._client = connect(self._location)
                stream = self._client.events(decode=True)
                with self._lock:
                    self._stream = stream
                    closed = self._closed
                self._tell(self._begun)
                while not closed and (event := next(stream, None)) is not None:
                    if _matters(event):
                        self._tell(self._news)
        finally:
            if self._client is not None:
                with suppress(Exception):
                    self._client.close()
            self._tell(self._begun)
            self._tell(self._news)

    def _tell(self, event: asyncio.Event) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(event.set)


def _matters(event: dict[str, Any]) -> bool:
    action = str(event.get("Action") or event.get("status") or "")
    return event.get("Type") in ("container", "network") and (action in _ACTIONS or action.startswith("health_status"))
