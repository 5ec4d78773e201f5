"""The line in which the fleet's filter is typed, with what is wrong about it."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from redistui.console.viewmodel.line import Span, Tone, line

from .lines import Lines


class FilterInput(Horizontal):
    def __init__(self, text: str, placeholder: str = "text, provider:, env:, status:") -> None:
        super().__init__()
        self._text = text
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        prompt = Lines(id="filter-prompt")
        prompt.show([line(Span(" /", Tone.ACCENT))])
        yield prompt
        typed = Input(self._text, placeholder=self._placeholder, compact=True, id="filter", select_on_focus=False)
        typed.cursor_blink = False
        yield typed
        yield Lines(id="filter-problem")

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def explain(self, problem: str) -> None:
        self.query_one("#filter-problem", Lines).show([line(Span(problem, Tone.BAD))] if problem else [])
