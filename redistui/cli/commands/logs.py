"""`redistui logs`"""

from collections.abc import Sequence

import click

from ..invocation import Invocation
from ..options import declare, json_option, optional_node_argument, pair_argument


@declare("logs", "Oldest line first; without NODE, of every node.")
@pair_argument
@optional_node_argument
@click.option("--lines", type=click.IntRange(1, 100_000), default=50, show_default=True, metavar="N", help="How many.")
@json_option
@click.pass_obj
def command(invocation: Invocation, pair: str, node: str | None, lines: int) -> None:
    from .. import output
    from ..logs import newest_logs

    told = newest_logs(invocation, pair, node, lines)
    if invocation.json:
        output.document([{"node": item.id, "address": str(item.address), "lines": list(logs)} for item, logs in told])
        return
    for index, (item, logs) in enumerate(told):
        if len(told) > 1:
            output.data(("\n" if index else "") + f"==> {item.id} {item.address} <==")
        _print(logs)


def _print(logs: Sequence[str]) -> None:
    from .. import output

    look = output.look_of_data()
    for line in logs:
        output.data(look.text(line.expandtabs()))
