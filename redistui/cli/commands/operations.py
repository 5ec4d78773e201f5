"""`redistui operations`"""

from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

from redistui.model.errors import ExitCode

from ..catalogue import COMMANDS
from ..invocation import Invocation
from ..options import config_option, json_option

_LIMIT = 50


def _complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from ..complete import operation_items

    return operation_items(incomplete)


def _operation(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.argument("operation", metavar="ID", shell_complete=_complete)(function)


@click.group(
    name="operations",
    invoke_without_command=True,
    help=f"{COMMANDS['operations']}\n\nID may be its beginning, or `last`. The exit code of follow, resume and "
    "rollback is the outcome: 0 done, 1 failed, 3 refused, 4 rolled back, 5 unknown.",
)
@config_option
@json_option
@click.pass_context
def command(context: click.Context) -> int | None:
    if context.invoked_subcommand is not None:
        return None
    from ..controlling import list_operations

    invocation = context.find_object(Invocation)
    assert invocation is not None
    return list_operations(invocation, _LIMIT)


@command.command("list")
@click.option("--limit", type=click.IntRange(1), default=_LIMIT, show_default=True, metavar="N", help="How many.")
@config_option
@json_option
@click.pass_obj
def listing(invocation: Invocation, limit: int) -> ExitCode:
    """List operations, the newest first."""
    from ..controlling import list_operations

    return list_operations(invocation, limit)


@command.command()
@_operation
@config_option
@json_option
@click.pass_obj
def show(invocation: Invocation, operation: str) -> ExitCode:
    """Print the plan of one, what was done, by whom and why."""
    from ..controlling import show

    return show(invocation, operation)


@command.command()
@_operation
@config_option
@json_option
@click.pass_obj
def follow(invocation: Invocation, operation: str) -> ExitCode:
    """Follow one live, whoever started it."""
    from ..controlling import follow

    return follow(invocation, operation)


@command.command()
@_operation
@config_option
@json_option
@click.pass_obj
def cancel(invocation: Invocation, operation: str) -> ExitCode:
    """Ask a running one to turn back where it still can."""
    from ..controlling import cancel

    return cancel(invocation, operation)


@command.command()
@_operation
@config_option
@json_option
@click.pass_obj
def resume(invocation: Invocation, operation: str) -> ExitCode:
    """Go on with one that was interrupted, failed or is unknown."""
    from ..controlling import resume

    return resume(invocation, operation)


@command.command()
@_operation
@config_option
@json_option
@click.pass_obj
def rollback(invocation: Invocation, operation: str) -> ExitCode:
    """Undo one that has not passed its point of no return."""
    from ..controlling import roll_back

    return roll_back(invocation, operation)


@command.command()
@config_option
@json_option
@click.pass_obj
def verify(invocation: Invocation) -> ExitCode:
    """Check the journal's hash chains; exit code 0 if they hold, 1 if not."""
    from ..controlling import verify

    return verify(invocation)
