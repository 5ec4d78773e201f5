"""A named number that a rule may watch: what it measures, of what, in which unit, and how it is read."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final, Generic, TypeVar

from . import units


class Unit(StrEnum):
    BYTES = "bytes"
    SECONDS = "seconds"
    RATIO = "ratio"
    COUNT = "count"
    PER_SECOND = "per-second"
    FLAG = "flag"

    def text(self, value: float) -> str:
        """The value as an operator reads it."""
        if self is Unit.BYTES:
            return units.size(value)
        if self is Unit.SECONDS:
            return units.duration(value)
        if self is Unit.RATIO:
            return units.percent(value)
        if self is Unit.PER_SECOND:
            return f"{units.count(value)}/s" if value >= 9.5 else f"{value:.1f}/s"
        if self is Unit.FLAG:
            return "yes" if value else "no"
        return units.grouped(round(value)) if value == round(value) else f"{value:.2f}"

    def parse(self, value: object) -> float:
        """A threshold as it is written in TOML: a number, or text with a unit. Raises ValueError."""
        if isinstance(value, bool):
            if self is Unit.FLAG:
                return float(value)
            raise ValueError(f"{value} is not a number")
        if isinstance(value, int | float):
            return float(value)
        if isinstance(value, str):
            if self is Unit.BYTES:
                return float(units.parse_size(value))
            if self is Unit.SECONDS:
                return units.parse_duration(value)
            if self is Unit.RATIO and value.endswith("%"):
                return float(value[:-1]) / 100
        raise ValueError(f"{value!r} is not {self.expected}")

    @property
    def expected(self) -> str:
        return {
            Unit.BYTES: "a size such as 64mb",
            Unit.SECONDS: "a time such as 30s or 5m",
            Unit.RATIO: 'a ratio such as 0.8 or "80%"',
            Unit.COUNT: "a number",
            Unit.PER_SECOND: "a number a second",
            Unit.FLAG: "true or false",
        }[self]


class Subject(StrEnum):
    """What a metric describes: one node, the link of one replica to its upstream, or the whole pair."""

    NODE = "node"
    LINK = "link"
    PAIR = "pair"


class Skip(Enum):
    """Why a metric has no value, when that is no cause to say "unknown"."""

    NOT_APPLICABLE = "not applicable"  # no maxmemory, so there is no share of it
    NOT_YET = "not yet"  # a rate needs two samples


NOT_APPLICABLE: Final = Skip.NOT_APPLICABLE
NOT_YET: Final = Skip.NOT_YET
Reading = float | None | Skip  # None: unknown


FactsT = TypeVar("FactsT")


@dataclass(frozen=True, slots=True)
class Metric(Generic[FactsT]):
    """`read` of a NODE or LINK metric takes a node's facts (for a link: the replica's), of a PAIR metric the pair's.

    `detail` puts the values into words, for `{detail}` in a message; `unknown` says why there is no value;
    `lasted` knows for how many seconds the state has held already when it is first seen.
    """

    name: str
    title: str
    subject: Subject
    unit: Unit
    read: Callable[[FactsT], Reading]
    detail: Callable[[FactsT], str] | None = None
    unknown: Callable[[FactsT], str] | None = None
    lasted: Callable[[FactsT], float | None] | None = None
