"""Opens the console, from the commands that do."""

from redistui.config.load import load
from redistui.config.settings import Configuration

from .invocation import Invocation
from .session import open_with_passwords, require_terminal


def open_on(invocation: Invocation, configuration: Configuration | None = None, *, open_pair: str | None = None) -> int:
    """`open_pair` is shown at once: `provider/name`."""
    require_terminal()
    return invocation.open_console(open_with_passwords(configuration or load(invocation.config)), open_pair)
