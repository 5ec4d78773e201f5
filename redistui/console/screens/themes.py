"""Choosing a theme while seeing it."""

from collections.abc import Sequence

from textual import on

from redistui.console.viewmodel.line import Span, Tone, line
from redistui.console.widgets.line_list import LineList, Row

from .list_screen import MenuScreen


class ThemeScreen(MenuScreen[str]):
    """The highlighted theme is shown at once; `escape` restores the one before. Answers the chosen name."""

    def __init__(self, names: Sequence[str], current: str) -> None:
        rows = [Row(line(f" {name}", Span(" now" if name == current else "", Tone.DIM)), name) for name in names]
        super().__init__("theme", rows, "enter keeps, esc restores")
        self._before = current

    def on_mount(self) -> None:
        super().on_mount()
        self.listing.choose(self._before)

    @on(LineList.Moved)
    def _preview(self) -> None:
        self.app.theme = str(self.listing.selected)

    def chosen(self, value: object) -> None:
        self.dismiss(str(value))

    def action_back(self) -> None:
        self.app.theme = self._before
        super().action_back()
