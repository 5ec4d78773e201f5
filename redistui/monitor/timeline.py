"""Time that runs evenly, anchored to the machine's clock, so that a clock that jumps makes nothing older or younger."""

from redistui.model.clock import Clock
from redistui.model.facts import Moment

# Less than this is a clock being steered, not set.
_JUMP_SECONDS = 1.0
# A loop that beats later than this was suspended, or kept from running.
_STALL_SECONDS = 1.0


class Timeline:
    """A Clock whose `now` never jumps between two calls of `anchor`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset = clock.now() - clock.monotonic()
        self._beat_at: float | None = None
        self._stalled_at = -1.0

    @property
    def offset(self) -> float:
        return self._offset

    def now(self) -> float:
        return self._clock.monotonic() + self._offset

    def monotonic(self) -> float:
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)

    def moment(self) -> Moment:
        return Moment(self._clock.monotonic(), self._offset)

    def anchor(self) -> float:
        """Follow the machine's clock when it was set; returns by how many seconds everything shown must move."""
        offset = self._clock.now() - self._clock.monotonic()
        moved = offset - self._offset
        if abs(moved) < _JUMP_SECONDS:
            return 0.0
        self._offset = offset
        return moved

    def beat(self, period_seconds: float) -> float:
        """To be called every period; returns the seconds in which nothing ran, when that was long."""
        now = self._clock.monotonic()
        late = 0.0 if self._beat_at is None else now - self._beat_at - period_seconds
        self._beat_at = now
        if late < _STALL_SECONDS:
            return 0.0
        self._stalled_at = now
        return late

    def stalled_since(self, at: float) -> bool:
        """Whether this program, not the other side, may be why something that began at `at` took too long."""
        if self._beat_at is None:
            return False
        return self._stalled_at >= at or self._clock.monotonic() - self._beat_at > _STALL_SECONDS
