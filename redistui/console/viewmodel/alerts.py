"""Every finding of every pair, the gravest first."""

from dataclasses import dataclass

from redistui.model import units
from redistui.model.snapshot import Finding, FleetSnapshot, PairSnapshot, Severity
from redistui.model.topology import PairKey
from redistui.present.words import SEVERITY_GLYPHS, SEVERITY_WORDS

from .fleet_words import clock_time
from .line import SEVERITY_TONES, Cell, Line, Look, Span, Tone, line, safe, wrapped

_ORDER = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}
_SEVERITY = 12


def _widths(width: int) -> tuple[int, int]:
    """Of the time and of the pair's name."""
    return (13, 15) if width < 100 else (21, 26)


@dataclass(frozen=True, slots=True)
class Alert:
    """What identifies a finding among all."""

    key: PairKey
    rule: str
    subject: str


def findings(fleet: FleetSnapshot) -> list[tuple[PairSnapshot, Finding]]:
    """The gravest first, among equals the newest."""
    found = [(pair, finding) for pair in fleet.pairs for finding in pair.findings]
    return sorted(found, key=lambda one: (_ORDER[one[1].severity], -one[1].since, one[0].key))


def alert_of(pair: PairSnapshot, finding: Finding) -> Alert:
    return Alert(pair.key, finding.rule, finding.subject)


def heading(width: int) -> Line:
    since, pair = _widths(width)
    titles = (("  SEVERITY", _SEVERITY), ("SINCE", since), ("PAIR", pair), ("FINDING", None))
    return Line(tuple(Cell((Span(title),), size) for title, size in titles), Look.HEADING)


def alert_line(pair: PairSnapshot, finding: Finding, width: int) -> Line:
    severity = f" {SEVERITY_GLYPHS[finding.severity]} {SEVERITY_WORDS[finding.severity]}"
    since, name = _widths(width)
    return Line(
        (
            Cell((Span(severity, SEVERITY_TONES[finding.severity]),), _SEVERITY),
            Cell((Span(f"{clock_time(finding.since, pair.at)} UTC", Tone.DIM),), since),
            Cell((Span(safe(pair.key.name if width < 100 else str(pair.key)), Tone.STRONG),), name - 1),
            Cell((Span(" "),), 1),
            Cell((Span(safe(finding.message)),)),
        )
    )


def alert_words(pair: PairSnapshot, finding: Finding, width: int, limit: int) -> list[Line]:
    parts = [Span(f" {safe(str(pair.key))}", Tone.STRONG), Span(f"  {safe(finding.message)}.")]
    if finding.hint:
        parts.append(Span(f" {safe(finding.hint)[:1].upper()}{safe(finding.hint)[1:]}.", Tone.ACCENT))
    parts.append(Span(f" Rule {finding.rule}.", Tone.DIM))
    return wrapped(parts, width - 1, indent=3, limit=limit)


def no_alerts(fleet: FleetSnapshot) -> list[Line]:
    known = f"{units.counted(len(fleet.pairs), 'pair')} watched" if fleet.pairs else "No pair is known"
    return [line(), line(Span("  Nothing to report.", Tone.GOOD), f" {known}.")]
