"""`redistui resolve`"""

import click

from redistui.model.errors import ExitCode

from ..changes import Asked, changing_at_a_loss
from ..invocation import Invocation
from ..options import complete_node, declare, pair_argument


@declare(
    "resolve",
    "Without --keep it shows what each side has that the other lacks, and changes nothing. The data of the other side "
    "is set aside before it follows.",
)
@pair_argument
@click.option("--keep", default="", metavar="NODE", shell_complete=complete_node, help="The side whose data stays.")
@changing_at_a_loss
@click.pass_obj
def command(invocation: Invocation, pair: str, keep: str, asked: Asked) -> ExitCode:
    from ..changing import change

    return change(invocation, "resolve", pair, {"keep": keep} if keep else {}, asked)
