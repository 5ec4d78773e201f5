"""`redistui promote`"""

import click

from redistui.model.errors import ExitCode

from ..changes import Asked, changing_at_a_loss
from ..invocation import Invocation
from ..options import complete_node, declare, pair_argument


@declare(
    "promote",
    "Without --to, the replica that is the least behind. The plan, its guards and its cost are shown first; it runs "
    "in a process of its own that no closed terminal takes along.",
)
@pair_argument
@click.option("--to", default="", metavar="NODE", shell_complete=complete_node, help="The replica that is to lead.")
@click.option("--no-fence", is_flag=True, help="Failover: the dead primary's machine is gone, do not try to fence it.")
@changing_at_a_loss
@click.pass_obj
def command(invocation: Invocation, pair: str, to: str, no_fence: bool, asked: Asked) -> ExitCode:
    from ..changing import change

    values = ({"to": to} if to else {}) | ({"fence": "no"} if no_fence else {})
    return change(invocation, "promote", pair, values, asked)
