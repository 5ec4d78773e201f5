"""`redistui config`"""

import click

from redistui.model.errors import ConfigurationError

from ..catalogue import COMMANDS
from ..invocation import Invocation
from ..options import config_option, json_option


@click.group(name="config", help=COMMANDS["config"])
@config_option
def command() -> None:
    pass


@command.command()
@config_option
@click.pass_obj
def path(invocation: Invocation) -> None:
    """Print where the configuration is looked for."""
    from redistui.config.folders import configuration_file

    from .. import output

    file = invocation.config.absolute() if invocation.config is not None else configuration_file()
    output.data(str(file))
    if not file.exists():
        output.words("it does not exist; redistui works without")


@command.command()
@config_option
@json_option
@click.pass_obj
def check(invocation: Invocation) -> None:
    """Check the configuration and every connection's settings; exit code 0, or 2 with what is wrong."""
    from .. import output
    from ..configuration import mistakes
    from ..session import open_quietly

    opened = open_quietly(invocation)
    configuration = opened.configuration
    problems, hints = mistakes(opened)
    if problems:
        raise ConfigurationError("\n".join(problems), hint="\n  ".join(dict.fromkeys(filter(None, hints))))
    for notice in configuration.notices:
        output.words(notice)
    where = str(configuration.path) if configuration.path is not None else "no configuration file"
    if invocation.json:
        output.document({"path": str(configuration.path) if configuration.path else None, "valid": True})
    else:
        count = len(configuration.connections)
        output.words(f"{where}: valid, {count} connection{'' if count == 1 else 's'}")


@command.command()
@config_option
@json_option
@click.pass_obj
def show(invocation: Invocation) -> None:
    """Print the configuration in effect, as TOML. Secrets appear as where they are kept, never as what they are."""
    from .. import output
    from ..configuration import effective, toml_lines
    from ..session import open_quietly

    opened = open_quietly(invocation)
    shown = effective(opened)
    for connection in opened.connections:
        if connection.problem:
            output.words(f"{connection.name}: {connection.problem}; its settings are not shown")
    if invocation.json:
        output.document(shown)
    else:
        output.data("\n".join(toml_lines(shown)))
