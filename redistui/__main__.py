"""Starts redistui. The only place that knows both the command line and the console."""

import sys
from typing import TYPE_CHECKING

from redistui.cli.main import main as command_line

if TYPE_CHECKING:
    from redistui.workspace.workspace import Workspace


def open_console(workspace: "Workspace", open_pair: str | None) -> int:
    from redistui.console.run import run

    return run(workspace, open_pair=open_pair)


def main() -> None:
    sys.exit(command_line(open_console))


if __name__ == "__main__":
    main()
