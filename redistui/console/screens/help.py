"""Keys and commands, from the action registry."""

from redistui.console.setup import ConsoleSetup
from redistui.console.viewmodel.help import help_lines
from redistui.console.viewmodel.line import Line, Look, line
from redistui.console.widgets.line_list import Row
from redistui.model.snapshot import FleetSnapshot
from redistui.present.actions import Scope

from .list_screen import ListScreen


class HelpScreen(ListScreen):
    title_words = "help"

    def __init__(self, fleet: FleetSnapshot, setup: ConsoleSetup, scope: Scope) -> None:
        super().__init__(fleet)
        self._setup = setup
        self._scope = scope

    def heading(self) -> Line:
        return line("  Keys, commands and signs; ↓ ↑ scroll, esc leaves", look=Look.HEADING)

    def rows(self) -> list[Row]:
        return [Row(one) for one in help_lines(self._scope, self._setup.keys, self.size.width)]
