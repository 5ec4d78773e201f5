"""The fleet's columns: what each says of a pair, how it sorts, and which ones a terminal has room for."""

from dataclasses import dataclass
from enum import StrEnum

from redistui.model.sample import LinkState, NodeSample
from redistui.model.snapshot import PairSnapshot, Status
from redistui.model.units import age, count, percent, size
from redistui.present import words

from .line import SEVERITY_TONES, STATUS_TONES, Cell, Span, Tone, safe

MEMORY_FULL_RATIO = 0.8
_LINK_ORDER = (LinkState.DOWN, LinkState.SYNCING, None, LinkState.UP)
_LINK_TONES = {LinkState.DOWN: Tone.BAD, LinkState.SYNCING: Tone.WARN, LinkState.UP: Tone.PLAIN, None: Tone.DIM}
# What is wrong, in a word that fits the column; other rules show the status alone.
_RULE_WORDS = {
    "lag-bytes": "lagging", "lag-seconds": "lagging", "falling-behind": "lagging", "no-replica": "alone",
    "link-down": "link down", "replica-unreachable": "no answer", "memory-high": "memory",
    "memory-refuses-writes": "memory", "evictions": "evicting", "configuration-drift": "drift", "roles-differ": "roles",
    "last-save-failed": "save",
    "last-save-old": "old save", "aof-write-failed": "AOF", "connections": "clients", "backlog-short": "backlog",
    "clients-near-limit": "clients", "rejected-connections": "clients", "fragmentation": "fragments",
    "full-resyncs-repeated": "resyncs", "writable-replica": "writable", "upstream-silent": "silent",
    "follows-outside": "roles", "split-brain": "split",
}  # fmt: skip
_UNKNOWN = Span("unknown", Tone.DIM)
_NOTHING = Span("–", Tone.DIM)


class Column(StrEnum):
    PAIR = "pair"
    WHERE = "where"
    STATE = "state"
    PRIMARY = "primary"
    LINK = "link"
    LAG = "lag"
    MEMORY = "memory"
    CLIENTS = "clients"
    OPERATIONS = "ops"
    FINDING = "finding"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class Placed:
    column: Column
    width: int


TITLES = {column: column.value.upper() for column in Column} | {Column.OPERATIONS: "OPS/S", Column.FINDING: "NEWEST"}
RIGHT = frozenset({Column.CLIENTS, Column.OPERATIONS, Column.AGE, Column.LAG})
# In the order in which they get room, and the steps in which the room that is left widens them.
_LEAST = {
    Column.PAIR: 14, Column.STATE: 11, Column.LAG: 13, Column.MEMORY: 10, Column.OPERATIONS: 5, Column.AGE: 4,
    Column.WHERE: 12, Column.LINK: 7, Column.CLIENTS: 7, Column.PRIMARY: 18, Column.FINDING: 28,
}  # fmt: skip
_WIDER = ((Column.PAIR, 20), (Column.WHERE, 18), (Column.MEMORY, 16), (Column.PRIMARY, 22), (Column.PAIR, 28),
          (Column.WHERE, 24))  # fmt: skip
_MOST_FINDING = 100


def layout(width: int) -> tuple[Placed, ...]:
    """The columns that fit, in their order, with widths that depend on the terminal's width alone."""
    room = width - 2
    widths: dict[Column, int] = {}
    for column, least in _LEAST.items():
        if least + 1 <= room:
            widths[column] = least
            room -= least + 1
    for column, wanted in _WIDER:
        if column in widths:
            more = min(room, wanted - widths[column])
            widths[column] += more
            room -= more
    if Column.FINDING in widths:
        widths[Column.FINDING] += min(room, _MOST_FINDING - widths[Column.FINDING])
    return tuple(Placed(column, widths[column]) for column in Column if column in widths)


def cell(placed: Placed, pair: PairSnapshot, at: float) -> Cell:
    match placed.column:
        case Column.PAIR:
            parts: tuple[Span, ...] = (Span(safe(pair.key.name), Tone.STRONG),)
        case Column.WHERE:
            parts = (Span(safe(where(pair)), Tone.DIM),)
        case Column.STATE:
            parts = (Span(state(pair), STATUS_TONES[pair.status]),)
        case Column.PRIMARY:
            parts = _primary(pair)
        case Column.LINK:
            parts = _link(pair)
        case Column.LAG:
            parts = _lag(pair)
        case Column.MEMORY:
            parts = _memory(pair, placed.width)
        case Column.CLIENTS:
            parts = _number(_reading(pair), "clients")
        case Column.OPERATIONS:
            parts = _number(_reading(pair), "operations_per_second")
        case Column.FINDING:
            parts = _finding(pair)
        case Column.AGE:
            parts = _age(pair, at)
    return Cell(parts, placed.width, placed.column in RIGHT)


