"""The fleet's table as data: which pairs, in which order and groups, and their lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from redistui.model.snapshot import FleetSnapshot, PairSnapshot, Severity, Status
from redistui.model.topology import PairKey
from redistui.present.words import STATUS_GLYPHS, STATUS_WORDS

from .filter import EVERYTHING, Filter
from .fleet_columns import RIGHT, TITLES, Column, Placed, cell, sort_value
from .line import STATUS_TONES, Cell, Line, Look, Span, Tone, safe

_PROBLEM_ORDER = {Status.DOWN: 0, Status.DEGRADED: 1, Status.UNKNOWN: 2, Status.HEALTHY: 3}
_SEVERITY_ORDER = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}
# The first press of sort on these shows the largest first.
_LARGEST_FIRST = frozenset({Column.LAG, Column.MEMORY, Column.CLIENTS, Column.OPERATIONS, Column.FINDING, Column.AGE})


class Grouping(StrEnum):
    NONE = "none"
    ENVIRONMENT = "environment"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How the operator wants to see the fleet. `column` None: problems first."""

    column: Column | None = None
    reverse: bool = False
    grouping: Grouping = Grouping.NONE
    filter: Filter = EVERYTHING

    def sorted_by(self, column: Column | None) -> "Arrangement":
        return replace(self, column=column, reverse=column in _LARGEST_FIRST)

    def next_column(self, shown: Sequence[Column]) -> "Arrangement":
        """Problems first, then each shown column in turn."""
        order: list[Column | None] = [None, *shown]
        place = order.index(self.column) if self.column in order else 0
        return self.sorted_by(order[(place + 1) % len(order)])

    def next_grouping(self) -> "Arrangement":
        order = list(Grouping)
        return replace(self, grouping=order[(order.index(self.grouping) + 1) % len(order)])


@dataclass(frozen=True, slots=True)
class Group:
    """A header line between pairs."""

    title: str
    counts: tuple[tuple[Status, int], ...]


Entry = PairSnapshot | Group


def arrange(fleet: FleetSnapshot, wanted: Arrangement) -> tuple[Entry, ...]:
    """The pairs that match, in order, with their group headers."""
    pairs = [pair for pair in fleet.pairs if wanted.filter.matches(pair)]
    pairs.sort(key=lambda pair: (pair.key.name.casefold(), pair.key))
    if wanted.column is None:
        pairs.sort(key=_gravity, reverse=wanted.reverse)
    else:
        pairs = _by_column(pairs, wanted.column, wanted.reverse, fleet.at)
    if wanted.grouping is Grouping.NONE:
        return tuple(pairs)
    name = _GROUP_NAMES[wanted.grouping]
    groups: dict[str, list[PairSnapshot]] = {}
    for pair in pairs:
        groups.setdefault(name(pair), []).append(pair)
    entries: list[Entry] = []
    for title in sorted(groups):
        entries += [Group(title, count_by_status(groups[title])), *groups[title]]
    return tuple(entries)


_GROUP_NAMES: dict[Grouping, Callable[[PairSnapshot], str]] = {
    Grouping.ENVIRONMENT: lambda pair: pair.pair.environment or "no environment",
    Grouping.PROVIDER: lambda pair: pair.key.provider,
}


def _gravity(pair: PairSnapshot) -> tuple[int, int]:
    gravest = min((_SEVERITY_ORDER[finding.severity] for finding in pair.findings), default=3)
    return _PROBLEM_ORDER[pair.status], gravest


def _by_column(pairs: list[PairSnapshot], column: Column, reverse: bool, at: float) -> list[PairSnapshot]:
    values = {pair.key: sort_value(column, pair, at) for pair in pairs}
    known = [pair for pair in pairs if values[pair.key] is not None]
    known.sort(key=lambda pair: values[pair.key], reverse=reverse)  # type: ignore[arg-type,return-value]
    return known + [pair for pair in pairs if values[pair.key] is None]


def count_by_status(pairs: Sequence[PairSnapshot]) -> tuple[tuple[Status, int], ...]:
    """Only those that occur, good first."""
    counts = [(status, sum(1 for pair in pairs if pair.status is status)) for status in Status]
    return tuple((status, number) for status, number in counts if number)


def counts_spans(counts: tuple[tuple[Status, int], ...]) -> tuple[Span, ...]:
    """`● 121 ok  ▲ 5 warn  ✖ 2 down`."""
    return tuple(
        Span(f"{'  ' if n else ''}{STATUS_GLYPHS[status]} {number} {STATUS_WORDS[status]}", STATUS_TONES[status])
        for n, (status, number) in enumerate(counts)
    )


def heading(columns: Sequence[Placed], wanted: Arrangement) -> Line:
    cells = [Cell((Span("  "),), 2)]
    for placed in columns:
        arrow = ("↓" if wanted.reverse else "↑") if placed.column is wanted.column else ""
        tone = Tone.STRONG if arrow else Tone.PLAIN
        cells.append(Cell((Span(TITLES[placed.column] + arrow, tone),), placed.width, placed.column in RIGHT))
        cells.append(_GAP)
    return Line(tuple(cells), Look.HEADING)


def entry_line(entry: Entry, columns: Sequence[Placed], at: float, *, selected: bool) -> Line:
    if isinstance(entry, Group):
        title = Span(f"─ {safe(entry.title)}  ", Tone.STRONG)
        return Line((Cell((title, *counts_spans(entry.counts))),), Look.PLAIN)
    cells = [_CURSOR if selected else _NO_CURSOR]
    for placed in columns:
        cells.append(cell(placed, entry, at))
        cells.append(_GAP)
    return Line(tuple(cells), Look.SELECTED if selected else Look.PLAIN)


_GAP = Cell((Span(" "),), 1)
_CURSOR = Cell((Span("▶ "),), 2)
_NO_CURSOR = Cell((Span("  "),), 2)


def index_of(entries: Sequence[Entry], key: PairKey | None) -> int | None:
    if key is None:
        return None
    return next(
        (n for n, entry in enumerate(entries) if isinstance(entry, PairSnapshot) and entry.key == key),
        None,
    )


def nearest_pair(entries: Sequence[Entry], index: int, step: int = 1) -> int | None:
    """The pair at `index`, else the next one in the direction of `step`, else one the other way."""
    index = max(0, min(index, len(entries) - 1))
    for direction in (step, -step):
        place = index
        while 0 <= place < len(entries):
            if isinstance(entries[place], PairSnapshot):
                return place
            place += direction
    return None
