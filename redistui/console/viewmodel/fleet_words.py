"""What the fleet screen says in sentences: of the highlighted pair, of failing providers, of an empty fleet."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from redistui.model.snapshot import (
    Finding,
    FleetSnapshot,
    NodeSnapshot,
    PairSnapshot,
    ProviderPhase,
    ProviderSnapshot,
    Status,
)
from redistui.present.words import FAILURE_WORDS, SEVERITY_GLYPHS

from .fleet import Arrangement, Grouping
from .fleet_columns import TITLES
from .line import SEVERITY_TONES, Line, Span, Tone, line, safe, wrapped
from .underway import short

if TYPE_CHECKING:
    from redistui.operations.sight import Sight

_MOST_PROVIDER_LINES = 3


def about(pair: PairSnapshot, width: int, limit: int, underway: "Sight | None" = None) -> list[Line]:
    """What is being done to a pair; what is wrong with it and what to do, or that nothing is."""
    parts: list[Span] = [Span(f" {safe(pair.key.name)}", Tone.STRONG), Span("  ")]
    if underway is not None:
        parts += [short(underway), Span(": o shows it. ")]
    if pair.findings:
        first, *others = pair.findings
        parts += _finding(first, pair)
        if others:
            parts.append(Span(f" {len(others)} more: enter.", Tone.DIM))
    else:
        parts.append(Span(_calm(pair)))
    return wrapped(
        parts, width - 1, indent=len(pair.key.name) + 3 if len(pair.key.name) < width // 3 else 3, limit=limit
    )


def _finding(finding: Finding, pair: PairSnapshot) -> list[Span]:
    tone = SEVERITY_TONES[finding.severity]
    # Many messages say themselves since when.
    since = "" if " since " in finding.message else f" since {clock_time(finding.since, pair.at)}"
    said = [Span(f"{SEVERITY_GLYPHS[finding.severity]} {safe(finding.message)}{since}.", tone)]
    if finding.hint:
        hint = safe(finding.hint).rstrip(".")
        said.append(Span(f" {hint[:1].upper()}{hint[1:]}."))
    return said


def clock_time(at: float, now: float) -> str:
    """`09:40:48`, with the date when it was not within the last day."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment:%H:%M:%S}" if now - at < 86_400 else f"{moment:%Y-%m-%d %H:%M}"


def _calm(pair: PairSnapshot) -> str:
    if pair.status is Status.UNKNOWN:
        failed = [f"{node.node.address} {FAILURE_WORDS[node.failure.kind]}" for node in pair.nodes if node.failure]
        return f"Nothing is known: {safe('; '.join(failed))}." if failed else "No node has answered yet."
    primary = pair.primary
    if primary is None:
        return "No node says that it is the primary."
    followers = len(pair.links)
    replicas = f"{followers or 'no'} replica{'' if followers == 1 else 's'}"
    return f"{_server(primary)} at {primary.node.address} with {replicas}; nothing to report."


def _server(node: NodeSnapshot) -> str:
    sample = node.sample
    if sample is None or sample.version is None:
        return "primary"
    return f"{sample.software or 'redis'} {sample.version}"


def caption(wanted: Arrangement, counts: tuple[int, int], width: int) -> Line:
    """`─ problems first ── filter status:down ── 3 of 128 pairs ───`."""
    order = "problems first" if wanted.column is None else f"by {TITLES[wanted.column].lower()}"
    said = [f"{order}{', reversed' if wanted.column is None and wanted.reverse else ''}"]
    if wanted.grouping is not Grouping.NONE:
        said.append(f"grouped by {wanted.grouping.value}")
    if wanted.filter:
        said.append(f"filter {safe(wanted.filter.text)}")
        said.append(f"{counts[0]} of {counts[1]} pairs")
    text = f"─ {' ── '.join(said)} "
    return line(Span(text + "─" * max(0, width - len(text)), Tone.DIM))


def provider_lines(fleet: FleetSnapshot) -> list[Line]:
    """One line for each provider that failed or still searches."""
    waiting = [provider for provider in fleet.providers if provider.phase is not ProviderPhase.READY]
    waiting.sort(key=lambda provider: provider.phase is not ProviderPhase.FAILED)
    lines = [_provider_line(provider) for provider in waiting[:_MOST_PROVIDER_LINES]]
    if len(waiting) > _MOST_PROVIDER_LINES:
        lines[-1] = line(Span(f" and {len(waiting) - _MOST_PROVIDER_LINES + 1} providers more: v", Tone.DIM))
    return lines


def _provider_line(provider: ProviderSnapshot) -> Line:
    if provider.phase is ProviderPhase.DISCOVERING:
        return line(Span(f" … {safe(provider.name)}", Tone.STRONG), Span(" is looking for pairs", Tone.DIM))
    parts = [Span(f" ✖ {safe(provider.name)}", Tone.BAD), Span(f"  {safe(provider.message)}")]
    if provider.hint:
        parts.append(Span(f" – {safe(provider.hint)}", Tone.DIM))
    return line(*parts)


def empty(fleet: FleetSnapshot, configuration: Path | None) -> list[Line]:
    """No pairs: what was looked for, where, and what helps."""
    searching = any(provider.phase is ProviderPhase.DISCOVERING for provider in fleet.providers)
    lines = [line(), line(Span("  Looking for pairs…" if searching else "  No pairs found.", Tone.STRONG)), line()]
    lines += [line(f"  {text}") for text in _looked(fleet.providers)]
    read = f"read from {configuration}" if configuration is not None else "there is no configuration file"
    lines += [
        line(Span(f"  Connections: {safe(read)}", Tone.DIM)),
        line(),
        _helps("redistui demo", "starts a real pair here, with a sample load"),
        _helps("redistui connect HOST:PORT", "watches a server without configuring it"),
        _helps("v", "shows how to add a connection"),
        _helps("r", "looks again"),
    ]
    return lines


def _looked(providers: Sequence[ProviderSnapshot]) -> list[str]:
    if not providers:
        return ["Nothing is configured, so nothing was looked for."]
    found = {
        ProviderPhase.DISCOVERING: "still looking",
        ProviderPhase.READY: "answered, and has none",
        ProviderPhase.FAILED: "failed, see above",
    }
    return [safe(f"{one.name:<16} {one.type:<12} {found[one.phase]}") for one in providers]


def _helps(what: str, does: str) -> Line:
    return line(Span(f"  {what:<27}", Tone.ACCENT), Span(does))


def nothing_matches(text: str) -> list[Line]:
    return [
        line(),
        line(Span(f"  No pair matches {safe(text)}", Tone.STRONG)),
        line(),
        _helps("escape", "shows all again"),
    ]