def sort_value(column: Column, pair: PairSnapshot, at: float) -> float | str | None:
    """What a column sorts by; None, the unknown, comes last either way."""
    reading = _reading(pair)
    match column:
        case Column.PAIR:
            return pair.key.name.casefold()
        case Column.WHERE:
            return where(pair).casefold()
        case Column.STATE:
            return float(_STATUS_ORDER[pair.status])
        case Column.PRIMARY:
            return str(pair.primary.node.address) if pair.primary is not None else None
        case Column.LINK:
            return float(_LINK_ORDER.index(worst_link(pair))) if pair.links else None
        case Column.LAG:
            behind = [link.lag.behind_bytes for link in pair.links]
            return (
                None
                if not behind or None in behind or pair.silent_replicas
                else float(max(b for b in behind if b is not None))
            )
        case Column.MEMORY:
            return memory_ratio(reading)
        case Column.CLIENTS:
            return None if reading is None else reading.clients
        case Column.OPERATIONS:
            return None if reading is None else reading.operations_per_second
        case Column.FINDING:
            return max((finding.since for finding in pair.findings), default=None)
        case Column.AGE:
            return data_age(pair, at)


# The worst first.
_STATUS_ORDER = {Status.DOWN: 0, Status.DEGRADED: 1, Status.UNKNOWN: 2, Status.HEALTHY: 3}


def state(pair: PairSnapshot) -> str:
    """`● ok`, `✖ down`; a degraded pair says what is wrong: `▲ lagging`."""
    if pair.status is Status.DEGRADED and pair.findings and pair.findings[0].rule in _RULE_WORDS:
        return f"{words.STATUS_GLYPHS[pair.status]} {_RULE_WORDS[pair.findings[0].rule]}"
    return words.status(pair)


def where(pair: PairSnapshot) -> str:
    return f"{pair.key.provider}/{pair.pair.place}" if pair.pair.place else pair.key.provider


def data_age(pair: PairSnapshot, at: float) -> float | None:
    """Of the oldest reading; None when a node was never read."""
    times = [node.sample.sampled_at if node.sample is not None else None for node in pair.nodes]
    known = [time for time in times if time is not None]
    return at - min(known) if known and len(known) == len(times) else None


def worst_link(pair: PairSnapshot) -> LinkState | None:
    return min((link.state for link in pair.links), key=_LINK_ORDER.index, default=None)


def memory_ratio(reading: NodeSample | None) -> float | None:
    if reading is None or reading.memory_used_bytes is None or not reading.memory_max_bytes:
        return None
    return reading.memory_used_bytes / reading.memory_max_bytes


def _reading(pair: PairSnapshot) -> NodeSample | None:
    """The primary's, while it answers."""
    primary = pair.primary
    return primary.sample if primary is not None and primary.failure is None else None


def _primary(pair: PairSnapshot) -> tuple[Span, ...]:
    return (Span(safe(str(pair.primary.node.address))),) if pair.primary is not None else (_UNKNOWN,)


def _link(pair: PairSnapshot) -> tuple[Span, ...]:
    if pair.silent_replicas and worst_link(pair) is not LinkState.DOWN:
        return (_UNKNOWN,)
    if not pair.links:
        return (Span("none", Tone.DIM),)
    state = worst_link(pair)
    return (Span(state.value if state is not None else "unknown", _LINK_TONES[state]),)


def _lag(pair: PairSnapshot) -> tuple[Span, ...]:
    """Of the replica that is furthest behind; unknown as soon as one is."""
    if pair.silent_replicas:
        return (_UNKNOWN,)
    if not pair.links:
        return (_NOTHING,)
    if any(link.lag.behind_bytes is None for link in pair.links):
        return (_UNKNOWN,)
    lag = max((link.lag for link in pair.links), key=lambda lag: lag.behind_bytes or 0)
    tone = Tone.PLAIN if lag.behind_bytes else Tone.DIM
    return (Span(f"{size(lag.behind_bytes)} {_short_time(lag.behind_seconds):>5}", tone),)


def _short_time(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return f"{seconds:.1f}s" if seconds < 9.95 else age(seconds) if seconds >= 60 else f"{seconds:.0f}s"


def _memory(pair: PairSnapshot, width: int) -> tuple[Span, ...]:
    reading = _reading(pair)
    if reading is None or reading.memory_used_bytes is None:
        return (_UNKNOWN,)
    ratio = memory_ratio(reading)
    if ratio is None:
        unlimited = reading.memory_max_bytes == 0
        return (Span(size(reading.memory_used_bytes)), Span(" no limit" if unlimited and width > 15 else "", Tone.DIM))
    cells = width - 5
    filled = min(cells, round(ratio * cells))
    tone = Tone.PLAIN if ratio < MEMORY_FULL_RATIO else Tone.WARN if ratio < 0.95 else Tone.BAD
    return (
        Span("█" * filled, Tone.SERIES_1 if tone is Tone.PLAIN else tone),
        Span("░" * (cells - filled), Tone.DIM),
        Span(f"{percent(ratio):>5}", tone),
    )


def _number(reading: NodeSample | None, name: str) -> tuple[Span, ...]:
    number = None if reading is None else getattr(reading, name)
    return (Span(count(number)),) if number is not None else (_NOTHING,)


def _finding(pair: PairSnapshot) -> tuple[Span, ...]:
    newest = max(pair.findings, key=lambda finding: finding.since, default=None)
    return (Span(safe(newest.message), SEVERITY_TONES[newest.severity]),) if newest is not None else (Span(""),)


def _age(pair: PairSnapshot, at: float) -> tuple[Span, ...]:
    seconds = data_age(pair, at)
    return (Span(age(seconds), Tone.DIM if seconds is not None and seconds < 5 else Tone.WARN),)
