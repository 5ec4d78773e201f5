"""What the fleet and the pair say of operations that have not ended."""

from typing import TYPE_CHECKING

from redistui.model.topology import PairKey

from .line import Line, Span, Tone, line, safe

if TYPE_CHECKING:  # the engine is imported by whoever has a sight; most consoles never need it
    from collections.abc import Sequence

    from redistui.operations.sight import Sight

_MOST_LINES = 2


def of_pair(unended: "Sequence[Sight]", key: PairKey) -> "Sight | None":
    """The one to tell of: a running one before an interrupted one."""
    mine = [sight for sight in unended if sight.record.plan.pair == key]
    return next((sight for sight in mine if not sight.interrupted), mine[0] if mine else None)


def doing(sight: "Sight") -> str:
    """`switchover`, `drill`, `restart`."""
    plan = sight.record.plan
    return safe(plan.kind if plan.verb == "promote" else plan.verb)


def short(sight: "Sight") -> Span:
    """`switchover running`."""
    return Span(f"{doing(sight)} {sight.standing.value}", Tone.WARN if sight.interrupted else Tone.ACCENT)


def lines(unended: "Sequence[Sight]") -> list[Line]:
    """One line each, at most two: `… orders  switchover running: o follows it · begun by ann on bastion`."""
    shown = [_line(sight) for sight in unended[:_MOST_LINES]]
    if len(unended) > _MOST_LINES:
        shown[-1] = line(
            Span(f" and {len(unended) - _MOST_LINES + 1} operations more that have not ended: o", Tone.DIM)
        )
    return shown


def _line(sight: "Sight") -> Line:
    record = sight.record
    does = "o finishes or undoes it" if sight.interrupted else "o follows it"
    return line(
        Span(f" {'▲' if sight.interrupted else '…'} {safe(record.plan.pair.name)}  ", Tone.STRONG),
        short(sight),
        Span(": "),
        Span(does, Tone.STRONG),
        Span(f" · begun by {safe(str(record.operator))}", Tone.DIM),
    )
