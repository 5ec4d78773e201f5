"""From the monitor's thread to the app: the latest snapshot wins, and at most one message waits."""

import threading
from typing import TYPE_CHECKING

from textual.app import App
from textual.message import Message

from redistui.model.snapshot import FleetSnapshot

from .source import MonitorSource

if TYPE_CHECKING:
    from collections.abc import Callable


class Bridge:
    """Holds the newest snapshot until the app takes it, so that a terminal that stops reading costs no memory."""

    class Published(Message):
        """A snapshot waits to be taken."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, Bridge.Published)

    def __init__(self, source: MonitorSource, app: App[int], *, minimum_seconds: float = 0.0) -> None:
        self._source = source
        self._app = app
        self._minimum_seconds = minimum_seconds
        self._lock = threading.Lock()
        self._waiting: FleetSnapshot | None = None
        self._last_at = float("-inf")
        self._unsubscribe: Callable[[], None] | None = None

    def open(self) -> None:
        self._unsubscribe = self._source.subscribe(self._publish)

    def close(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    def take(self) -> FleetSnapshot | None:
        with self._lock:
            fleet, self._waiting = self._waiting, None
        return fleet

    def _publish(self, fleet: FleetSnapshot) -> None:
        # 0.05: publications come about once a second, and a little early must not cost a whole round.
        if 0 <= fleet.at - self._last_at < self._minimum_seconds - 0.05:
            return
        self._last_at = fleet.at
        with self._lock:
            first, self._waiting = self._waiting is None, fleet
        if first and not self._app.post_message(Bridge.Published()):
            self.take()
