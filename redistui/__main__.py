"""Starts redistui. The only place that knows both the command line and the console."""

import sys
from typing import TYPE_CHECKING

from redistui.cli.main import main as command_line

if TYPE_CHECKING:
    from redistui.cli.invocation import ConsoleOrder
    from redistui.workspace.workspace import Workspace


def open_console(workspace: "Workspace", order: "ConsoleOrder") -> int:
    from redistui.console.run import run

    return run(workspace, open_pair=order.open_pair, config=order.config, typed=order.typed, obstacle=order.obstacle)


def main() -> None:
    sys.exit(command_line(open_console))


if __name__ == "__main__":
    main()
