"""What stands instead of screens that would not fit."""

from textual.app import ComposeResult
from textual.screen import Screen

from redistui.console.viewmodel.line import Span, Tone, line, wrapped
from redistui.console.widgets.lines import Lines

LEAST_WIDTH, LEAST_HEIGHT = 60, 16


class TooSmallScreen(Screen[None]):
    AUTO_FOCUS = ""

    def compose(self) -> ComposeResult:
        yield Lines()

    def on_resize(self) -> None:
        width, height = self.app.size
        told = f" redistui needs {LEAST_WIDTH}×{LEAST_HEIGHT} cells; this terminal has {width}×{height}."
        lines = wrapped([Span(told, Tone.STRONG), Span(" Make it larger, or q leaves.")], max(width - 1, 10))
        self.query_one(Lines).show([line(), *lines])

    def step_back(self) -> bool:
        return True
