"""Providers as JSON and as a table."""

from collections.abc import Iterator, Sequence

from redistui.present.providers import KnownProvider, ProviderState, missing
from redistui.present.table import Cell, Column, Look, Tone, render

_TONES = {
    ProviderState.CONFIGURED: Tone.GOOD,
    ProviderState.INSTALLED: Tone.PLAIN,
    ProviderState.UNAVAILABLE: Tone.BAD,
}
_COLUMNS = (Column("TYPE"), Column("NAME"), Column("ENVIRONMENT"), Column("STATE"), Column("CAN"), Column("WHAT IT IS"))


def providers_json(known: Sequence[KnownProvider]) -> list[dict[str, object]]:
    return [
        {
            "type": item.type,
            "name": item.name,
            "state": item.state.value,
            "summary": item.summary or None,
            "environment": item.environment or None,
            "verbs": {
                verb.value: {"supported": answer.supported, "reason": answer.reason or None}
                for verb, answer in item.verbs.items()
            },
            "problem": item.problem or None,
            "hint": item.hint or None,
        }
        for item in known
    ]


def providers_text(known: Sequence[KnownProvider], look: Look) -> Iterator[str]:
    yield from render(_COLUMNS, [_row(item) for item in known], look)
    for item in known:
        if item.problem:
            yield ""
            yield look.toned(look.text(f"{item.name or item.type}: {item.problem}"), Tone.BAD)
            if item.hint:
                yield f"  {look.text(item.hint)}"
    yield ""
    for item in {item.type: item for item in known}.values():
        for reason, verbs in missing(item).items():
            yield look.text(f"{item.type} cannot {', '.join(verbs)}: {reason}")


def _row(item: KnownProvider) -> list[Cell | str]:
    can = [verb.value for verb, answer in item.verbs.items() if answer.supported]
    state = Cell(item.state.value, _TONES[item.state])
    return [item.type, item.name or "–", item.environment, state, ", ".join(["watch", *can]), item.summary]
