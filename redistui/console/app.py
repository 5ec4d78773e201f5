"""The Textual app: opens screens and hands the newest snapshot to the visible ones."""

import asyncio
from functools import partialmethod
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.events import Resize
from textual.screen import ModalScreen, Screen

from redistui.model.snapshot import FleetSnapshot, PairSnapshot
from redistui.model.topology import PairKey
from redistui.present.actions import Action, Scope
from redistui.present.keymap import keymap_problems

from .bindings import bindings
from .bridge import Bridge
from .changing import Changing, UnendedSeen
from .crash import CrashReport
from .ending import suspend_within
from .requests import OpenOperation, OpenPair, OperationBegun
from .screen_roles import AboutPair, FleetViewer, StepsBack
from .screens.fleet import FleetScreen
from .screens.too_small import LEAST_HEIGHT, LEAST_WIDTH, TooSmallScreen
from .setup import ConsoleSetup
from .source import MonitorSource
from .themes import Wardrobe, has_few_colours
from .type_ahead import TypeAhead

if TYPE_CHECKING:
    from textual.command import Provider

    from .viewmodel.commands import Command


def _palette() -> "type[Provider]":
    from .palette import EverythingByName  # imported late: costs a fifth of the start

    return EverythingByName


class RedistuiApp(TypeAhead):
    TITLE = "redistui"
    CSS_PATH: ClassVar[list[str | PurePath]] = sorted((Path(__file__).parent / "styles").glob("*.tcss"))
    COMMANDS = {_palette}  # noqa: RUF012 - declared by Textual as it is
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.ANYWHERE)]
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-narrow"),
        (100, "-normal"),
        (140, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-short"),
        (30, "-tall"),
    ]

    def __init__(self, source: MonitorSource, setup: ConsoleSetup | None = None) -> None:
        super().__init__()
        self.source = source
        self.setup = setup or ConsoleSetup()
        self.bridge = Bridge(source, self, minimum_seconds=self.setup.publish_seconds)
        self.changing = Changing(self, source, self.setup.operations)
        few_colours = self.setup.low_bandwidth or has_few_colours()
        self.wardrobe = Wardrobe(self, self.setup.theme, self.setup.state_folder, few_colours=few_colours)
        self.wardrobe.dress()  # before the first style is computed
        self.set_class(self.setup.only_ascii, "-ascii")
        self.crash = CrashReport(self.setup.log_path)
        self.error_console = self.crash.console
        self.command_history: list[str] = []
        self._wanted_pair = self.setup.open_pair
        self._event_loop: asyncio.AbstractEventLoop | None = None
        self._end_code: int | None = None

    def get_default_screen(self) -> Screen[None]:
        return FleetScreen(self.setup, self.source.latest)

    def on_mount(self) -> None:
        self._event_loop = asyncio.get_running_loop()
        suspend_within(self._event_loop)
        if self._end_code is not None:
            self.exit(self._end_code)
            return
        self.set_keymap(dict(self.setup.keys))
        keys = (f"[keys] {name} {problem}" for name, problem in keymap_problems(self.setup.keys))
        for problem in (*self.wardrobe.problems, *keys, *self.setup.notices):
            self.notify(problem, severity="warning", markup=False)
        self.app_resume_signal.subscribe(self, self._draw_all)
        self.bridge.open()
        self.call_after_refresh(self.changing.open)
        self._open_wanted_pair()

    def on_unmount(self) -> None:
        self.changing.close()
        self.bridge.close()

    def end_from_outside(self, code: int) -> None:
        """From a signal handler or another thread."""
        self._end_code = code
        if self._event_loop is not None and not self._event_loop.is_closed():
            self._event_loop.call_soon_threadsafe(self.exit, code)

    def bell(self) -> None:
        """Textual rings while it handles an exception that nobody caught, before it ends."""
        self.crash.note()

    def on_resize(self, event: Resize) -> None:
        small = event.size.width < LEAST_WIDTH or event.size.height < LEAST_HEIGHT
        showing = isinstance(self.screen, TooSmallScreen)
        if small and not showing:
            self.push_screen(TooSmallScreen())
        elif showing and not small:
            self.pop_screen()

    # ---- the live path

    @property
    def fleet(self) -> FleetSnapshot:
        return self.source.latest

    def on_bridge_published(self) -> None:
        if (fleet := self.bridge.take()) is not None:
            self.show_fleet(fleet)
            self._open_wanted_pair()

    def on_fleet_wanted(self) -> None:
        self.show_fleet(self.fleet)

    def show_fleet(self, fleet: FleetSnapshot) -> None:
        """Hand the snapshot to the screens that can be seen; the hidden ones get the newest when they come back."""
        for screen in reversed(self.screen_stack):
            if screen.is_mounted and isinstance(screen, FleetViewer):
                with self.batch_update():
                    screen.update_fleet(fleet)
            if not isinstance(screen, ModalScreen):
                break

    def _open_wanted_pair(self) -> None:
        """The pair named at the start, as soon as it is known."""
        wanted = next((pair.key for pair in self.fleet.pairs if str(pair.key) == self._wanted_pair), None)
        if wanted is not None:
            self._wanted_pair = None
            self.open_pair(wanted)

    # ---- screens

    def on_open_pair(self, message: OpenPair) -> None:
        self.open_pair(message.key)

    def open_pair(self, key: PairKey) -> None:
        from .screens.pair import PairScreen  # imported late: brings the plots

        if isinstance(self.screen, PairScreen):
            self.pop_screen()
        self.push_screen(PairScreen(key, self.source, self.setup))

    def on_unended_seen(self, message: UnendedSeen) -> None:
        self.changing.take(message.overview)

    def on_operation_begun(self, message: OperationBegun) -> None:
        self.changing.begun(message.operation, message.key)

    def on_open_operation(self, message: OpenOperation) -> None:
        self.changing.open_operation(message.operation, message.key)

    def go_home(self) -> FleetScreen:
        while len(self.screen_stack) > 1:
            self.pop_screen()
        assert isinstance(self.screen, FleetScreen)
        return self.screen

    def _pair(self) -> PairSnapshot | None:
        """The pair that the screen is about."""
        key = self.screen.key if isinstance(self.screen, AboutPair) else None
        return self.fleet.pair(key) if key is not None else None

    # ---- actions of the registry

    def can_perform(self, action: Action) -> bool:
        return (
            action.scope in {Scope.ANYWHERE, Scope.FLEET}
            or getattr(self.screen, f"action_{action.method}", None) is not None
        )

    async def perform(self, action: Action) -> None:
        if action.scope is Scope.ANYWHERE:
            await self.run_action(action.method)
            return
        screen = self.go_home() if action.scope is Scope.FLEET else self.screen
        await screen.run_action(action.method)

    async def action_back(self) -> None:
        stepped = isinstance(self.screen, StepsBack) and self.screen.step_back()
        if not stepped and len(self.screen_stack) > 1:
            self.pop_screen()

    def action_home(self) -> None:
        self.go_home()

    def action_suspend(self) -> None:
        self.action_suspend_process()

    def _draw_all(self, _app: object) -> None:
        """The shell wrote over the screen; else only what changes would be drawn."""
        self.refresh(layout=True)

    def action_refresh(self) -> None:
        self.source.refresh()
        self.notify("Looking for pairs and sampling now", timeout=2)

    def action_palette(self) -> None:
        self.action_command_palette()

    def action_alerts(self) -> None:
        from .screens.alerts import AlertsScreen

        self._show(AlertsScreen(self.fleet))

    def action_providers(self) -> None:
        from redistui.present.providers import known_providers

        from .screens.providers import ProvidersScreen

        self._show(ProvidersScreen(self.fleet, self.setup, known_providers(self.setup.connections)))

    def action_operations(self) -> None:
        self.changing.open_operations(self.screen.key if isinstance(self.screen, AboutPair) else None)

    def _plan(self, verb: str) -> None:
        self.changing.plan(verb, self._pair())

    action_promote = partialmethod(_plan, "promote")
    action_drill = partialmethod(_plan, "drill")
    action_restart = partialmethod(_plan, "restart")
    action_rejoin = partialmethod(_plan, "rejoin")
    action_resolve = partialmethod(_plan, "resolve")
    action_unpause = partialmethod(_plan, "unpause")

    def action_help(self) -> None:
        from .screens.help import HelpScreen

        scope = Scope.FLEET if isinstance(self.screen, FleetScreen) else getattr(self.screen, "scope", Scope.PAIR)
        self._show(HelpScreen(self.fleet, self.setup, scope))

    def _show(self, screen: Screen[None]) -> None:
        if type(self.screen) is not type(screen):
            self.push_screen(screen)

    def action_theme(self) -> None:
        from .screens.themes import ThemeScreen

        names = self.wardrobe.names()
        self.push_screen(ThemeScreen(names, self.theme), lambda name: self.wear(name) if name else None)

    def wear(self, name: str) -> None:
        if name not in self.wardrobe.names():
            self.notify(f"There is no theme {name}", severity="error", markup=False)
            return
        self.theme = name
        self.wardrobe.keep(name)

    def action_copy(self) -> None:
        from .screens.copy import CopyScreen

        pair = self._pair()
        if pair is None:
            self.notify("Highlight or open a pair first", severity="warning")
            return
        self.push_screen(CopyScreen(pair), self._copy)

    def _copy(self, endpoint: str | None) -> None:
        if endpoint is not None:
            self.copy_to_clipboard(endpoint)
            self.notify(f"Sent to the terminal's clipboard: {endpoint}", timeout=3, markup=False)

    def action_command(self) -> None:
        from .screens.command_line import CommandLine
        from .viewmodel.commands import completions

        async def entered(command: "Command | None") -> None:
            if command is not None:
                await self._run(command)

        line = CommandLine(lambda text: completions(text, self.fleet, self.wardrobe.names()), self.command_history)
        self.push_screen(line, entered)

    async def _run(self, command: "Command") -> None:
        from .command_runner import CommandProblem, FilterProblem, run_command

        try:
            await run_command(self, command)
        except (CommandProblem, FilterProblem) as problem:
            self.notify(str(problem), severity="error", markup=False)
