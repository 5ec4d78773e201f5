"""Choosing what a plan is about, before it is made."""

from redistui.console.viewmodel.plan_choice import Choice
from redistui.console.widgets.line_list import Row

from .list_screen import MenuScreen

Values = tuple[tuple[str, str], ...]


class ChoiceScreen(MenuScreen[Values]):
    """Answers the values of the chosen option."""

    def __init__(self, choice: Choice) -> None:
        rows = [Row(option.line, option.values) for option in choice.options]
        super().__init__(choice.title.replace("[", "\\["), rows, choice.note)

    def chosen(self, value: object) -> None:
        assert isinstance(value, tuple)
        self.dismiss(value)
