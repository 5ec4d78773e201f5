"""The simulated cloud's time: it runs as fast as is wanted, and can be moved on by hand."""

import threading
import time


class SimulatorClock:
    """`speed` 0 stands still but for `advance`."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._began = time.time()
        self._began_monotonic = time.monotonic()
        self._advanced = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        """Seconds since the epoch, as this cloud counts them."""
        with self._lock:
            return self._began + (time.monotonic() - self._began_monotonic) * self._speed + self._advanced

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._advanced += seconds
