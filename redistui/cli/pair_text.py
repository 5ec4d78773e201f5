"""All that is known of one pair, for people."""

from collections.abc import Callable, Iterator

from redistui.model import units
from redistui.model.sample import NodeSample
from redistui.model.snapshot import Finding, NodeSnapshot, PairSnapshot, Severity
from redistui.present import words
from redistui.present.endpoints import read_endpoints, write_endpoint
from redistui.present.settings import differences
from redistui.present.table import Cell, Column, Look, Tone, render

from .fleet_text import SEVERITY_TONES, STATUS_TONES, operations_per_second

Cells = list[Cell | str]


def pair_text(pair: PairSnapshot, look: Look) -> Iterator[str]:
    yield f"{look.toned(look.text(str(pair.key)), Tone.STRONG)}  {_status(pair, look)}"
    yield from _facts(pair, look)
    for title, table in (
        ("REPLICATION", _replication),
        ("MEMORY", _memory),
        ("LOAD", _load),
        ("DATA", _data),
    ):
        yield from ("", look.toned(title, Tone.STRONG), *table(pair, look))
    yield from ("", look.toned("FINDINGS", Tone.STRONG))
    yield from findings_text(pair, look) or ["nothing to report"]
    unlike = differences(pair)
    if unlike:
        columns = (Column("SETTING"), *(Column(look.text(node.node.id)) for node in pair.nodes))
        rows = [[name, *values] for name, values in unlike]
        yield from ("", look.toned("CONFIGURATION DIFFERENCES", Tone.STRONG), *render(columns, rows, look))


def check_text(pair: PairSnapshot, look: Look) -> list[str]:
    """The verdict, and under it what was found; notes are counted."""
    told = [item for item in pair.findings if item.severity is not Severity.INFO]
    notes = len(pair.findings) - len(told)
    more = f"  ({notes} note{'' if notes == 1 else 's'}: redistui show {pair.key})" if notes else ""
    return [
        f"{look.text(str(pair.key))}  {_status(pair, look)}{look.text(more)}",
        *(f"  {_finding(item, look)}" for item in told),
    ]


def findings_text(pair: PairSnapshot, look: Look) -> list[str]:
    return [_finding(item, look) for item in pair.findings]


def _finding(item: Finding, look: Look) -> str:
    return look.toned(look.text(words.finding(item)), SEVERITY_TONES[item.severity])


def _status(pair: PairSnapshot, look: Look) -> str:
    return look.toned(look.text(words.status(pair)), STATUS_TONES[pair.status])


def _facts(pair: PairSnapshot, look: Look) -> Iterator[str]:
    provider = f"{pair.key.provider} ({pair.pair.provider_type}, {pair.pair.control.value})"
    facts = {
        "provider": provider,
        "environment": pair.pair.environment,
        "place": pair.pair.place,
        "write to": write_endpoint(pair) or units.UNKNOWN,
        "read from": ", ".join(read_endpoints(pair)) or units.UNKNOWN,
    }
    for name, value in facts.items():
        if value:
            yield f"{name:<12} {look.text(value)}"


def _replication(pair: PairSnapshot, look: Look) -> list[str]:
    columns = (
        Column("NODE"),
        Column("ADDRESS"),
        Column("ROLE"),
        Column("VERSION"),
        Column("LINK"),
        Column("OFFSET", right=True),
        Column("BEHIND", right=True),
        Column("LAG", right=True),
        Column("CATCH-UP", right=True),
        Column("HISTORY"),
        Column("ANSWERED", right=True),
    )
    return render(columns, [_replication_row(pair, node) for node in pair.nodes], look)


