"""Keys typed on after `/` or `:` belong to the line that is about to open, however fast or late they arrive.

Without this, `/prod` in one packet of a slow link would promote, refresh and drill.
"""

from textual.app import App
from textual.events import DescendantFocus, Event, Key
from textual.timer import Timer
from textual.widgets import Input

HOLD_LIMIT_SECONDS = 1.0
_OPEN_A_LINE = frozenset({"command", "palette"})


class TypeAhead(App[int]):
    """Holds keys from the one that opens a line until the line has the focus, or does not come."""

    _held: list[Key] | None = None
    _limit: Timer | None = None

    async def on_event(self, event: Event) -> None:
        if not isinstance(event, Key) or event.is_forwarded:
            await super().on_event(event)
        elif self._held is not None:
            self._held.append(event)
        else:
            if self._opens_a_line(event.key):
                self._held = []
                self._limit = self.set_timer(HOLD_LIMIT_SECONDS, self.release_held_keys)
            await super().on_event(event)

    def _opens_a_line(self, key: str) -> bool:
        if isinstance(self.focused, Input):
            return False
        active = self.screen.active_bindings.get(key)
        if active is None:
            return False
        action = active.binding.action
        return action in _OPEN_A_LINE or action.endswith("_filter")

    async def on_descendant_focus(self, event: DescendantFocus) -> None:
        if isinstance(event.widget, Input):
            await self.release_held_keys()

    async def release_held_keys(self) -> None:
        """In their order, and before those that arrive from now on."""
        held, self._held = self._held, None
        if self._limit is not None:
            self._limit.stop()
        for key in held or ():
            await super().on_event(key)
