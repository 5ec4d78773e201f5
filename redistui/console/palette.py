"""The command palette: every action and every pair, by name."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual.command import DiscoveryHit, Hit, Hits, Provider

from redistui.console.viewmodel.line import safe
from redistui.model.snapshot import FleetSnapshot
from redistui.present.actions import ACTIONS, Action
from redistui.present.words import status

if TYPE_CHECKING:
    from redistui.model.topology import PairKey

# Moving about is no use in a palette.
_LEFT_OUT = frozenset({"back", "palette", "command", "list"})


@runtime_checkable
class Performer(Protocol):
    """The app, as far as the palette needs it."""

    @property
    def fleet(self) -> FleetSnapshot: ...

    def can_perform(self, action: Action) -> bool: ...

    async def perform(self, action: Action) -> None: ...

    def open_pair(self, key: "PairKey") -> None: ...


class EverythingByName(Provider):
    async def discover(self) -> Hits:
        for name, help_text, run in self._actions():
            yield DiscoveryHit(name, run, help=help_text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, help_text, run in (*self._actions(), *self._pairs()):
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, matcher.highlight(name), run, help=help_text)

    def _actions(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        performer = self.app
        if isinstance(performer, Performer):
            for action in ACTIONS:
                if action.id.partition(".")[0] not in _LEFT_OUT and performer.can_perform(action):
                    yield action.title, action.help, partial(performer.perform, action)

    def _pairs(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        performer = self.app
        if isinstance(performer, Performer):
            for pair in performer.fleet.pairs:
                yield f"open {safe(str(pair.key))}", status(pair), partial(performer.open_pair, pair.key)
