"""The console without a terminal: started on a fake source, driven by keys, read as lines of text."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from support.fleets import FakeSource
from textual.pilot import Pilot

from redistui.console.app import RedistuiApp
from redistui.console.setup import ConsoleSetup
from redistui.console.widgets.lines import Lines
from redistui.model.snapshot import FleetSnapshot


@dataclass
class Console:
    app: RedistuiApp
    source: FakeSource
    pilot: Pilot[int]

    @property
    def text(self) -> str:
        """What the visible lines of the top screen say."""
        return "\n".join(self.lines)

    @property
    def lines(self) -> list[str]:
        shown = [widget for widget in self.app.screen.query(Lines) if widget.is_on_screen]
        shown.sort(key=lambda widget: (widget.region.y, widget.region.x))
        return [widget.render_line(y).text.rstrip() for widget in shown for y in range(widget.size.height)]

    @property
    def marked(self) -> str:
        """The fleet's line with the cursor."""
        return next((line for line in self.lines if line.startswith("▶")), "")

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        names = {" ": "space", ":": "colon", "/": "slash", "-": "minus", ".": "full_stop"}
        await self.press(*(names.get(character, character) for character in text))

    async def publish(self, fleet: FleetSnapshot) -> None:
        self.source.publish(fleet)
        await self.pilot.pause()


@asynccontextmanager
async def console(
    fleet: FleetSnapshot, setup: ConsoleSetup | None = None, *, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Console]:
    source = FakeSource(fleet)
    app = RedistuiApp(source, setup or ConsoleSetup(theme="redistui-dark"))
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        yield Console(app, source, pilot)
    source.close()
