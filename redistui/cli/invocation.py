"""What one call of redistui was asked, shared by the group and its commands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redistui.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ConsoleOrder:
    """`open_pair` (`provider/name`) is shown at once. The rest is for the processes of operations: their configuration
    file, what was typed for secrets, and why none can be started."""

    open_pair: str | None = None
    config: Path | None = None
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)
    obstacle: str = ""


OpenConsole = Callable[["Workspace", ConsoleOrder], int]  # returns the exit code


@dataclass(slots=True)
class Invocation:
    """`config` and `json` are set by the options of the same name, before or after the command."""

    open_console: OpenConsole
    config: Path | None = None
    json: bool = False
