"""What may be typed after `:`, how it is completed, and what it means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from redistui.model.snapshot import FleetSnapshot
from redistui.model.topology import PairKey
from redistui.present.actions import ACTIONS, COMMAND_ALIASES, Action

from .fleet import Grouping
from .fleet_columns import Column

PROBLEMS = "problems"
VERBS = frozenset({"promote", "drill", "restart", "rejoin", "resolve", "unpause"})  # what plans a change of a pair
COMMANDS: dict[str, Action] = {action.command.split()[0]: action for action in ACTIONS if action.command}


class CommandProblem(ValueError):
    """The command was not understood; the message says what would be."""


@dataclass(frozen=True, slots=True)
class Command:
    action: Action
    argument: str = ""


def parse_command(text: str) -> Command:
    """Raises CommandProblem. A bare name of a pair is no command: `open` it."""
    word, _, argument = text.strip().partition(" ")
    name = COMMAND_ALIASES.get(word.casefold(), word.casefold())
    if name in COMMANDS:
        return Command(COMMANDS[name], argument.strip())
    nearest = get_close_matches(name, [*COMMANDS, *COMMAND_ALIASES], 1)
    meant = f"did you mean {nearest[0]}?" if nearest else "? lists the commands"
    raise CommandProblem(f"no such command {word} – {meant}")


def find_pair(name: str, fleet: FleetSnapshot) -> PairKey:
    """By `provider/name`, by a name that is unique, or by a unique beginning. Raises CommandProblem."""
    keys = [pair.key for pair in fleet.pairs]
    for found in (
        [key for key in keys if name in (str(key), key.name)],
        [key for key in keys if key.name.startswith(name) or str(key).startswith(name)],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise CommandProblem(f"{name} is not unique: {', '.join(str(key) for key in sorted(found)[:4])}")
    nearest = get_close_matches(name, [key.name for key in keys], 1)
    raise CommandProblem(f"no pair {name}" + (f" – did you mean {nearest[0]}?" if nearest else ""))


def find_column(name: str) -> Column | None:
    """None for problems first. Raises CommandProblem."""
    if PROBLEMS.startswith(name):
        return None
    found = [column for column in Column if column.value.startswith(name)]
    if found:
        return found[0]
    raise CommandProblem(f"no column {name} – there are {', '.join([PROBLEMS, *Column])}")


def find_grouping(name: str) -> Grouping:
    found = [grouping for grouping in Grouping if grouping.value.startswith(name)]
    if found:
        return found[0]
    raise CommandProblem(f"no grouping {name} – there are {', '.join(Grouping)}")


def completions(text: str, fleet: FleetSnapshot, themes: Sequence[str]) -> list[str]:
    """Whole lines that what was typed may become."""
    word, space, argument = text.lstrip().partition(" ")
    if not space:
        return sorted(name for name in {*COMMANDS, *COMMAND_ALIASES} if name.startswith(word.casefold()))
    name = COMMAND_ALIASES.get(word.casefold(), word.casefold())
    return [f"{word} {choice}" for choice in _choices(name, fleet, themes) if choice.startswith(argument.lstrip())]


def _choices(command: str, fleet: FleetSnapshot, themes: Sequence[str]) -> Iterable[str]:
    match command:
        case verb if verb == "open" or verb in VERBS:
            names = [pair.key.name for pair in fleet.pairs]
            unique = {name for name in names if names.count(name) == 1} if len(names) < 500 else set()
            return sorted(pair.key.name if pair.key.name in unique else str(pair.key) for pair in fleet.pairs)
        case "sort":
            return [PROBLEMS, *(column.value for column in Column)]
        case "group":
            return [grouping.value for grouping in Grouping]
        case "theme":
            return themes
        case "filter":
            environments = {pair.pair.environment for pair in fleet.pairs if pair.pair.environment}
            providers = {pair.key.provider for pair in fleet.pairs}
            statuses = ("ok", "warn", "down", "unknown", "problem")
            return sorted(
                [*(f"env:{name}" for name in environments), *(f"provider:{name}" for name in providers),
                 *(f"status:{name}" for name in statuses)]
            )  # fmt: skip
    return ()
