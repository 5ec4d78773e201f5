"""What may be made to go wrong between a client and the simulated cloud."""

import threading
from dataclasses import dataclass, field
from enum import StrEnum


class FaultKind(StrEnum):
    THROTTLED = "throttled"
    DENIED = "denied"
    EXPIRED = "expired"  # the caller's session token
    FAILING = "failing"  # an internal failure of the cloud, after which nobody knows
    LOST_REQUEST = "lost-request"  # the connection breaks, nothing was done
    LOST_ANSWER = "lost-answer"  # done, and then the connection breaks
    HELD_ANSWER = "held-answer"  # done, and the answer waits until it is released


@dataclass
class Fault:
    """Strikes the next `times` calls of the operation. `reached` is set when it strikes first."""

    operation: str
    kind: FaultKind
    times: int = 1
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)


class Faults:
    def __init__(self) -> None:
        self._planned: list[Fault] = []
        self._lock = threading.Lock()

    def plan(self, fault: Fault) -> Fault:
        with self._lock:
            self._planned.append(fault)
        return fault

    def next(self, operation: str) -> Fault | None:
        with self._lock:
            fault = next((fault for fault in self._planned if fault.operation == operation and fault.times > 0), None)
            if fault is None:
                return None
            fault.times -= 1
        fault.reached.set()
        return fault

    def release(self) -> None:
        """Let go of every answer that is held."""
        with self._lock:
            for fault in self._planned:
                fault.times = 0
                fault.released.set()
