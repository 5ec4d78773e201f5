"""Asking for passwords on the terminal, before anything else happens."""

import getpass
import os
from collections.abc import Iterable

from redistui.model.errors import ConfigurationError
from redistui.model.secret import SecretReference, SecretSource
from redistui.workspace.references import references
from redistui.workspace.workspace import Workspace


class Prompter:
    """Asked on a thread by whoever needs a secret, it answers with what was typed at the start.

    Asking then would be too late: the console holds the screen, and Ctrl-C could leave the terminal without echo.
    """

    def __init__(self) -> None:
        self._answers: dict[str, str] = {}

    def __call__(self, words: str) -> str:
        if words not in self._answers:
            raise ConfigurationError(
                f"The secret {words!r} has to be typed, and there is no terminal to ask on",
                hint="Run it in a terminal, or keep the secret in env, file, keyring or command.",
            )
        return self._answers[words]

    @property
    def answers(self) -> dict[str, str]:
        """What was typed so far, by the words it was asked with."""
        return dict(self._answers)

    def ask_ahead(self, workspace: Workspace, *, only_provider: str | None = None) -> None:
        """Ask for all that the connections, or the one of that name, will want. Without a terminal nothing is asked."""
        for connection in workspace.connections:
            if only_provider in {None, connection.name}:
                self.ask_for(references(connection.settings))

    def ask_for(self, wanted: Iterable[SecretReference]) -> None:
        """The same for these references: those that name another source are left alone."""
        for reference in wanted:
            if reference.source is SecretSource.PROMPT:
                self._ask(reference.locator[0])

    def _ask(self, words: str) -> None:
        if words not in self._answers and _has_terminal():
            self._answers[words] = getpass.getpass(f"{words}: ")


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True
