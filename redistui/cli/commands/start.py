"""`redistui start`"""

import click

from ..invocation import Invocation
from ..options import declare, optional_node_argument, pair_argument


@declare("start", "Without NODE, all that are stopped, the primary first. One that runs already is left alone.")
@pair_argument
@optional_node_argument
@click.pass_obj
def command(invocation: Invocation, pair: str, node: str | None) -> None:
    from .. import output
    from ..starting import start_nodes

    started = start_nodes(invocation, pair, node)
    if not started:
        output.words("nothing to start: no node is stopped")
    for item in started:
        output.data(f"{item.id} {item.address} runs")
