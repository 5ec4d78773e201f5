"""`redistui destroy`"""

import click

from redistui.model.errors import ExitCode

from ..changes import Asked, changing
from ..invocation import Invocation
from ..options import declare, pair_argument


@declare(
    "destroy",
    "Its servers end and all their data is removed, snapshots too: nothing brings it back. The name of the pair has "
    "to be typed, or given by --confirm beside --yes.",
)
@pair_argument
@changing
@click.pass_obj
def command(invocation: Invocation, pair: str, asked: Asked) -> ExitCode:
    from ..changing import change

    return change(invocation, "destroy", pair, {}, asked)
