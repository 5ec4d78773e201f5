"""`redistui provision`"""

import click

from redistui.model.errors import ExitCode

from ..changes import Asked, changing
from ..invocation import Invocation
from ..options import declare

_WORDS = f"{__name__}.words"


class _WithFields(click.Command):
    """Its help lists the fields of the provider that is named with it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_WORDS] = tuple(args)
        return super().parse_args(ctx, args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from ..provisioning import described_fields

        invocation = ctx.find_object(Invocation)
        assert invocation is not None
        named, fields = described_fields(invocation, ctx.meta.get(_WORDS, ()))
        with formatter.section(f"Fields of {named}, each set by --set NAME=VALUE" if named else "Fields"):
            formatter.write_dl(fields)


@declare(
    "provision",
    "PROVIDER is a configured connection, or a type with one connection. The plan, with every file and command, is "
    "shown first. The primary runs before a replica is made; a write is read back at the end. A step that fails "
    "leaves what there is: operations resume goes on, operations rollback removes what this operation made.",
    _WithFields,
)
@click.argument("provider")
@click.argument("name")
@click.option("--set", "given", multiple=True, metavar="NAME=VALUE", help="A field of the new pair.")
@changing
@click.pass_obj
def command(invocation: Invocation, provider: str, name: str, given: tuple[str, ...], asked: Asked) -> ExitCode:
    from ..provisioning import provision

    return provision(invocation, provider, name, given, asked)
