"""`redistui completion`"""

import click

from ..options import declare

SHELLS = ("bash", "zsh", "fish")


@declare("completion", 'bash and zsh: eval "$(redistui completion bash)"; fish: redistui completion fish | source')
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    from click.shell_completion import get_completion_class

    from .. import output
    from ..main import COMPLETION_VARIABLE

    kind = get_completion_class(shell)
    assert kind is not None
    script = kind(context.find_root().command, {}, "redistui", COMPLETION_VARIABLE)
    # Not .source(): for bash that runs a bash to warn about versions of 2016.
    output.data((script.source_template % script.source_vars()).strip())
