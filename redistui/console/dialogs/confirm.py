"""A yes-or-no question; cancel has the focus."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from .modal import Modal


class ConfirmDialog(Modal[bool]):
    """True only when the operator chose the verb itself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "cancel", "cancel", id="confirm.cancel", tooltip="Change nothing"),
        Binding("left,right", "app.focus_next", "other button", id="confirm.other", tooltip="The other button"),
    ]
    AUTO_FOCUS = "#cancel"

    def __init__(self, question: str, explanation: str, verb: str) -> None:
        super().__init__()
        self._question = question
        self._explanation = explanation
        self._verb = verb

    def compose(self) -> ComposeResult:
        with Vertical(id="confirm"):
            yield Static(self._question, id="question", markup=False)
            yield Static(self._explanation, id="explanation", markup=False)
            with Horizontal(id="choices"):
                yield Button("Cancel", id="cancel")
                yield Button(self._verb, id="verb")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "verb")

    def action_cancel(self) -> None:
        self.dismiss(False)
