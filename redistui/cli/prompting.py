"""Asking for passwords on the terminal."""

import getpass
import os
import termios
from collections.abc import Iterator, Mapping
from typing import Any

from redistui.model.errors import ConfigurationError
from redistui.model.secret import SecretReference, SecretSource
from redistui.workspace.workspace import Workspace

_TERMINAL = "/dev/tty"


class Prompter:
    """Called on a thread by whoever needs a secret, so Ctrl-C may end the program while it waits with echo off."""

    def __init__(self) -> None:
        self._answers: dict[str, str] = {}
        self._terminal: tuple[int, list[Any]] | None = None

    def __call__(self, words: str) -> str:
        if words not in self._answers:
            self._remember_terminal(words)
            self._answers[words] = getpass.getpass(f"{words}: ")
        return self._answers[words]

    def ask_ahead(self, workspace: Workspace) -> None:
        """Ask now for all that the console would otherwise ask for across its own screen."""
        for connection in workspace.connections:
            for reference in _references(connection.settings):
                if reference.source is SecretSource.PROMPT:
                    self(reference.locator[0])

    def restore_terminal(self) -> None:
        if self._terminal is not None:
            descriptor, attributes = self._terminal
            termios.tcsetattr(descriptor, termios.TCSANOW, attributes)
            os.close(descriptor)
            self._terminal = None

    def _remember_terminal(self, words: str) -> None:
        if self._terminal is not None:
            return
        try:
            descriptor = os.open(_TERMINAL, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError:
            raise ConfigurationError(
                f"The secret {words!r} has to be typed, and there is no terminal to ask on",
                hint="Run it in a terminal, or keep the secret in env, file, keyring or command.",
            ) from None
        self._terminal = descriptor, termios.tcgetattr(descriptor)


def _references(value: object) -> Iterator[SecretReference]:
    if isinstance(value, SecretReference):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _references(item)
