"""The fleet as a table and as lines, for people."""

from datetime import UTC, datetime

from redistui.model import units
from redistui.model.sample import LinkState
from redistui.model.snapshot import Finding, FleetSnapshot, NodeSnapshot, PairSnapshot, ProviderPhase, Severity, Status
from redistui.model.topology import Role
from redistui.present import words
from redistui.present.order import pairs_by_name
from redistui.present.table import Cell, Column, Look, Tone, render
from redistui.present.text import pad, width

STATUS_TONES = {
    Status.HEALTHY: Tone.GOOD,
    Status.DEGRADED: Tone.WARNING,
    Status.DOWN: Tone.BAD,
    Status.UNKNOWN: Tone.WARNING,
}
SEVERITY_TONES = {Severity.CRITICAL: Tone.BAD, Severity.WARNING: Tone.WARNING, Severity.INFO: Tone.PLAIN}
_LINKS_WORST_FIRST = (LinkState.DOWN, None, LinkState.SYNCING, LinkState.UP)

PAIR_COLUMNS = (
    Column("PAIR"),
    Column("ENVIRONMENT"),
    Column("STATE"),
    Column("PRIMARY"),
    Column("LINK"),
    Column("BEHIND", right=True),
    Column("LAG", right=True),
    Column("MEMORY", right=True),
    Column("CLIENTS", right=True),
    Column("OPS/S", right=True),
    Column("FINDING"),
)


def pairs_table(fleet: FleetSnapshot, look: Look) -> list[str]:
    return render(PAIR_COLUMNS, [pair_row(pair) for pair in pairs_by_name(fleet)], look)


def pair_row(pair: PairSnapshot) -> list[Cell | str]:
    behind, seconds = worst_lag(pair)
    sample = pair.primary.sample if pair.primary is not None else None
    finding = gravest(pair)
    return [
        str(pair.key),
        pair.pair.environment,
        Cell(words.status(pair), STATUS_TONES[pair.status]),
        primary_text(pair),
        link_text(pair),
        units.size(behind),
        units.duration(seconds),
        memory_text(pair.primary),
        units.count(sample.clients) if sample else units.UNKNOWN,
        units.count(operations_per_second(pair.primary)),
        Cell(finding.message, SEVERITY_TONES[finding.severity]) if finding else "",
    ]


def gravest(pair: PairSnapshot) -> Finding | None:
    """What a line has room for; notes are for `show`."""
    return next((item for item in pair.findings if item.severity is not Severity.INFO), None)


def primary_text(pair: PairSnapshot) -> str:
    if pair.primary is not None:
        return str(pair.primary.node.address)
    several = sum(node.role is Role.PRIMARY for node in pair.nodes)
    return f"{several} primaries" if several else "unknown"


def link_text(pair: PairSnapshot) -> str:
    """The worst link of the pair."""
    states = {link.state for link in pair.links}
    if not states:
        return "no replica" if all(node.role is Role.PRIMARY for node in pair.nodes) else units.UNKNOWN
    worst = next(state for state in _LINKS_WORST_FIRST if state in states)
    return words.LINK_WORDS[worst] if worst is not None else units.UNKNOWN


def worst_lag(pair: PairSnapshot) -> tuple[int | None, float | None]:
    """Of the replica that is furthest behind; unknown while any is unknown."""
    behind = [link.lag.behind_bytes for link in pair.links if link.lag.behind_bytes is not None]
    seconds = [link.lag.behind_seconds for link in pair.links if link.lag.behind_seconds is not None]
    count = len(pair.links)
    return (
        max(behind) if behind and len(behind) == count else None,
        max(seconds) if seconds and len(seconds) == count else None,
    )


def memory_text(node: NodeSnapshot | None) -> str:
    """`52%` of a limit, else the size."""
    sample = node.sample if node is not None else None
    if sample is None or sample.memory_used_bytes is None:
        return units.UNKNOWN
    if sample.memory_max_bytes:
        return units.percent(sample.memory_used_bytes / sample.memory_max_bytes)
    return units.size(sample.memory_used_bytes)


def operations_per_second(node: NodeSnapshot | None) -> float | None:
    if node is None or node.sample is None or node.failure is not None:
        return None
    if node.rates is not None and node.rates.commands is not None:
        return node.rates.commands
    return node.sample.operations_per_second


def watch_line(pair: PairSnapshot, look: Look, name_cells: int) -> str:
    """One pair at one moment, on one line."""
    behind, seconds = worst_lag(pair)
    moment = datetime.fromtimestamp(pair.at, UTC)
    finding = gravest(pair)
    status = look.text(words.status(pair))
    parts = [
        f"{moment:%H:%M:%S}Z",
        pad(look.text(str(pair.key)), name_cells),
        look.toned(status, STATUS_TONES[pair.status]) + " " * (9 - width(status)),
        pad(look.text(primary_text(pair)), 21),
        pad(link_text(pair), 10),
        pad(f"{units.size(behind)} behind", 14, right=True),
        pad(units.duration(seconds), 8, right=True),
        pad(f"{units.count(operations_per_second(pair.primary))} ops/s", 13, right=True),
        look.text(finding.message) if finding else "",
    ]
    return "  ".join(parts).rstrip()


def errors_text(fleet: FleetSnapshot) -> list[str]:
    """Providers that did not answer, each with the way out."""
    return [
        f"{provider.name}: {provider.message}" + (f"\n  {provider.hint}" if provider.hint else "")
        for provider in fleet.providers
        if provider.phase is ProviderPhase.FAILED
    ]


def no_pairs_text(fleet: FleetSnapshot) -> str:
    asked = ", ".join(f"{provider.name} ({provider.type})" for provider in fleet.providers)
    return (
        f"no pairs; asked: {asked or 'no provider'}\n"
        "  `redistui demo` starts one on this machine, `redistui connect ADDRESS` opens one by address"
    )
