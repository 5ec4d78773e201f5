"""From configuration to open connections; most commands ask once."""

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from redistui.config.load import load
from redistui.config.secrets import Secrets
from redistui.config.settings import Configuration
from redistui.model.errors import UsageError
from redistui.workspace.workspace import Workspace

from .invocation import Invocation
from .prompting import Prompter

Answer = TypeVar("Answer")
_prompter = Prompter()  # one, so that no password is asked for twice


def run(main: Coroutine[Any, Any, Answer]) -> Answer:
    """Run one question to its end."""
    try:
        return asyncio.run(main)
    finally:
        _prompter.restore_terminal()


def open_workspace(configuration: Configuration) -> Workspace:
    return Workspace.open(configuration, Secrets(prompt=_prompter))


def open_for_long(configuration: Configuration) -> Workspace:
    """For what goes on until it is ended: passwords that have to be typed are asked for now."""
    opened = open_workspace(configuration)
    try:
        _prompter.ask_ahead(opened)
    finally:
        _prompter.restore_terminal()
    return opened


@asynccontextmanager
async def workspace(invocation: Invocation) -> AsyncIterator[Workspace]:
    opened = open_workspace(load(invocation.config))
    try:
        yield opened
    finally:
        await opened.close()


def require_terminal() -> None:
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        raise UsageError(
            "the console needs a terminal",
            hint="`redistui pairs`, `redistui watch` and the others tell the same without",
        )
