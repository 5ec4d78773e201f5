"""The Textual app: opens screens and hands the newest snapshot to the visible ones."""

from pathlib import Path, PurePath
from typing import ClassVar, Protocol, runtime_checkable

from textual.app import App
from textual.binding import BindingType
from textual.screen import ModalScreen, Screen

from redistui.model.snapshot import FleetSnapshot
from redistui.model.topology import PairKey
from redistui.present.actions import Scope

from .bindings import bindings
from .bridge import Bridge
from .requests import OpenPair
from .screens.fleet import FleetScreen
from .setup import ConsoleSetup
from .source import MonitorSource


@runtime_checkable
class FleetViewer(Protocol):
    """A screen that shows live data."""

    def update_fleet(self, fleet: FleetSnapshot) -> None: ...


class RedistuiApp(App[int]):
    TITLE = "redistui"
    ENABLE_COMMAND_PALETTE = True
    CSS_PATH: ClassVar[list[str | PurePath]] = sorted((Path(__file__).parent / "styles").glob("*.tcss"))
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.ANYWHERE)]

    def __init__(self, source: MonitorSource, setup: ConsoleSetup | None = None) -> None:
        super().__init__()
        self.source = source
        self.setup = setup or ConsoleSetup()
        self.bridge = Bridge(source, self, minimum_seconds=self.setup.publish_seconds)

    def get_default_screen(self) -> Screen[None]:
        return FleetScreen(self.setup, self.source.latest)

    def on_mount(self) -> None:
        self.bridge.open()

    def on_unmount(self) -> None:
        self.bridge.close()

    def on_bridge_published(self) -> None:
        if (fleet := self.bridge.take()) is not None:
            self.show_fleet(fleet)

    def show_fleet(self, fleet: FleetSnapshot) -> None:
        """Hand the snapshot to the screens that can be seen; the hidden ones get the newest when they come back."""
        for screen in reversed(self.screen_stack):
            self._hand_over(screen, fleet)
            if not isinstance(screen, ModalScreen):
                break

    def _hand_over(self, screen: Screen[object], fleet: FleetSnapshot) -> None:
        if isinstance(screen, FleetViewer) and screen.is_mounted:
            with self.batch_update():
                screen.update_fleet(fleet)

    def on_open_pair(self, message: OpenPair) -> None:
        self.open_pair(message.key)

    def open_pair(self, key: PairKey) -> None:
        from .screens.pair import PairScreen  # imported late: brings the plots

        self.push_screen(PairScreen(key, self.source))
