"""`redistui drill`"""

import click

from redistui.model.errors import ExitCode

from ..changes import Asked, changing
from ..invocation import Invocation
from ..options import complete_node, declare, pair_argument

# As operations.drill.scenarios has them, which a command's help does not load.
_SCENARIOS = ("switchover", "primary-crash", "primary-hang", "replica-loss", "provider")


@declare(
    "drill",
    "A probe writes and reads as a well-behaved client does, the fault is caused on purpose, the pair is healed, and "
    "every acknowledged write is looked for. The exit code is 1 when the verdict is FAIL. Ctrl-C makes the pair whole "
    "and stops.",
)
@pair_argument
@click.option("--scenario", required=True, type=click.Choice(_SCENARIOS), help="What happens.")
@click.option("--writes-per-second", default=None, metavar="N", help="The probe's pace; 200 without it.")
@click.option(
    "--rto-limit", default=None, metavar="SECONDS", help="Longest time without a successful write that passes."
)
@click.option("--failback", is_flag=True, help="Let the first primary lead again at the end.")
@click.option("--to", default=None, metavar="NODE", shell_complete=complete_node, help="The replica that takes part.")
@changing
@click.pass_obj
def command(
    invocation: Invocation,
    pair: str,
    scenario: str,
    writes_per_second: str | None,
    rto_limit: str | None,
    failback: bool,
    to: str | None,
    asked: Asked,
) -> ExitCode:
    from ..changing import change

    given = {"scenario": scenario, "writes-per-second": writes_per_second, "rto-limit": rto_limit, "to": to}
    values = {name: value for name, value in given.items() if value is not None}
    return change(invocation, "drill", pair, values | ({"failback": "yes"} if failback else {}), asked)
