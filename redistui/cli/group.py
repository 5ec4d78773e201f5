"""The command itself: loads a command only when it is used."""

import importlib

import click
from click.shell_completion import CompletionItem

from redistui import __version__

from .catalogue import COMMANDS
from .invocation import Invocation
from .options import config_option


class LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"{__package__}.commands.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise click.exceptions.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        commands = [CompletionItem(name, help=text) for name, text in COMMANDS.items() if name.startswith(incomplete)]
        return commands + click.Command.shell_complete(self, ctx, incomplete)


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="PAIR is provider/name, or the name alone where only one pair has it. "
    "NODE is a node's id as `pairs` shows it, or its address.",
)
@config_option
@click.version_option(__version__, message="redistui %(version)s")
@click.pass_context
def group(context: click.Context) -> int | None:
    """A console for Redis primary/replica pairs. Without a command it opens."""
    if context.invoked_subcommand is not None:
        return None
    from .console import open_on

    invocation = context.find_object(Invocation)
    assert invocation is not None
    return open_on(invocation)