def _replication_row(pair: PairSnapshot, node: NodeSnapshot) -> Cells:
    sample = node.sample
    answering = sample is not None and node.failure is None
    link = pair.link(node.node.id) if answering else None
    age = f"{units.age(pair.at - sample.sampled_at)} ago" if sample is not None else "never"
    return [
        node.node.id,
        str(node.node.address),
        Cell(words.role(node), Tone.PLAIN if answering else Tone.BAD),
        (sample.version or units.UNKNOWN) if sample is not None else units.UNKNOWN,
        (words.LINK_WORDS[link.state] if link.state else units.UNKNOWN) if link else "",
        units.grouped(sample.offset if sample else None),
        units.size(link.lag.behind_bytes) if link else "",
        units.duration(link.lag.behind_seconds) if link else "",
        units.duration(link.lag.catch_up_seconds) if link and link.lag.behind_bytes else "",
        (sample.replication_id or "")[:8] if sample is not None else "",
        age,
    ]


def _table(
    pair: PairSnapshot, look: Look, columns: dict[str, Callable[[NodeSnapshot, NodeSample], str]], *, left: int = 0
) -> list[str]:
    """One row a node; a node that does not answer has unknown in every column."""
    heads = [Column("NODE"), *(Column(title, right=index >= left) for index, title in enumerate(columns))]
    rows = [
        [
            node.node.id,
            *(
                cell(node, node.sample) if node.sample is not None and node.failure is None else units.UNKNOWN
                for cell in columns.values()
            ),
        ]
        for node in pair.nodes
    ]
    return render(heads, rows, look)


def _memory(pair: PairSnapshot, look: Look) -> list[str]:
    return _table(
        pair,
        look,
        {
            "POLICY": lambda _, sample: sample.memory_policy or units.UNKNOWN,
            "USED": lambda _, sample: units.size(sample.memory_used_bytes),
            "MAX": lambda _, sample: (
                "no limit" if sample.memory_max_bytes == 0 else units.size(sample.memory_max_bytes)
            ),
            "RSS": lambda _, sample: units.size(sample.memory_rss_bytes),
            "PEAK": lambda _, sample: units.size(sample.memory_peak_bytes),
            "FRAGMENTATION": lambda _, sample: (
                units.UNKNOWN if sample.fragmentation_ratio is None else f"{sample.fragmentation_ratio:.2f}"
            ),
            "EVICTED": lambda _, sample: units.grouped(sample.evicted_keys),
        },
        left=1,
    )


def _load(pair: PairSnapshot, look: Look) -> list[str]:
    return _table(
        pair,
        look,
        {
            "OPS/S": lambda node, _: units.count(operations_per_second(node)),
            "CLIENTS": lambda _, sample: units.grouped(sample.clients),
            "BLOCKED": lambda _, sample: units.grouped(sample.clients_blocked),
            "REJECTED": lambda _, sample: units.grouped(sample.rejected_connections),
            "HITS": lambda _, sample: units.percent(_hit_ratio(sample)),
            "FULL RESYNCS": lambda _, sample: units.grouped(sample.full_resyncs),
            "UPTIME": lambda _, sample: units.duration(sample.uptime_seconds),
        },
    )


def _data(pair: PairSnapshot, look: Look) -> list[str]:
    return _table(
        pair,
        look,
        {
            "LAST SAVE": lambda _, sample: {True: "ok", False: "failed", None: units.UNKNOWN}[sample.last_save_ok],
            "AOF": lambda _, sample: {True: "on", False: "off", None: units.UNKNOWN}[sample.aof_enabled],
            "SAVED": lambda _, sample: (
                f"{units.age(pair.at - sample.last_save_at)} ago" if sample.last_save_at else units.UNKNOWN
            ),
            "CHANGES SINCE": lambda _, sample: units.grouped(sample.changes_since_save),
            "KEYS": lambda _, sample: units.grouped(sample.keys),
        },
        left=2,
    )


def _hit_ratio(sample: NodeSample) -> float | None:
    """Since the server's start."""
    if sample.keyspace_hits is None or sample.keyspace_misses is None:
        return None
    reads = sample.keyspace_hits + sample.keyspace_misses
    return sample.keyspace_hits / reads if reads else None
