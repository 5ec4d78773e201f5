"""Opens the console, from the commands that do."""

from redistui.config.load import load
from redistui.config.settings import Configuration

from .invocation import ConsoleOrder, Invocation
from .session import open_with_passwords, require_terminal, typed_answers

_NOT_IN_A_FILE = (
    "what `redistui connect` was given stands in no file, and the process that would carry it out reads one; "
    "put the pair into the configuration (v shows how)"
)


def open_on(invocation: Invocation, configuration: Configuration | None = None, *, open_pair: str | None = None) -> int:
    """`open_pair` is shown at once: `provider/name`."""
    require_terminal()
    workspace = open_with_passwords(configuration or load(invocation.config))
    # The file is named in full: an operation may outlive the folder that the console was started from.
    config = None if invocation.config is None else invocation.config.absolute()
    obstacle = "" if configuration is None else _NOT_IN_A_FILE
    return invocation.open_console(workspace, ConsoleOrder(open_pair, config, typed_answers(), obstacle))
