"""INFO, typed: Redis 6.2 to 8.x and Valkey.

A reply has about 250 lines of which 70 are wanted, in an order that hardly ever changes. So an order that was seen
twice becomes one regular expression, which checks every line's name and takes the wanted values in one go.
"""

import dataclasses
import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import accumulate

from redistui.model.sample import NodeSample

from .info_fields import (
    BOOLEANS,
    DATABASES,
    FACTS,
    INTEGERS,
    KEYSPACE,
    REPLICAS,
    SETTLED,
    TEXTS,
    boolean,
    integer,
    settle,
)

Shape = tuple[str, ...]
"""What stands on each line: a heading, `name:`, a family of lines (`slave#:`), or `?`."""

_FAMILIES = {"slave#:": r"slave\d+:", "db#:": r"db\d+:", "errorstat#:": r"errorstat_[^:\r\n]*+:"}
_FAMILY = re.compile(r"(slave)\d+:|(db)\d+:|(errorstat)_[^:]*:", re.ASCII)
_VALUE = r"[^\r]*+"
_END = r"\r\n"
_SLOTS = {field.name: NodeSample.__dict__[field.name].__set__ for field in dataclasses.fields(NodeSample)}
_DEFAULTS = {
    field.name: field.default for field in dataclasses.fields(NodeSample) if field.default is not dataclasses.MISSING
}


def parse_info(raw: bytes, sampled_at: float, round_trip_seconds: float = 0.0) -> NodeSample:
    """One reply, once. Never raises, whatever the text."""
    return InfoParser().parse(raw, sampled_at, round_trip_seconds)


class InfoParser:
    """Parses the replies of one server."""

    __slots__ = ("_layout", "_seen")

    def __init__(self) -> None:
        self._seen: _Layout | None = None
        self._layout: _Layout | None = None

    def parse(self, raw: bytes, sampled_at: float, round_trip_seconds: float) -> NodeSample:
        """Never raises, whatever the text."""
        text = raw.decode("utf-8", "replace")
        layout = self._layout
        if layout is not None and (match := layout.pattern.fullmatch(text)) is not None:
            return layout.sample(match.group(*layout.groups), sampled_at, round_trip_seconds)
        shape, values = _read(text)
        layout = _layout_of(shape)
        self._layout = layout if layout is self._seen else None  # one that is passing is not worth compiling
        self._seen = layout
        return layout.sample([values[item] for item in layout.items], sampled_at, round_trip_seconds)


def _read(text: str) -> tuple[Shape, dict[str, str]]:
    """Each line's kind, and each kind's first value (of a family: all its adjoining lines)."""
    shape: list[str] = []
    values: dict[str, str] = {}
    lines = text.split("\r\n" if "\r\n" in text else "\n")
    if lines[-1] == "":
        lines.pop()
    for line in lines:
        name, colon, value = line.partition(":")
        if not line or line[0] == "#":
            shape.append(line)
            values.setdefault(line, line)
        elif not colon:
            shape.append("?")
        elif (family := _FAMILY.match(line)) is not None:
            item = f"{family[family.lastindex or 0]}#:"
            if shape and shape[-1] == item:
                if shape.count(item) == 1:
                    values[item] += f"\r\n{line}"
            else:
                shape.append(item)
                values.setdefault(item, line)
        else:
            shape.append(f"{name}:")
            values.setdefault(f"{name}:", value)
    return tuple(shape), values


class _Layout:
    """Where the wanted values stand in replies of one shape."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        present = set(shape)
        integers, booleans, texts, facts = (
            [name for name in names if f"{name}:" in present] for names in (INTEGERS, BOOLEANS, TEXTS, FACTS)
        )
        families = [item for item in (REPLICAS, DATABASES, KEYSPACE) if item in present]
        self.items = (*(f"{name}:" for name in (*integers, *booleans, *texts, *facts)), *families)
        ends = list(accumulate(map(len, (integers, booleans, texts, (*facts, *families)))))
        self._integers, self._booleans, self._texts, self._facts = map(slice, (0, *ends), ends)
        self._fact_names = (*facts, *families)
        fields = ["sampled_at", "round_trip_seconds", *(INTEGERS[name] for name in integers)]
        fields += (*(BOOLEANS[name] for name in booleans), *(TEXTS[name] for name in texts), *SETTLED)
        absent = [name for name in _DEFAULTS if name not in fields]
        self._slots = [_SLOTS[name] for name in (*fields, *absent)]
        self._absent = [_DEFAULTS[name] for name in absent]

    @cached_property
    def groups(self) -> tuple[int, ...]:
        wanted = set(self.items)
        order = [item for item in dict.fromkeys(self._shape) if item in wanted]
        return tuple(order.index(item) + 1 for item in self.items)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        wanted = set(self.items)
        parts = []
        for item in self._shape:
            before, after = ("(", ")") if item in wanted else ("", "")
            wanted.discard(item)
            if item in _FAMILIES:
                line = f"{_FAMILIES[item]}{_VALUE}"
                parts.append(f"{before}{line}(?:{_END}{line})*+{after}")
            elif item == "?":
                parts.append(r"[^#:\r][^:\r]*+")
            elif item.endswith(":") and item[0] != "#":
                parts.append(f"{re.escape(item)}{before}{_VALUE}{after}")
            else:
                parts.append(f"{before}{re.escape(item)}{after}")
        return re.compile(_END.join(parts) + _END, re.ASCII)

    def sample(self, texts: Sequence[str], sampled_at: float, round_trip_seconds: float) -> NodeSample:
        numbers: list[int | None]
        try:
            numbers = [number if number >= 0 else None for number in map(int, texts[self._integers])]
        except ValueError:
            numbers = list(map(integer, texts[self._integers]))
        facts = dict(zip(self._fact_names, texts[self._facts], strict=True))
        truths = map(boolean, texts[self._booleans])
        values = (sampled_at, round_trip_seconds, *numbers, *truths, *texts[self._texts], *settle(facts), *self._absent)
        # What NodeSample(**values) does, at half its price.
        sample = object.__new__(NodeSample)
        for put, value in zip(self._slots, values, strict=True):
            put(sample, value)
        return sample


@lru_cache(maxsize=256)  # shared by all nodes; a compiled one takes about 50 KB
def _layout_of(shape: Shape) -> _Layout:
    return _Layout(shape)
