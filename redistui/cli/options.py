"""Options and arguments that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from .catalogue import COMMANDS
from .invocation import Invocation

Decorated = TypeVar("Decorated", bound=Callable[..., Any] | click.Command)


def _keep_config(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    invocation = context.find_object(Invocation)
    if value is not None and invocation is not None:
        invocation.config = value


def _keep_json(context: click.Context, _: click.Parameter, value: bool) -> None:
    invocation = context.find_object(Invocation)
    if value and invocation is not None:
        invocation.json = True


def config_option(function: Decorated) -> Decorated:
    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        callback=_keep_config,
        expose_value=False,
        is_eager=True,
        help="Use this configuration file.",
    )(function)


def declare(
    name: str, details: str = "", kind: type[click.Command] = click.Command
) -> Callable[[Callable[..., Any]], click.Command]:
    """A command of the catalogue; it takes `--config` as every command does."""

    def make(function: Callable[..., Any]) -> click.Command:
        text = f"{COMMANDS[name]}\n\n{details}" if details else COMMANDS[name]
        return click.command(name, cls=kind, help=text, short_help=COMMANDS[name])(config_option(function))

    return make


def json_option(function: Decorated) -> Decorated:
    return click.option(
        "--json", is_flag=True, callback=_keep_json, expose_value=False, help="Print JSON; unknown is null."
    )(function)


def _complete_pair(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from .complete import pair_items

    return pair_items(context, incomplete)


def complete_node(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from .complete import node_items

    return node_items(context, incomplete)


def pair_argument(function: Decorated) -> Decorated:
    return click.argument("pair", shell_complete=_complete_pair)(function)


def optional_pair_argument(function: Decorated) -> Decorated:
    return click.argument("pair", required=False, shell_complete=_complete_pair)(function)


def pairs_argument(function: Decorated) -> Decorated:
    return click.argument("pairs", metavar="[PAIR]...", nargs=-1, shell_complete=_complete_pair)(function)


def optional_node_argument(function: Decorated) -> Decorated:
    return click.argument("node", required=False, shell_complete=complete_node)(function)
