"""The first and the last line of every screen."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain

from redistui.model.snapshot import FleetSnapshot
from redistui.present.actions import ACTIONS, Action, Scope, key_words
from redistui.present.text import width as cells

from .fleet import count_by_status, counts_spans
from .line import Cell, Line, Look, Span, Tone, safe

_MOST_KEYS_NARROW = 6
_NARROW = 100


def environments(fleet: FleetSnapshot) -> tuple[str, ...]:
    names = {provider.environment for provider in fleet.providers} | {pair.pair.environment for pair in fleet.pairs}
    return tuple(sorted(name for name in names if name))


def environment_spans(names: Sequence[str], read_only: Collection[str]) -> tuple[Span, ...]:
    """`prod · read-only`, `prod (read-only), staging`, `5 environments · 2 read-only`."""
    refusing = [name for name in names if name in read_only]
    if len(names) > 3:
        rest = f" · {len(refusing)} read-only" if refusing else ""
        return (Span(f"{len(names)} environments"), Span(rest, Tone.ACCENT))
    parts: list[Span] = []
    for number, name in enumerate(names):
        parts.append(Span(f"{', ' if number else ''}{safe(name)}"))
        if name in read_only:
            parts.append(Span(" · read-only" if len(names) == 1 else " (read-only)", Tone.ACCENT))
    return tuple(parts)


def header(
    fleet: FleetSnapshot, width: int, read_only: Collection[str], *, title: str = "", environment: str | None = None
) -> Line:
    """Who we are, where, whether it refuses changes, how the fleet is, and the time to the minute."""
    names = environments(fleet) if environment is None else tuple(filter(None, (environment,)))
    left = [Span(" redistui", Tone.STRONG)]
    if title:
        left.append(Span(f" › {safe(title)}"))
    if names:
        left += [Span("  "), *environment_spans(names, read_only)]
    pairs = len(fleet.pairs)
    total = Span(f"{pairs} pair{'' if pairs == 1 else 's'}  ")
    counts = counts_spans(count_by_status(fleet.pairs))
    clock = Span(f"  {datetime.fromtimestamp(fleet.at, UTC):%H:%M} UTC ", Tone.DIM)
    # What is left out first is said by what remains.
    for right in ((total, *counts, clock), (*counts, clock), (*counts, Span(" ")), (clock,)):
        taken = _length(right)
        if _length(left) + 1 + taken <= width:
            return Line((Cell(tuple(left), width - taken), Cell(right, taken, right=True)), Look.BAR)
    return Line((Cell(tuple(left)),), Look.BAR)


def _length(spans: Sequence[Span]) -> int:
    return sum(cells(span.text) for span in spans)


def footer_actions(scopes: Sequence[Scope], width: int) -> tuple[Action, ...]:
    """The keys worth knowing here; at most six where there is little room."""
    ranked = sorted((action for action in ACTIONS if action.footer and action.scope in scopes), key=_footer_rank)
    if width >= _NARROW or len(ranked) <= _MOST_KEYS_NARROW:
        return tuple(ranked)
    return (*ranked[: _MOST_KEYS_NARROW - 1], ranked[-1])


def _footer_rank(action: Action) -> int:
    return action.footer


def footer(actions: Sequence[Action], remapped: Mapping[str, str], note: str = "", *, width: int | None = None) -> Line:
    """No key is cut in two: where there is no room those before the last, which is help or quit, are left out."""
    keys = [_key_spans(action, remapped) for action in actions]
    end = [Span(f" {note}", Tone.DIM)] if note else []
    while width is not None and len(keys) > 1 and _length([*chain(*keys), *end]) > width:
        del keys[-2]
    return Line((Cell((*chain(*keys), *end)),), Look.BAR)


def _key_spans(action: Action, remapped: Mapping[str, str]) -> list[Span]:
    key = next(iter(key_words(remapped.get(action.id, action.key))), "")
    return [Span(f" {key} ", Tone.ACCENT), Span(f"{action.title} ")]
