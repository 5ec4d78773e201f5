"""From the configuration to open connections, for one question or for as long as the console runs."""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from redistui.config.load import load
from redistui.config.secrets import Secrets
from redistui.config.settings import Configuration
from redistui.model.errors import UsageError
from redistui.model.secret import SecretReference
from redistui.workspace.workspace import Workspace

from .invocation import Invocation
from .output import DEBUG_VARIABLE
from .prompting import Prompter

Answer = TypeVar("Answer")
_prompter = Prompter()  # one, so that no password is asked for twice


def open_quietly(invocation: Invocation) -> Workspace:
    """For what needs no Redis: no password is asked for."""
    _keep_quiet()
    return Workspace.open(load(invocation.config), Secrets())


def open_with_passwords(configuration: Configuration, pair: str | None = None) -> Workspace:
    """Passwords that have to be typed are asked for now; with PAIR as provider/name, only those of its provider."""
    _keep_quiet()
    opened = Workspace.open(configuration, Secrets(prompt=_prompter))
    provider = pair.partition("/")[0] if pair is not None and "/" in pair else None
    _prompter.ask_ahead(opened, only_provider=provider if provider and opened.connection(provider) else None)
    return opened


def ask_for(wanted: Iterable[SecretReference]) -> None:
    """Passwords of a new pair that have to be typed."""
    _prompter.ask_for(wanted)


class _WithoutText(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"{record.name} {record.levelname.lower()} at {record.module}:{record.lineno}"


def _keep_quiet() -> None:
    """What nobody catches is logged by Python on stderr, with its text, which may repeat a secret."""
    handler: logging.Handler = logging.NullHandler()
    if os.environ.get(DEBUG_VARIABLE):
        handler = logging.StreamHandler()
        handler.setFormatter(_WithoutText())
    logging.getLogger().addHandler(handler)


def typed_answers() -> dict[str, str]:
    """What was typed for secrets, to be handed to a runner by a pipe."""
    return _prompter.answers


def ask(workspace: Workspace, question: Callable[[Workspace], Awaitable[Answer]]) -> Answer:
    """Ask one question and close the workspace."""

    async def asked() -> Answer:
        try:
            return await question(workspace)
        finally:
            await workspace.close()

    return asyncio.run(asked())


def require_terminal() -> None:
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):  # Textual draws on stderr
        raise UsageError(
            "the console needs a terminal",
            hint="`redistui pairs`, `redistui watch` and the others tell the same without",
        )
