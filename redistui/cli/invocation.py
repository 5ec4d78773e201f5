"""What one call of redistui was asked, shared by the group and its commands."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redistui.workspace.workspace import Workspace

# The pair to open at once (`provider/name`), or None for the fleet; returns the exit code.
OpenConsole = Callable[["Workspace", str | None], int]


@dataclass(slots=True)
class Invocation:
    """`config` and `json` are set by the options of the same name, before or after the command."""

    open_console: OpenConsole
    config: Path | None = None
    json: bool = False
