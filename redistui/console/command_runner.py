"""Doing what was typed after `:`."""

from typing import TYPE_CHECKING

from .viewmodel.commands import VERBS, Command, CommandProblem, find_column, find_grouping, find_pair
from .viewmodel.filter import FilterProblem, parse_filter

if TYPE_CHECKING:
    from .app import RedistuiApp


async def run_command(app: "RedistuiApp", command: Command) -> None:
    """Raises CommandProblem or FilterProblem with what would be understood."""
    argument = command.argument
    match command.action.id:
        case "fleet.open" if argument:
            app.open_pair(find_pair(argument, app.fleet))
        case verb if argument and verb in VERBS:
            pair = app.fleet.pair(find_pair(argument, app.fleet))
            app.changing.plan(verb, pair)
        case "fleet.filter":
            wanted = parse_filter(argument)
            app.go_home().filter_by(wanted)
        case "fleet.sort" if argument:
            column = find_column(argument)
            app.go_home().sort_by(column)
        case "fleet.group" if argument:
            grouping = find_grouping(argument)
            app.go_home().group_by(grouping)
        case "theme" if argument:
            app.wear(argument)
        case _ if app.can_perform(command.action):
            await app.perform(command.action)
        case _:
            raise CommandProblem(f"{command.action.command.split()[0]} works on a pair: open one first")


__all__ = ["CommandProblem", "FilterProblem", "run_command"]
