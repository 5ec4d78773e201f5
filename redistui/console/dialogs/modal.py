"""A screen over another one, that answers once: two keys in one packet of a slow link must not close what is behind."""

from typing import Generic, TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

Result = TypeVar("Result")


class Modal(ModalScreen[Result], Generic[Result]):
    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """The first answer counts; what comes while the screen goes away is for nobody."""
        if self.app.screen is not self:
            return AwaitComplete()
        return super().dismiss(result)
