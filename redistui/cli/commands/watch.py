"""`redistui watch`"""

import click

from ..invocation import Invocation
from ..options import declare, json_option, pairs_argument


@declare("watch", "Without PAIR, every pair. Ends with Ctrl-C, or when nobody reads its output any more.")
@pairs_argument
@json_option
@click.pass_obj
def command(invocation: Invocation, pairs: tuple[str, ...]) -> None:
    from ..watching import watch

    watch(invocation, pairs)
