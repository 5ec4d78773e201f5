"""Tabs of the pair that need no further question: keyspace, persistence, settings, events, endpoints."""

from datetime import UTC, datetime

from redistui.model import units
from redistui.model.sample import NodeSample
from redistui.model.snapshot import NodeSnapshot
from redistui.present.endpoints import read_endpoints, write_endpoint
from redistui.present.words import FAILURE_WORDS

from .line import Tone, safe
from .pair_tables import table
from .pair_view import PairView, label_of, name_of, staleness
from .phrases import EMPTY, Phrase, phrase, wrap

# Settings in which the nodes of a healthy pair differ: names, places and the role itself.
_OWN_TO_A_NODE = frozenset({
    "port", "tls-port", "bind", "dir", "pidfile", "logfile", "unixsocket", "replicaof", "slaveof",
    "replica-announce-ip", "replica-announce-port", "slave-announce-ip", "slave-announce-port", "cluster-announce-ip",
    "cluster-announce-port", "dbfilename", "aclfile", "requirepass", "masterauth", "primaryauth",
})  # fmt: skip


def when(at: float, now: float, *, absolute: bool) -> str:
    if absolute:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return f"{units.age(max(0.0, now - at))} ago"


def _labels(view: PairView) -> dict[str, str]:
    return {node.node.id: label_of(view, node) for node in view.pair.nodes}


def keyspace(view: PairView, cells: int, _height: int = 0) -> list[Phrase]:
    rows: list[tuple[str, str, str, str]] = []
    silent: list[Phrase] = []
    for node in view.pair.nodes:
        label = _labels(view)[node.node.id]
        if node.sample is None or node.sample.keyspace is None:
            silent.append(phrase((f"{label}: keys unknown", Tone.WARN)))
            continue
        databases = node.sample.keyspace
        if not databases:
            rows.append((label, "–", "0", "0"))
        rows += [
            (label, str(one.database), units.grouped(one.keys), units.grouped(one.expiring_keys)) for one in databases
        ]
        if stale := staleness(view.pair, node):
            silent.append(phrase(f"{label}: ", *stale))
    drawn = table(("NODE", "DATABASE", "KEYS", "EXPIRING"), rows, cells, right=(1, 2, 3)) if rows else []
    return [*drawn, *silent]


def persistence(view: PairView, cells: int, _height: int = 0) -> list[Phrase]:
    names = ("LAST SAVE", "SAVED", "CHANGES SINCE", "LAST FORK", "AOF", "AOF SIZE")
    facts = [_persistence(node, view.pair.at, absolute=view.clock_times) for node in view.pair.nodes]
    rows = [(label, *values) for label, values in zip(_labels(view).values(), facts, strict=True)]
    drawn = table(("NODE", *names), rows, cells, right=(3, 4, 6))
    stale = [phrase(f"{name_of(node)}: ", *words) for node in view.pair.nodes if (words := staleness(view.pair, node))]
    return [*drawn, *stale]


def _persistence(node: NodeSnapshot, now: float, *, absolute: bool) -> tuple[str, ...]:
    if (sample := node.sample) is None:
        return (units.UNKNOWN,) * 6
    saved = units.UNKNOWN if sample.last_save_at is None else when(sample.last_save_at, now, absolute=absolute)
    return (
        _save_state(sample),
        saved,
        units.grouped(sample.changes_since_save),
        units.duration(sample.last_fork_seconds) if sample.last_fork_seconds != 0 else "–",  # 0: it never forked
        _aof_state(sample),
        units.size(sample.aof_size_bytes) if sample.aof_enabled else "–",
    )


def _save_state(sample: NodeSample) -> str:
    if sample.save_in_progress:
        return "running now"
    return {None: units.UNKNOWN, True: "ok", False: "✖ failed"}[sample.last_save_ok]


def _aof_state(sample: NodeSample) -> str:
    if not sample.aof_enabled:
        return units.UNKNOWN if sample.aof_enabled is None else "off"
    if sample.aof_last_write_ok is False:
        return "✖ write failed"
    if sample.aof_last_rewrite_ok is False:
        return "▲ rewrite failed"
    return "on, rewriting" if sample.aof_rewrite_in_progress else "on"


def differences(view: PairView, cells: int, _height: int = 0) -> list[Phrase]:
    """Settings that differ between the nodes, and what could not be compared."""
    answered = [node for node in view.pair.nodes if node.settings is not None and not node.settings.problem]
    problems: list[Phrase] = []
    for node in view.pair.nodes:
        if node not in answered:
            why = "not asked yet" if node.settings is None else safe(node.settings.problem)
            problems += wrap(f"▲ {_labels(view)[node.node.id]}: settings unknown: {why}", cells, tone=Tone.WARN)
    values = [node.settings.values for node in answered if node.settings is not None]
    if len(values) < 2:
        return [phrase(("nothing to compare: at least two nodes must tell their settings", Tone.DIM)), *problems]
    names = sorted(set().union(*values) - _OWN_TO_A_NODE)
    differing = [name for name in names if len({one.get(name) for one in values}) > 1]
    if not differing:
        return [phrase(f"{len(names)} settings compared, all equal"), *problems]
    head = phrase((f"{len(differing)} of {len(names)} compared settings differ", Tone.WARN))
    rows = [(name, *(safe(one.get(name, "not known to it")) or '""' for one in values)) for name in differing]
    return [head, *table(("SETTING", *(_labels(view)[node.node.id] for node in answered)), rows, cells), *problems]


def events(view: PairView, cells: int, _height: int = 0) -> list[Phrase]:
    if not view.events:
        return [phrase(("nothing has changed by itself since the console was opened", Tone.DIM))]
    labels = _labels(view)
    newest = sorted(view.events, key=lambda event: -event.at)
    rows = [
        (
            when(event.at, view.pair.at, absolute=view.clock_times),
            labels.get(event.node_id, "pair"),
            safe(event.message),
        )
        for event in newest
    ]
    return table(("WHEN", "NODE", "WHAT"), rows, cells)


def _out(view: PairView) -> tuple[str, Tone]:
    """What is wrong with the server that takes the writes."""
    primary = view.pair.primary
    failure = primary.failure if primary is not None else None
    return (f"  ✖ {FAILURE_WORDS[failure.kind]}" if failure is not None else "", Tone.BAD)


def endpoints(view: PairView, cells: int, _height: int = 0) -> list[Phrase]:
    write, reads = write_endpoint(view.pair), read_endpoints(view.pair)
    lines = [
        phrase(("write  ", Tone.DIM), (safe(write), Tone.STRONG) if write else ("no primary", Tone.WARN), _out(view))
    ]
    if reads:
        lines += [phrase(("read   ", Tone.DIM), (safe(one), Tone.STRONG)) for one in reads]
    else:
        lines.append(phrase(("read   ", Tone.DIM), ("no replica answers", Tone.WARN)))
    rows = [
        (_labels(view)[node.node.id], safe(str(node.node.peer_address)), safe(node.node.id)) for node in view.pair.nodes
    ]
    return [*lines, EMPTY, *table(("NODE, AS REACHED FROM HERE", "AS ITS PEERS REACH IT", "ID"), rows, cells)]
