"""What a drill found, in words: the phases it went through, what is worth knowing beside the verdict, the report."""

from collections.abc import Iterator, Mapping

from redistui.model import units

from .table import Cell, Column, Look, Tone, render

_COLUMNS = (Column("", right=True), Column("TOOK", right=True), Column("PHASE"))
_FIGURES = {
    "failback_rto_milliseconds": "without writes in the failback",
    "new_primary_after_milliseconds": "from the fault until the new primary took writes",
    "full_redundancy_milliseconds": "from the fault until full redundancy",
    "rpo_milliseconds": "age of the oldest lost write",
}
_ERRORS = {
    "readonly": "READONLY answers",
    "connection": "connection errors",
    "timeout": "timeouts",
    "no_primary": "searches without a primary",
    "refused": "other refusals",
}


def drill_text(result: Mapping[str, object], look: Look) -> Iterator[str]:
    """Without the verdict line, which is the operation's own."""
    phases = result.get("phases")
    if isinstance(phases, list) and phases:
        rows = [
            [Cell(str(number)), Cell(_duration(phase.get("milliseconds"))), Cell(str(phase.get("name")))]
            for number, phase in enumerate(phases, 1)
        ]
        yield from render(_COLUMNS, rows, look)
        yield ""
    for name, words in _FIGURES.items():
        if isinstance(result.get(name), int | float) and (result[name] or name != "rpo_milliseconds"):
            yield look.text(f"{_duration(result[name]):>8}  {words}")
    errors = result.get("errors")
    if isinstance(errors, dict) and errors:
        told = ", ".join(f"{count} {_ERRORS.get(str(kind), str(kind))}" for kind, count in errors.items())
        yield look.text(f"the probe saw {told}")
    notes = result.get("notes")
    for note in notes if isinstance(notes, list) else ():
        yield look.toned(look.text(str(note)), Tone.FAINT)
    if result.get("report"):
        yield look.text(f"report: {result['report']}")


def _duration(milliseconds: object) -> str:
    return units.duration(milliseconds / 1000) if isinstance(milliseconds, int | float) else units.UNKNOWN
