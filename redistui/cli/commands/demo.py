"""`redistui demo`"""

import click

from redistui.model.errors import UsageError

from ..invocation import Invocation
from ..options import declare


@declare("demo", "The pairs outlive the console; --stop ends them and removes their data.")
@click.option("--pairs", type=click.IntRange(1, 50), default=1, show_default=True, metavar="N", help="How many pairs.")
@click.option("--detach", is_flag=True, help="Start them and leave them running, without the console.")
@click.option("--stop", is_flag=True, help="End all demo pairs.")
@click.pass_obj
def command(invocation: Invocation, pairs: int, detach: bool, stop: bool) -> int:
    if detach and stop:
        raise UsageError("--detach and --stop exclude each other", hint="redistui demo --help")
    from .. import demo, output
    from ..session import require_terminal

    if stop:
        names = demo.stop(invocation)
        output.words(f"ended: {', '.join(names)}" if names else "no demo pair to end")
        return 0
    if not detach:
        require_terminal()
    output.words(f"starting {'a real pair' if pairs == 1 else f'{pairs} real pairs'} on this machine …")
    provider, names = demo.start(invocation, pairs)
    if detach:
        output.data("\n".join(f"{provider}/{name}" for name in names))
        output.words("they run until `redistui demo --stop`")
        return 0
    from ..console import open_on

    code = open_on(invocation, open_pair=f"{provider}/{names[0]}" if len(names) == 1 else None)
    output.words("the demo goes on in the background; `redistui demo --stop` ends it")
    return code
