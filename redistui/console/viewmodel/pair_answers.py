"""Answers to questions that are asked on demand: tables of clients and slow commands, the memory report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from redistui.model import units
from redistui.model.inspection import ClientConnection, MemoryReport, SlowCommand

from .line import Tone, safe
from .pair_details import when
from .pair_tables import table
from .phrases import EMPTY, Phrase, phrase, wrap

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """`order` sorts by the value itself, not by its words; `falling` begins with the largest; `cells` at most."""

    title: str
    text: Callable[[Row], str]
    order: Callable[[Row], Any]
    falling: bool = False
    cells: int | None = None

    @property
    def justify(self) -> Literal["left", "right"]:
        return "right" if self.falling else "left"


CLIENT_COLUMNS: tuple[Column[ClientConnection], ...] = (
    Column("ID", lambda one: str(one.id), lambda one: one.id),
    Column("ADDRESS", lambda one: safe(one.address), lambda one: one.address),
    Column("NAME", lambda one: safe(one.name) or "–", lambda one: one.name, cells=20),
    Column("USER", lambda one: safe(one.user), lambda one: one.user, cells=12),
    Column("DB", lambda one: str(one.database), lambda one: one.database),
    Column("AGE", lambda one: units.duration(one.age_seconds), lambda one: one.age_seconds, falling=True),
    Column("IDLE", lambda one: units.duration(one.idle_seconds), lambda one: one.idle_seconds, falling=True),
    Column("LAST", lambda one: safe(one.last_command), lambda one: one.last_command, cells=18),
    Column(
        "OUTPUT", lambda one: units.size(one.output_buffer_bytes), lambda one: one.output_buffer_bytes, falling=True
    ),
    Column("MEMORY", lambda one: units.size(one.memory_bytes), lambda one: one.memory_bytes or 0, falling=True),
    Column("FLAGS", lambda one: safe(one.flags), lambda one: one.flags),
    Column("LIBRARY", lambda one: safe(one.library) or "–", lambda one: one.library),
)


def slow_columns(now: float, *, absolute: bool) -> tuple[Column[SlowCommand], ...]:
    return (
        Column("WHEN", lambda one: when(one.at, now, absolute=absolute), lambda one: one.at, falling=True),
        Column("TOOK", lambda one: _milliseconds(one.seconds), lambda one: one.seconds, falling=True),
        Column("COMMAND", lambda one: safe(one.command), lambda one: one.command, cells=60),
        Column("CLIENT", lambda one: safe(one.client_address), lambda one: one.client_address),
        Column("NAME", lambda one: safe(one.client_name) or "–", lambda one: one.client_name, cells=20),
    )


def _milliseconds(seconds: float) -> str:
    return units.duration(seconds) if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def ordered(rows: Sequence[Row], column: Column[Row], *, reverse: bool) -> list[Row]:
    return sorted(rows, key=column.order, reverse=column.falling != reverse)


def memory_report(report: MemoryReport, cells: int) -> list[Phrase]:
    """MEMORY DOCTOR's words, then MEMORY STATS with sizes in units."""
    advice = [EMPTY]
    for paragraph in report.advice.splitlines():
        advice += wrap(safe(paragraph.strip()), cells)
    rows = [(safe(name), _statistic(name, value)) for name, value in report.stats.items()]
    return [
        phrase(("MEMORY DOCTOR", Tone.DIM)),
        *advice[1:],
        EMPTY,
        *(table(("MEMORY STATS", ""), rows, cells, right=(1,)) if rows else [phrase("MEMORY STATS told nothing")]),
    ]


_NOT_SIZES = ("count", "percentage", "ratio", "fragmentation", "keys")


def _statistic(name: str, value: float | str) -> str:
    last = name.rpartition(".")[2]
    if isinstance(value, int) and not any(word in last for word in _NOT_SIZES):
        return units.size(value)
    if isinstance(value, float):
        return f"{value:.2f}"
    return units.grouped(value) if isinstance(value, int) else safe(value)
