"""`redistui rejoin`"""

import click

from redistui.model.errors import ExitCode

from ..changes import Asked, changing_at_a_loss
from ..invocation import Invocation
from ..options import complete_node, declare, pair_argument


@declare(
    "rejoin",
    "After a failover: a fenced or lost node is started as a replica of the primary and followed until it is linked. "
    "What it holds and the primary lacks is told before, and goes.",
)
@pair_argument
@click.option("--node", default="", metavar="NODE", shell_complete=complete_node, help="The node that comes back.")
@changing_at_a_loss
@click.pass_obj
def command(invocation: Invocation, pair: str, node: str, asked: Asked) -> ExitCode:
    from ..changing import change

    return change(invocation, "rejoin", pair, {"node": node} if node else {}, asked)
