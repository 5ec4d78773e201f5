"""The line in which the fleet's filter is typed, with what is wrong about it."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from redistui.console.viewmodel.line import Span, Tone, line

from .lines import Lines


class FilterInput(Horizontal):
    def compose(self) -> ComposeResult:
        prompt = Lines(id="filter-prompt")
        prompt.show([line(Span(" /", Tone.ACCENT))])
        yield prompt
        typed = Input(placeholder="text, provider:, env:, status:", compact=True, id="filter", select_on_focus=False)
        typed.cursor_blink = False
        yield typed
        yield Lines(id="filter-problem")

    @property
    def value(self) -> str:
        return self.query_one(Input).value

    @value.setter
    def value(self, text: str) -> None:
        self.query_one(Input).value = text

    def explain(self, problem: str) -> None:
        self.query_one("#filter-problem", Lines).show([line(Span(problem, Tone.BAD))] if problem else [])

    def focus_input(self) -> None:
        self.query_one(Input).focus()
