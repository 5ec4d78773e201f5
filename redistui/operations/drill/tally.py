"""What the probe's clients saw, kept small: a time a write, counts a slot, the longest gaps."""

from array import array
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

SLOT_SECONDS = 0.005
# Of each stretch the longest gap that ended in it: on a busy machine there are many long ones far from the fault.
_GAP_STRETCH_SECONDS = 0.05
_MOVES_KEPT = 1000
# In the place of the time at which a write was acknowledged.
REFUSED, UNKNOWN = -1.0, -2.0
Times: TypeAlias = "array[float]"


class Miss(StrEnum):
    """Why a write was not acknowledged."""

    READONLY = "readonly"
    CONNECTION = "connection"
    TIMEOUT = "timeout"
    NO_PRIMARY = "no_primary"
    REFUSED = "refused"


@dataclass
class Tally:
    """Of all writers together. Times are monotonic; `writes` holds one array a writer, indexed by the key's number."""

    started: float
    writes: list[Times]
    slots_ok: "array[int]" = field(default_factory=lambda: array("L"))
    slots_failed: "array[int]" = field(default_factory=lambda: array("L"))
    errors: dict[Miss, int] = field(default_factory=lambda: dict.fromkeys(Miss, 0))
    acknowledged: int = 0
    failed: int = 0
    moves: list[tuple[float, str]] = field(default_factory=list)
    last_at: float | None = None
    longest_gap: float = 0.0
    reads: int = 0
    read_errors: int = 0
    last_read_at: float | None = None
    longest_read_gap: float = 0.0
    _gaps: dict[int, tuple[float, float]] = field(default_factory=dict)
    _last_node: str = ""

    def acknowledge(self, writer: int, number: int, at: float, node: str) -> None:
        self.writes[writer][number] = at
        self.acknowledged += 1
        self._count(self.slots_ok, at)
        if self.last_at is not None:
            self._gap(self.last_at, at - self.last_at)
        self.last_at = at
        if node != self._last_node and len(self.moves) < _MOVES_KEPT:
            self.moves.append((at, node))
        self._last_node = node

    def miss(self, kind: Miss, at: float) -> None:
        self.errors[kind] += 1
        self.failed += 1
        self._count(self.slots_failed, at)

    def read(self, at: float) -> None:
        self.reads += 1
        if self.last_read_at is not None:
            self.longest_read_gap = max(self.longest_read_gap, at - self.last_read_at)
        self.last_read_at = at

    def gaps(self, until: float) -> list[tuple[float, float]]:
        """The longest times without an acknowledged write, by time: (start, seconds), the one that goes on included."""
        running = [] if self.last_at is None else [(self.last_at, until - self.last_at)]
        return sorted([*self._gaps.values(), *running])

    def newest_slots(self, count: int, width_seconds: float, now: float) -> list[tuple[int, int]]:
        """(ok, failed) of the last `count` stretches of time, oldest first."""
        per_stretch = max(1, round(width_seconds / SLOT_SECONDS))
        last = int((now - self.started) / SLOT_SECONDS)
        found = []
        for stretch in range(count - 1, -1, -1):
            end = last - stretch * per_stretch
            span = slice(max(0, end - per_stretch), max(0, end))
            found.append((sum(self.slots_ok[span]), sum(self.slots_failed[span])))
        return found

    def _gap(self, start: float, seconds: float) -> None:
        self.longest_gap = max(self.longest_gap, seconds)
        stretch = int((start + seconds - self.started) / _GAP_STRETCH_SECONDS)
        if stretch not in self._gaps or seconds > self._gaps[stretch][1]:
            self._gaps[stretch] = (start, seconds)

    def _count(self, slots: "array[int]", at: float) -> None:
        slot = int((at - self.started) / SLOT_SECONDS)
        if slot >= len(slots):
            slots.extend([0] * (slot + 1 - len(slots)))
        slots[slot] += 1
