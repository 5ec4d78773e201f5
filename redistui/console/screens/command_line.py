"""The `:` line: type a verb, Tab completes it."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from redistui.console.bindings import bindings
from redistui.console.dialogs.modal import Modal
from redistui.console.viewmodel.commands import Command, CommandProblem, parse_command
from redistui.console.viewmodel.line import Span, Tone, line, safe
from redistui.console.widgets.lines import Lines
from redistui.present.actions import Scope

_MOST_SHOWN = 6


class CommandLine(Modal[Command]):
    """Answers the command once it is understood."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Scope.ANYWHERE, "back"),
        Binding("tab", "complete", "complete", id="command.complete", tooltip="Take the first completion"),
        Binding("up", "earlier", "earlier", id="command.earlier", tooltip="The command before"),
    ]

    def __init__(self, complete: Callable[[str], Sequence[str]], history: list[str]) -> None:
        super().__init__()
        self._complete = complete
        self._history = history
        self._recalled = len(history)

    def compose(self) -> ComposeResult:
        with Vertical(classes="command"):
            yield Lines(id="completions")
            with Horizontal():
                prompt = Lines(id="command-prompt")
                prompt.show([line(Span(" :", Tone.ACCENT))])
                yield prompt
                typed = Input(compact=True, id="command-input")
                typed.cursor_blink = False
                yield typed

    def on_mount(self) -> None:
        self._explain("")

    @on(Input.Changed)
    def _typed(self) -> None:
        self._explain("")

    def _explain(self, problem: str) -> None:
        found = self._complete(self.query_one(Input).value)
        shown = [
            Span(f" {safe(text)} ", Tone.ACCENT if not n else Tone.DIM) for n, text in enumerate(found[:_MOST_SHOWN])
        ]
        if len(found) > _MOST_SHOWN:
            shown.append(Span(f" +{len(found) - _MOST_SHOWN}", Tone.DIM))
        told = [Span(f" {problem}", Tone.BAD)] if problem else shown
        self.query_one("#completions", Lines).show([line(*told)])

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        if not event.value.strip():
            self.dismiss(None)
            return
        try:
            command = parse_command(event.value)
        except CommandProblem as problem:
            self._explain(safe(str(problem)))
            return
        self._history.append(event.value)
        self.dismiss(command)

    def action_complete(self) -> None:
        typed = self.query_one(Input)
        found = self._complete(typed.value)
        if found:
            ended = len(found) == 1 and " " not in found[0]
            typed.value = f"{found[0]} " if ended else found[0]
            typed.cursor_position = len(typed.value)

    def action_earlier(self) -> None:
        if self._recalled:
            self._recalled -= 1
            self.query_one(Input).value = self._history[self._recalled]
            self.query_one(Input).cursor_position = len(self._history[self._recalled])

    def action_back(self) -> None:
        self.dismiss(None)
