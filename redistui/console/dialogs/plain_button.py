"""A button one line high; the one that has the focus stands in brackets, so that no colour is needed to see it."""

from textual.content import Content
from textual.widgets import Button


class PlainButton(Button):
    def __init__(self, words: str, *, id: str) -> None:  # noqa: A002
        super().__init__(Content(_outside(words)), id=id, compact=True)
        self._words = words

    def name_it(self, words: str) -> None:
        if words != self._words:
            self._words = words
            self._draw(focused=self.has_focus)

    # Called before Textual's own handlers, so `has_focus` still tells of before.
    def on_focus(self) -> None:
        self._draw(focused=True)

    def on_blur(self) -> None:
        self._draw(focused=False)

    def _draw(self, *, focused: bool) -> None:
        self.label = Content(f"[ {self._words} ]" if focused else _outside(self._words))


def _outside(words: str) -> str:
    return f"  {words}  "
