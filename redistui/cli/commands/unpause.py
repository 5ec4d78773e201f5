"""`redistui unpause`"""

import click

from redistui.model.errors import ExitCode

from ..changes import Asked, changing
from ..invocation import Invocation
from ..options import declare, pair_argument


@declare("unpause", "Whoever left it. A pause also lapses by itself.")
@pair_argument
@changing
@click.pass_obj
def command(invocation: Invocation, pair: str, asked: Asked) -> ExitCode:
    from ..changing import change

    return change(invocation, "unpause", pair, {}, asked)
