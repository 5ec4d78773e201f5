"""The report of a drill: Markdown to read, JSON to keep, both only for their owner."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from redistui.model import units
from redistui.model.moment import timestamp

from ..record import OperationRecord
from .history import Earlier
from .measures import Measures, verdict_line
from .messages import ProbeReport
from .timeline import ASCII, Glyphs, Window, around, plot

_ERRORS = {
    "readonly": "READONLY answers",
    "connection": "connection errors",
    "timeout": "timeouts",
    "no_primary": "searches that found no primary",
    "refused": "other refusals",
}


def folder_of(state_folder: Path, operation: str) -> Path:
    return state_folder / "drills" / operation


def write(
    state_folder: Path,
    record: OperationRecord,
    measures: Measures,
    probe: ProbeReport | None,
    earlier: Sequence[Earlier],
) -> Path:
    """The path of the Markdown file. Raises OSError."""
    folder = folder_of(state_folder, record.id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "report.md"
    _write(folder / "report.json", json.dumps(document(record, measures, probe), indent=2) + "\n")
    _write(path, "\n".join(markdown(record, measures, probe, earlier, path)) + "\n")
    return path


def result(measures: Measures, path: Path | None) -> dict[str, object]:
    """What scripts rely on."""
    return {
        "scenario": measures.scenario.value,
        "rto_milliseconds": measures.rto_milliseconds,
        "rto_limit_seconds": measures.rto_limit_seconds,
        "failback_rto_milliseconds": measures.failback_rto_milliseconds,
        "acknowledged": measures.acknowledged,
        "lost": measures.lost,
        "rpo_milliseconds": measures.rpo_milliseconds,
        "unknown": measures.unknown,
        "errors": dict(measures.errors),
        "reads": measures.reads,
        "read_errors": measures.read_errors,
        "new_primary_after_milliseconds": measures.new_primary_after_milliseconds,
        "full_redundancy_milliseconds": measures.full_redundancy_milliseconds,
        "full_resync": measures.full_resync,
        "verdict": measures.verdict.value,
        "summary": verdict_line(measures),
        "reasons": list(measures.reasons),
        "notes": list(measures.notes),
        "phases": [{"name": phase.name, "milliseconds": phase.milliseconds} for phase in measures.phases],
        "report": None if path is None else str(path),
    }


def document(record: OperationRecord, measures: Measures, probe: ProbeReport | None) -> dict[str, object]:
    told = result(measures, folder_of(Path(), record.id) / "report.md") | {
        "operation": record.id,
        "pair": str(record.plan.pair),
        "operator": str(record.operator),
        "reason": record.reason,
        "started_at": timestamp(record.started_at),
        "values": dict(record.plan.values),
    }
    del told["report"]
    if probe is not None:
        told["timeline"] = {
            "started_at": timestamp(probe.started_at),
            "slot_seconds": probe.slot_seconds,
            "ok": list(probe.slots_ok),
            "failed": list(probe.slots_failed),
        }
    return told


def markdown(
    record: OperationRecord,
    measures: Measures,
    probe: ProbeReport | None,
    earlier: Sequence[Earlier],
    path: Path,
    glyphs: Glyphs = ASCII,
) -> Iterator[str]:
    yield f"# Drill of {record.plan.pair}: {measures.scenario.value}"
    yield ""
    yield f"**{verdict_line(measures)}**"
    yield ""
    yield f"Operation {record.id}, by {record.operator}, {timestamp(record.started_at)}."
    if record.reason:
        yield f"Reason: {record.reason}"
    yield from _listed("Why it failed", measures.reasons)
    if probe is not None:
        yield from ("", "## Timeline", "", "```", *timeline(measures, probe, glyphs), "```")
    yield from ("", "## Phases", "", "```", *phases_table(measures), "```")
    yield from ("", "## Figures", "", *_figures(measures))
    yield from _listed("Notes", measures.notes)
    yield from ("", "## Earlier drills of this pair", "", "```", *trend(measures, earlier), "```")
    yield from ("", f"This report: {path}, and report.json beside it.")


def timeline(measures: Measures, probe: ProbeReport, glyphs: Glyphs = ASCII) -> Iterator[str]:
    """The whole drill, and the longest gap near by."""
    marks = [phase.started_at for phase in measures.phases]
    yield from plot(probe, Window(probe.started_at, probe.ended_at), marks, glyphs)
    if probe.gaps:
        longest = max(probe.gaps, key=lambda gap: gap[1])
        yield ""
        yield f"the longest time without a successful write, {units.duration(longest[1])}, near by:"
        yield from plot(probe, around(probe, longest), marks, glyphs)


def phases_table(measures: Measures) -> Iterator[str]:
    begin = measures.phases[0].started_at if measures.phases else 0.0
    yield f"{'':>2}  {'BEGAN':>8}  {'TOOK':>8}  PHASE"
    for number, phase in enumerate(measures.phases, 1):
        began = f"+{units.duration(max(phase.started_at - begin, 0.0))}"
        took = units.duration(phase.milliseconds / 1000)
        yield f"{number:>2}  {began:>8}  {took:>8}  {phase.name}" + (f": {phase.problem}" if phase.problem else "")


def trend(measures: Measures, earlier: Sequence[Earlier]) -> Iterator[str]:
    """This drill above the earlier ones of the same scenario, the newest first."""
    yield f"{'WHEN':<20}  {'VERDICT':<7}  {'WITHOUT WRITES':>14}  {'LOST':>6}  {'ACKNOWLEDGED':>12}"
    yield _trend_row(
        "this one", measures.verdict.value, measures.rto_milliseconds, measures.lost, measures.acknowledged
    )
    for one in earlier:
        when = (timestamp(one.at) or "")[:19].replace("T", " ")
        yield _trend_row(when, one.verdict, one.rto_milliseconds, one.lost, one.acknowledged)
    if not earlier:
        yield "there is none of this scenario yet"


def _trend_row(when: str, verdict: str, rto: float | None, lost: int | None, acknowledged: int) -> str:
    gap = "unknown" if rto is None else units.duration(rto / 1000)
    missing = "unknown" if lost is None else str(lost)
    return f"{when:<20}  {verdict:<7}  {gap:>14}  {missing:>6}  {acknowledged:>12}"


def _figures(measures: Measures) -> Iterator[str]:
    resync = {None: "unknown", True: "full", False: "partial"}[measures.full_resync]
    rows: Mapping[str, str] = {
        "longest time without a successful write (RTO)": _milliseconds(measures.rto_milliseconds),
        "limit": units.duration(measures.rto_limit_seconds),
        "the same in the failback": _milliseconds(measures.failback_rto_milliseconds),
        "acknowledged writes": units.grouped(measures.acknowledged),
        "of them lost (RPO)": units.grouped(measures.lost),
        "lost, in time (RPO)": _milliseconds(measures.rpo_milliseconds),
        "writes without an answer": units.grouped(measures.unknown),
        "from the fault until the new primary took writes": _milliseconds(measures.new_primary_after_milliseconds),
        "from the fault until full redundancy": _milliseconds(measures.full_redundancy_milliseconds),
        "resync": resync,
        "reads, and errors of reads": f"{units.grouped(measures.reads)}, {units.grouped(measures.read_errors)}",
    }
    for name, value in rows.items():
        yield f"- {name}: {value}"
    for kind, count in measures.errors.items():
        yield f"- {_ERRORS.get(kind, kind)}: {count}"


def _milliseconds(value: float | None) -> str:
    return "not measured" if value is None else f"{value:g} ms"


def _listed(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from ("", f"## {title}", "", *(f"- {line}" for line in lines))


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
