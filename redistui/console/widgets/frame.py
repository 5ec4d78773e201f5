"""The first and the last line of every screen."""

from typing import TYPE_CHECKING

from textual.app import App

from redistui.console.setup import ConsoleSetup
from redistui.console.viewmodel.header import footer, footer_actions, header
from redistui.model.snapshot import FleetSnapshot
from redistui.present.actions import Action, Scope

from .lines import Lines

if TYPE_CHECKING:
    from redistui.operations.sight import Sight


def setup_of(app: App[object]) -> ConsoleSetup:
    """The console's set-up, also inside an app that tests made for one widget."""
    setup = getattr(app, "setup", None)
    return setup if isinstance(setup, ConsoleSetup) else ConsoleSetup()


def unended_of(app: App[object]) -> "tuple[Sight, ...]":
    """The operations that have not ended, as far as the console has seen."""
    changing = getattr(app, "changing", None)
    return () if changing is None else tuple(changing.unended)


class HeaderLine(Lines):
    """Environment, read-only state, number of pairs by status. `title` names the screen, unless it is home."""

    def __init__(self, title: str = "", environment: str | None = None) -> None:
        super().__init__(classes="frame")
        self._title = title
        self._environment = environment
        self._fleet: FleetSnapshot | None = None

    def show_fleet(self, fleet: FleetSnapshot, *, environment: str | None = None) -> None:
        """`environment` is that of the one pair that the screen is about."""
        self._fleet = fleet
        self._environment = environment if environment is not None else self._environment
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if self._fleet is not None and self.size.width:
            read_only = setup_of(self.app).read_only
            self.show(
                [header(self._fleet, self.size.width, read_only, title=self._title, environment=self._environment)]
            )


class FooterLine(Lines):
    """The keys worth knowing on this screen."""

    def __init__(self, *scopes: Scope, actions: tuple[Action, ...] = (), note: str = "") -> None:
        super().__init__(classes="frame")
        self._scopes = scopes
        self._actions = actions
        self._note = note

    def on_resize(self) -> None:
        actions = self._actions or footer_actions((*self._scopes, Scope.ANYWHERE), self.size.width)
        self.show([footer(actions, setup_of(self.app).keys, self._note, width=self.size.width)])
