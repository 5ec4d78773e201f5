"""Pictures of every screen, from real pairs, by `make screenshots`. Nothing in them tells where they were made."""

import argparse
import asyncio
import contextlib
import html
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len

from redistui.model.topology import PairKey

from .practice_site import site
from .screenshot_changes import photograph_changes

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from redistui.console.app import RedistuiApp
    from redistui.console.setup import ConsoleSetup
    from redistui.monitor.monitor import Monitor

WARM_UP_SECONDS = 150.0
AFTER_TROUBLE_SECONDS = 8.0
SETTLE_SECONDS = 1.5
WIDE, NARROW = (120, 40), (80, 24)
SCREENS = (("a", "alerts"), ("v", "providers"), ("question_mark", "help"), ("t", "themes"))


TEXT = re.compile(r'<text class="(?P<style>[^"]+)" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)" textLength="[\d.]+" [^>]+>'
                  r"(?P<text>[^<]*)</text>")  # fmt: skip
CELL_UNITS = 12.2
WORD = re.compile(r"[\u2800-\u28ff]|[^\s\u2800-\u28ff]+")  # braille comes from another font, of another width


def _words(text: re.Match[str]) -> str:
    """Every word at its own place: not every viewer stretches text to its length, or keeps its spaces."""
    shown = html.unescape(text["text"]).replace("\xa0", " ")
    start = float(text["x"])
    placed = []
    for word in WORD.finditer(shown):
        x = start + cell_len(shown[: word.start()]) * CELL_UNITS
        placed.append(f'<tspan x="{x:.1f}">{html.escape(word[0], quote=False)}</tspan>')
    return f'<text class="{text["style"]}" y="{text["y"]}">{"".join(placed)}</text>'


def tidy(svg: str) -> str:
    """Without the font that would be fetched from elsewhere, and without numbers that differ from run to run."""
    svg = re.sub(r"@font-face \{.*?\}\s*|<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<clipPath id=\"terminal-\d+-line-.*?</clipPath>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"terminal-\d+-", "terminal-", svg)
    svg = svg.replace("Fira Code, monospace", "Fira Code, DejaVu Sans Mono, Menlo, Consolas, monospace")
    svg = TEXT.sub(_words, svg)
    return "\n".join(line.rstrip() for line in svg.splitlines() if line.strip()) + "\n"


@contextlib.contextmanager
def watching() -> Iterator[tuple["Monitor", "ConsoleSetup"]]:
    """A running monitor, and what `redistui` would tell its console, but for what is kept between runs."""
    from redistui.config.folders import state_folder
    from redistui.config.load import load
    from redistui.config.secrets import Secrets
    from redistui.console.operations import Operations
    from redistui.console.run import setup_of
    from redistui.console.terminal import Profile
    from redistui.monitor.monitor import Monitor
    from redistui.workspace.workspace import Workspace

    workspace = Workspace.open(load(), Secrets())
    setup = setup_of(workspace, Profile.LOCAL, None, None)
    shown = Path("~/.config/redistui/config.toml")
    running = Monitor(workspace)
    running.start()
    try:
        yield (
            running,
            replace(
                setup,
                state_folder=None,
                log_path=None,
                configuration_path=shown,
                new_configuration_path=shown,
                operations=Operations(workspace, state_folder()),
            ),
        )
    finally:
        running.stop()


class Photographer:
    """Opens the console on the monitor and keeps pictures of it."""

    def __init__(self, source: "Monitor", setup: "ConsoleSetup", target: Path) -> None:
        self.source = source
        self.setup = setup
        self.target = target

    def app(self, theme: str | None = None) -> "RedistuiApp":
        from redistui.console.app import RedistuiApp

        return RedistuiApp(self.source, replace(self.setup, theme=theme))

    def keep(self, app: "RedistuiApp", name: str) -> None:
        (self.target / f"{name}.svg").write_text(tidy(app.export_screenshot(title="redistui")))
        print(f"{name}.svg")

    async def screens(self, size: tuple[int, int]) -> None:
        suffix = f"{size[0]}x{size[1]}"
        app = self.app()
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            self.keep(app, f"fleet-{suffix}")
            for key, name in (("a", "alerts"), ("v", "providers"), ("question_mark", "help"), ("t", "themes")):
                await pilot.press(key)
                await settle(pilot)
                self.keep(app, f"{name}-{suffix}")
                await pilot.press("escape")
                await settle(pilot)
            app.open_pair(PairKey("shop", "orders"))
            await settle(pilot)
            self.keep(app, f"pair-{suffix}")
            if size == NARROW:
                await self.panels(app, pilot, suffix)

    async def panels(self, app: "RedistuiApp", pilot: "Pilot[int]", suffix: str) -> None:
        """Each panel of the pair, where one is seen at a time."""
        from redistui.console.screens.pair import PairScreen
        from redistui.console.viewmodel.pair_panels import PairPanel

        assert isinstance(app.screen, PairScreen)
        for panel in PairPanel:
            app.screen.go_to(panel)
            await settle(pilot)
            self.keep(app, f"pair-{panel.value}-{suffix}")

    async def themes(self) -> None:
        from redistui.config.themes import load_themes

        definitions, problems = load_themes()
        assert not problems, problems
        for definition in definitions:
            app = self.app(definition.name)
            async with app.run_test(size=NARROW) as pilot:
                await settle(pilot)
                self.keep(app, f"theme-{definition.name}")


async def settle(pilot: "Pilot[int]") -> None:
    """Long enough for what is asked on demand, and for the next sample."""
    await pilot.pause(SETTLE_SECONDS)


async def photograph(target: Path, warm_up_seconds: float) -> None:
    with site() as pairs, watching() as (source, setup):
        time.sleep(warm_up_seconds)
        pairs.trouble()
        time.sleep(AFTER_TROUBLE_SECONDS)
        camera = Photographer(source, setup, target)
        for size in (WIDE, NARROW):
            await camera.screens(size)
        await camera.themes()
        for size in (WIDE, NARROW):
            await photograph_changes(camera, size)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("target", type=Path)
    arguments.add_argument("--warm-up", type=float, default=WARM_UP_SECONDS, metavar="SECONDS")
    given = arguments.parse_args()
    given.target.mkdir(exist_ok=True)
    asyncio.run(photograph(given.target.absolute(), given.warm_up))


if __name__ == "__main__":
    main()
