"""What is installed and configured, what each can do and why not, how to add a connection."""

from redistui.console.setup import ConsoleSetup
from redistui.console.viewmodel.line import Line, Look, line
from redistui.console.viewmodel.providers import how_to_add, provider_block
from redistui.console.widgets.line_list import Row
from redistui.model import units
from redistui.model.snapshot import FleetSnapshot
from redistui.present.providers import KnownProvider

from .list_screen import ListScreen


class ProvidersScreen(ListScreen):
    title_words = "providers"

    def __init__(self, fleet: FleetSnapshot, setup: ConsoleSetup, known: list[KnownProvider]) -> None:
        super().__init__(fleet)
        self._setup = setup
        self._known = known

    def heading(self) -> Line:
        configured = sum(1 for known in self._known if known.name)
        types = len({known.type for known in self._known})
        return line(
            f"  {units.counted(types, 'type')} installed, {units.counted(configured, 'connection')} configured",
            look=Look.HEADING,
        )

    def rows(self) -> list[Row]:
        width = self.size.width
        blocks = [line() for _ in range(1)]
        for known in self._known:
            blocks += provider_block(known, self.fleet, width)
        return [Row(one) for one in (*blocks, *how_to_add(self._known, self._setup.new_configuration_path))]
