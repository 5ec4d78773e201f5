"""The history of operations: what has not ended above, then those of the pair that is meant, then all others."""

from collections.abc import Sequence
from datetime import UTC, datetime

from redistui.model.topology import PairKey
from redistui.operations.control import Standing
from redistui.operations.sight import Sight
from redistui.present.operations import OUTCOME_WORDS, way_out

from .line import Cell, Line, Look, Span, Tone, line, safe, wrapped
from .operation import OUTCOME_TONES, verdict_lines

_STATE, _WHEN = 14, 17
_STANDING_TONES = {Standing.RUNNING: Tone.ACCENT, Standing.WATCHING: Tone.ACCENT, Standing.INTERRUPTED: Tone.WARN}
_STANDING_GLYPHS = {Standing.RUNNING: "…", Standing.WATCHING: "…", Standing.INTERRUPTED: "▲"}
_OUTCOME_GLYPHS = {"done": "✓", "rolled back": "‹", "refused": "–", "failed": "✖", "unknown": "?"}


def _widths(width: int) -> tuple[int, int]:
    """Of what and of whose."""
    return (20, 16) if width < 100 else (26, 30)


def heading(width: int) -> Line:
    what, pair = _widths(width)
    titles = ((" STATE", _STATE), ("BEGUN, UTC", _WHEN), ("WHAT", what), ("PAIR", pair), ("WHO", None))
    return Line(tuple(Cell((Span(title),), size) for title, size in titles), Look.HEADING)


def sections(sights: Sequence[Sight], first: PairKey | None, words: Sequence[str]) -> list[tuple[str, list[Sight]]]:
    """Titles and their operations; empty sections are left out. `words` must all occur."""
    matching = [sight for sight in sights if all(word in _searchable(sight) for word in words)]
    open_ones = [sight for sight in matching if not sight.ended]
    ended = [sight for sight in matching if sight.ended]
    mine = [sight for sight in ended if sight.record.plan.pair == first]
    others = [sight for sight in ended if sight.record.plan.pair != first]
    titled = [
        ("not ended", open_ones),
        (f"of {safe(str(first))}", mine),
        ("of other pairs" if first is not None else "ended", others),
    ]
    return [(title, found) for title, found in titled if found]


def _searchable(sight: Sight) -> str:
    record = sight.record
    parts = (record.id, record.plan.verb, record.plan.kind, str(record.plan.pair), str(record.operator), record.reason)
    return f"{' '.join(parts)} {state_words(sight)}".casefold()


def state_words(sight: Sight) -> str:
    if sight.record.state.outcome is None or not sight.ended:
        return sight.standing.value
    return "refused" if sight.record.refused else OUTCOME_WORDS[sight.record.state.outcome]


def section_line(title: str, width: int) -> Line:
    text = f" ── {title} "
    return line(Span(text + "─" * max(0, width - len(text) - 1), Tone.DIM))


def operation_line(sight: Sight, width: int) -> Line:
    what, pair = _widths(width)
    record = sight.record
    return Line(
        (
            Cell((_state_span(sight),), _STATE),
            Cell((Span(_moment(record.started_at), Tone.DIM),), _WHEN),
            Cell((Span(kind_words(sight)),), what - 1),
            Cell((Span(" "),), 1),
            Cell((Span(safe(record.plan.pair.name if width < 100 else str(record.plan.pair)), Tone.STRONG),), pair - 1),
            Cell((Span(" "),), 1),
            Cell((Span(safe(str(record.operator)), Tone.DIM),)),
        )
    )


def _state_span(sight: Sight) -> Span:
    words = state_words(sight)
    outcome = sight.record.state.outcome
    if not sight.ended or outcome is None:
        return Span(
            f" {_STANDING_GLYPHS.get(sight.standing, ' ')} {words}", _STANDING_TONES.get(sight.standing, Tone.PLAIN)
        )
    return Span(f" {_OUTCOME_GLYPHS[words]} {words}", OUTCOME_TONES[outcome])


def kind_words(sight: Sight) -> str:
    plan = sight.record.plan
    if plan.verb in (plan.kind, "promote"):
        return safe(plan.kind)
    return safe(f"{plan.verb}: {plan.kind}")


def about(sight: Sight, width: int, limit: int) -> list[Line]:
    """The verdict, or what can be done about one that has not ended."""
    record = sight.record
    if sight.ended:
        return verdict_lines(record, width)[:limit]
    words = {
        Standing.INTERRUPTED: "nobody carries it on: enter shows how far it got and offers to finish or to undo it.",
        Standing.WATCHING: "all steps are done and the rest is being looked at: enter follows it.",
    }.get(sight.standing, "enter follows it live.")
    parts = [Span(f" {safe(record.plan.summary)}.", Tone.STRONG), Span(f" {words[:1].upper()}{words[1:]}")]
    return wrapped(parts, width - 1, indent=3, limit=limit)


def nothing(words: Sequence[str]) -> list[Line]:
    if words:
        return [line(), line(Span(f"  No operation matches {safe(' '.join(words))}", Tone.STRONG), " – esc shows all.")]
    return [
        line(),
        line(Span("  Nothing was changed from this machine yet.", Tone.STRONG)),
        line("  p on a pair plans a promotion, and shows what it would cost before anything happens."),
    ]


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"


__all__ = ["about", "heading", "nothing", "operation_line", "section_line", "sections", "state_words", "way_out"]
