"""`redistui restart`"""

import click

from redistui.model.errors import ExitCode

from ..changes import Asked, changing_at_a_loss
from ..invocation import Invocation
from ..options import complete_node, declare, pair_argument


@declare(
    "restart",
    "Without --node, the whole pair node by node: the replicas first, then a switchover, and the old primary last. "
    "Each is linked and has caught up before the next one goes down.",
)
@pair_argument
@click.option("--node", default="", metavar="NODE", shell_complete=complete_node, help="This node alone, as it is.")
@changing_at_a_loss
@click.pass_obj
def command(invocation: Invocation, pair: str, node: str, asked: Asked) -> ExitCode:
    from ..changing import change

    return change(invocation, "restart", pair, {"node": node} if node else {}, asked)
