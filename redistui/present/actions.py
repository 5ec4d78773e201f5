"""Every action of the console, once: bindings, footer, help, palette, `:` commands and the reference come from here."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    ANYWHERE = "anywhere"
    FLEET = "fleet"
    PAIR = "pair"
    LIST = "list"  # wherever a cursor moves over lines, the fleet too
    PLAN = "plan"
    OPERATION = "operation"
    OPERATIONS = "operations"


@dataclass(frozen=True, slots=True)
class Action:
    """`key` holds Textual key names, comma-separated. `footer` ranks the action there, 0 keeps it out.

    `command` is its `:` command with its arguments, empty where typing it would be no use.
    """

    id: str
    key: str
    title: str
    help: str
    scope: Scope = Scope.ANYWHERE
    command: str = ""
    footer: int = 0

    @property
    def method(self) -> str:
        """What Textual calls: `action_` and this name."""
        return self.id.replace(".", "_")


ACTIONS: tuple[Action, ...] = (
    Action("fleet.open", "enter", "open", "Open the highlighted pair", Scope.FLEET, "open PAIR", footer=1),
    Action("fleet.filter", "slash", "filter", "Show only pairs that match: text, provider:, env:, status:", Scope.FLEET,
           "filter TEXT", footer=2),
    Action("fleet.sort", "s", "sort", "Sort by the next column", Scope.FLEET, "sort COLUMN", footer=6),
    Action("fleet.reverse", "S", "reverse", "Turn the order round", Scope.FLEET, "reverse"),
    Action("fleet.problems", "0", "problems first", "Sort with problems first again", Scope.FLEET),
    Action("fleet.group", "g", "group", "Group by environment, by provider, or not at all", Scope.FLEET, "group BY"),
    Action("list.down", "down,j", "down", "The next line", Scope.LIST),
    Action("list.up", "up,k", "up", "The line before", Scope.LIST),
    Action("list.page_down", "pagedown,ctrl+f", "page down", "A page down", Scope.LIST),
    Action("list.page_up", "pageup,ctrl+b", "page up", "A page up", Scope.LIST),
    Action("list.first", "home", "first", "The first line", Scope.LIST),
    Action("list.last", "end,G", "last", "The last line", Scope.LIST),
    Action("list.choose", "enter", "choose", "Open or take the highlighted line", Scope.LIST),
    Action("pair.previous_panel", "left_square_bracket", "panel before", "The panel before", Scope.PAIR),
    Action("pair.next_panel", "right_square_bracket", "next panel", "The next panel", Scope.PAIR, footer=1),
    Action("pair.next_node", "full_stop", "next node", "Choose the next node for memory, clients, slow log and logs",
           Scope.PAIR, footer=2),
    Action("pair.previous_node", "comma", "node before", "Choose the node before", Scope.PAIR),
    Action("pair.clients", "1", "clients", "Ask the chosen node for its clients", Scope.PAIR, "clients"),
    Action("pair.slow_log", "2", "slow log", "Ask the chosen node for its slow log", Scope.PAIR, "slowlog"),
    Action("pair.keyspace", "3", "keyspace", "Keys of every database and node", Scope.PAIR, "keyspace"),
    Action("pair.persistence", "4", "persistence", "Last save, its age, AOF and fork time", Scope.PAIR, "persistence"),
    Action("pair.settings", "5", "settings", "Settings that differ between the nodes", Scope.PAIR, "settings"),
    Action("pair.events", "6", "events", "What changed by itself", Scope.PAIR, "events"),
    Action("pair.logs", "7", "logs", "The newest log lines of the chosen node", Scope.PAIR, "logs"),
    Action("pair.endpoints", "8", "endpoints", "Where applications write and read", Scope.PAIR, "endpoints"),
    Action("pair.memory_report", "9,M", "memory report", "Ask the chosen node for MEMORY DOCTOR and MEMORY STATS",
           Scope.PAIR, "memory", footer=6),
    Action("pair.turn_plots", "u", "other plots", "Turn to the plots that do not fit side by side", Scope.PAIR),
    Action("pair.clock_times", "T", "clock times", "Times of day instead of ages, and back", Scope.PAIR),
    Action("pair.sort", "s", "sort", "Sort clients or slow log by the next column", Scope.PAIR),
    Action("pair.reverse", "S", "reverse", "Turn the order of clients or slow log round", Scope.PAIR),
    Action("pair.start_node", "X", "start node", "Start the chosen node where it is stopped", Scope.PAIR, "start"),
    Action("plan.wait", "w", "wait", "Look again every second until what can pass by itself has passed, and stop that",
           Scope.PLAN, footer=1),
    Action("plan.export", "e", "export", "Write the plan as JSON into a file", Scope.PLAN, footer=3),
    Action("plan.copy", "y", "copy", "Copy the plan as text to the clipboard", Scope.PLAN, footer=4),
    Action("operation.cancel", "c", "cancel", "Ask a running operation to turn back where it still can",
           Scope.OPERATION, footer=1),
    Action("operation.resume", "R", "resume", "Go on with one that was interrupted, failed or is unknown",
           Scope.OPERATION, footer=2),
    Action("operation.rollback", "B", "roll back", "Undo one that has not passed its point of no return",
           Scope.OPERATION, footer=3),
    Action("operation.pair", "enter", "pair", "Open the operation's pair", Scope.OPERATION, footer=4),
    Action("operations.filter", "slash", "filter", "Show only operations in which all words occur", Scope.OPERATIONS,
           footer=2),
    Action("operations.verify", "v", "verify", "Check the hash chains of the journal", Scope.OPERATIONS, footer=3),
    Action("promote", "p", "promote", "Plan a switchover or failover: what it costs, every guard, every step",
           command="promote PAIR", footer=3),
    Action("drill", "d", "drill", "Plan a rehearsal of a switchover, a crash, a hang or a loss, with a verdict",
           command="drill PAIR"),
    Action("restart", "x", "restart", "Plan the restart of a node, or of the pair node by node",
           command="restart PAIR"),
    Action("rejoin", "J", "rejoin", "Plan how a node comes back as a replica after a failover", command="rejoin PAIR"),
    Action("resolve", "K", "resolve", "Show both sides of a split brain, and plan which one is kept",
           command="resolve PAIR"),
    Action("unpause", "U", "unpause", "Plan the end of a write pause, whoever left it", command="unpause PAIR"),
    Action("operations", "o", "operations", "What was changed and what is being changed, live", command="operations",
           footer=5),
    Action("back", "escape", "back", "Go back, or clear what was typed"),
    Action("alerts", "a", "alerts", "Every finding of every pair, the gravest first", command="alerts", footer=4),
    Action("copy", "y", "copy", "Copy the write or read endpoints to the clipboard", command="copy"),
    Action("providers", "v", "providers", "What is installed and configured, what each can do", command="providers"),
    Action("theme", "t", "theme", "Choose a theme, seeing it at once", command="theme NAME"),
    Action("refresh", "r,f5", "refresh", "Discover and sample now", command="refresh"),
    Action("command", "colon", "command", "Type a command", footer=8),
    Action("palette", "ctrl+p", "palette", "Find an action or a pair by name"),
    Action("home", "", "fleet", "The fleet, from wherever you are", command="pairs"),
    Action("help", "question_mark,f1", "help", "Keys and commands", command="help", footer=9),
    Action("suspend", "ctrl+z", "suspend", "Give the terminal to the shell; fg comes back", command="suspend"),
    Action("quit", "q,ctrl+q", "quit", "Leave; nothing that runs is stopped", command="quit"),
)  # fmt: skip

# Other words for a command, mostly those of the command line.
COMMAND_ALIASES = {"show": "open", "go": "open", "fleet": "pairs", "q": "quit", "exit": "quit"}

BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}


def of_scope(scope: Scope) -> tuple[Action, ...]:
    return tuple(action for action in ACTIONS if action.scope is scope)


_KEY_WORDS = {
    "slash": "/", "colon": ":", "question_mark": "?", "left_square_bracket": "[", "right_square_bracket": "]",
    "less_than_sign": "<", "greater_than_sign": ">", "full_stop": ".", "comma": ",", "space": "space",
    "up": "↑", "down": "↓", "left": "←", "right": "→", "pageup": "pgup", "pagedown": "pgdn", "escape": "esc",
}  # fmt: skip


def key_words(keys: str) -> tuple[str, ...]:
    """The keys as a person reads them: `slash,ctrl+q` is `/` and `^q`."""
    return tuple(_one_key(key.strip()) for key in keys.split(",") if key.strip())


def _one_key(key: str) -> str:
    *modifiers, name = key.split("+")
    shown = _KEY_WORDS.get(name, name)
    return "".join("^" if modifier == "ctrl" else f"{modifier}+" for modifier in modifiers) + shown
