"""Metrics of one node, read from its newest sample."""

from collections.abc import Callable

from . import units
from .facts import NodeFacts
from .failures import words
from .metric import NOT_APPLICABLE, NOT_YET, Metric, Reading, Subject, Unit
from .rates import RECENT_SECONDS
from .sample import NodeSample
from .topology import NodeState, Role

# Below this the ratio of RSS to used memory says little: the allocator's own overhead rules it.
FRAGMENTATION_MINIMUM_BYTES = 64 * 1024 * 1024
_FULL = 0.95


def _of_sample(read: Callable[[NodeSample], Reading | bool]) -> Callable[[NodeFacts], Reading]:
    def value(facts: NodeFacts) -> Reading:
        sample = facts.sample
        return None if sample is None else read(sample)

    return value


def _up(facts: NodeFacts) -> Reading:
    if facts.reading.failure is not None:
        return 0.0
    if facts.reading.sample is not None:
        return 1.0
    return 0.0 if facts.stopped else NOT_YET


def _up_detail(facts: NodeFacts) -> str:
    state, failure = facts.reading.node.state, facts.reading.failure
    if facts.stopped:
        vendor = f" ({facts.reading.node.vendor_state})" if facts.reading.node.vendor_state else ""
        return {NodeState.STOPPED: "is stopped", NodeState.PAUSED: "is paused"}.get(state, "has failed") + vendor
    return words(failure) if failure is not None else "answers"


def _share(part: int | None, whole: int | None) -> Reading:
    if whole == 0:
        return NOT_APPLICABLE
    return None if part is None or whole is None else part / whole


def _memory_detail(facts: NodeFacts) -> str:
    sample = facts.reading.sample
    if sample is None:
        return units.UNKNOWN
    used, limit = units.size(sample.memory_used_bytes), units.size(sample.memory_max_bytes)
    return f"{used} of {limit}, policy {sample.memory_policy or units.UNKNOWN}"


def _memory_refusing(sample: NodeSample) -> Reading:
    if sample.memory_max_bytes == 0 or sample.role is not Role.PRIMARY:
        return NOT_APPLICABLE
    if sample.memory_policy is None or sample.memory_used_bytes is None or sample.memory_max_bytes is None:
        return None
    # Only `noeviction` refuses every write. It does so when the next write would not fit, a little before all is used.
    full = sample.memory_policy == "noeviction" and sample.memory_used_bytes >= _FULL * sample.memory_max_bytes
    return float(full)


def _fragmentation(sample: NodeSample) -> Reading:
    if sample.memory_used_bytes is not None and sample.memory_used_bytes < FRAGMENTATION_MINIMUM_BYTES:
        return NOT_APPLICABLE
    return sample.fragmentation_ratio


def _fragmentation_detail(facts: NodeFacts) -> str:
    sample = facts.reading.sample
    return (
        ""
        if sample is None
        else f"{units.size(sample.memory_rss_bytes)} RSS for {units.size(sample.memory_used_bytes)}"
    )


def _clients_detail(facts: NodeFacts) -> str:
    sample = facts.reading.sample
    return "" if sample is None else f"{units.grouped(sample.clients)} of {units.grouped(sample.clients_max)}"


def _increase(counter: str, known: Callable[[NodeSample], int | None]) -> Callable[[NodeFacts], Reading]:
    def value(facts: NodeFacts) -> Reading:
        sample = facts.sample
        if sample is None or known(sample) is None:
            return None
        if facts.pair is not None and facts.pair.one_look:
            return NOT_YET
        return float(facts.reading.recent.get(counter, 0))

    return value


def _evictions(facts: NodeFacts) -> Reading:
    increase = _EVICTED(facts)
    return increase / RECENT_SECONDS["evicted_keys"] if isinstance(increase, float) else increase


def _writable_replica(sample: NodeSample) -> Reading:
    if sample.role is not Role.REPLICA:
        return NOT_APPLICABLE
    return None if sample.replica_read_only is None else float(not sample.replica_read_only)


def _save_age(facts: NodeFacts) -> Reading:
    sample, settings = facts.sample, facts.reading.settings
    if sample is None:
        return None
    if sample.changes_since_save == 0 or sample.save_in_progress:
        return NOT_APPLICABLE
    if settings is None:
        return NOT_YET
    if settings.values.get("save") == "":
        return NOT_APPLICABLE
    if "save" not in settings.values or sample.last_save_at is None or sample.changes_since_save is None:
        return None
    age = max(0.0, (sample.server_time or sample.sampled_at) - sample.last_save_at)
    return age if sample.uptime_seconds is None else min(age, float(sample.uptime_seconds))


def _save_detail(facts: NodeFacts) -> str:
    sample = facts.reading.sample
    return "" if sample is None else f"{units.grouped(sample.changes_since_save)} changes since"


def _settings_problem(facts: NodeFacts) -> str:
    settings = facts.reading.settings
    return settings.problem if settings is not None and settings.problem else "the server does not tell its settings"


def _failed(ok: bool | None) -> Reading:
    return None if ok is None else float(not ok)


def _aof_failed(sample: NodeSample) -> Reading:
    return NOT_APPLICABLE if sample.aof_enabled is False else _failed(sample.aof_last_write_ok)


def _replicas_online(sample: NodeSample) -> Reading:
    if sample.role is not Role.PRIMARY:
        return NOT_APPLICABLE
    return float(sum(1 for replica in sample.attached if replica.state == "online"))


def _replicas_detail(facts: NodeFacts) -> str:
    sample = facts.reading.sample
    attached = () if sample is None else sample.attached
    return ", ".join(f"{replica.address} is {replica.state}" for replica in attached) or "none is attached"


def _loading(sample: NodeSample) -> Reading:
    return None if sample.loading is None else float(sample.loading)


def _loading_detail(facts: NodeFacts) -> str:
    sample = facts.reading.sample
    eta = None if sample is None else sample.loading_eta_seconds
    return "done soon" if eta is None or eta <= 0 else f"done in about {units.duration(eta)}"


def _cluster(sample: NodeSample) -> Reading:
    return None if sample.mode is None else float(sample.mode == "cluster")


def _metric(
    name: str,
    title: str,
    unit: Unit,
    read: Callable[[NodeFacts], Reading],
    detail: Callable[[NodeFacts], str] | None = None,
    unknown: Callable[[NodeFacts], str] | None = None,
) -> Metric[NodeFacts]:
    return Metric(name, title, Subject.NODE, unit, read, detail, unknown)


def _number(value: int | float | None) -> Reading:
    return None if value is None else float(value)


_EVICTED = _increase("evicted_keys", lambda s: s.evicted_keys)

NODE_METRICS: tuple[Metric[NodeFacts], ...] = (
    _metric("up", "whether the node answers", Unit.FLAG, _up, _up_detail),
    _metric("memory_used_bytes", "memory used", Unit.BYTES, _of_sample(lambda s: _number(s.memory_used_bytes))),
    _metric(
        "memory_rss_bytes", "memory the system gave it", Unit.BYTES, _of_sample(lambda s: _number(s.memory_rss_bytes))
    ),
    _metric(
        "memory_used_ratio",
        "memory used of maxmemory",
        Unit.RATIO,
        _of_sample(lambda s: _share(s.memory_used_bytes, s.memory_max_bytes)),
        _memory_detail,
    ),
    _metric(
        "memory_refuses_writes",
        "writes refused for want of memory",
        Unit.FLAG,
        _of_sample(_memory_refusing),
        _memory_detail,
    ),
    _metric(
        "fragmentation_ratio", "memory fragmentation", Unit.COUNT, _of_sample(_fragmentation), _fragmentation_detail
    ),
    _metric("clients", "connected clients", Unit.COUNT, _of_sample(lambda s: _number(s.clients))),
    _metric("clients_blocked", "blocked clients", Unit.COUNT, _of_sample(lambda s: _number(s.clients_blocked))),
    _metric(
        "clients_ratio",
        "clients of maxclients",
        Unit.RATIO,
        _of_sample(lambda s: _share(s.clients, s.clients_max)),
        _clients_detail,
    ),
    _metric(
        "operations_per_second",
        "operations a second",
        Unit.PER_SECOND,
        _of_sample(lambda s: _number(s.operations_per_second)),
    ),
    _metric("evicted_keys_per_second", "evicted keys a second", Unit.PER_SECOND, _evictions, _memory_detail),
    _metric(
        "rejected_connections_increase",
        "rejected connections",
        Unit.COUNT,
        _increase("rejected_connections", lambda s: s.rejected_connections),
        _clients_detail,
    ),
    _metric("full_resyncs_increase", "full resyncs", Unit.COUNT, _increase("full_resyncs", lambda s: s.full_resyncs)),
    _metric("replica_writable", "whether a replica takes writes", Unit.FLAG, _of_sample(_writable_replica)),
    _metric("replicas_online", "replicas online", Unit.COUNT, _of_sample(_replicas_online), _replicas_detail),
    _metric(
        "last_save_failed", "whether the last snapshot failed", Unit.FLAG, _of_sample(lambda s: _failed(s.last_save_ok))
    ),
    _metric("save_age_seconds", "age of the last snapshot", Unit.SECONDS, _save_age, _save_detail, _settings_problem),
    _metric("aof_write_failed", "whether the last AOF write failed", Unit.FLAG, _of_sample(_aof_failed)),
    _metric("uptime_seconds", "time since the start", Unit.SECONDS, _of_sample(lambda s: _number(s.uptime_seconds))),
    _metric("round_trip_seconds", "round trip", Unit.SECONDS, _of_sample(lambda s: s.round_trip_seconds)),
    _metric("loading", "whether the dataset is being loaded", Unit.FLAG, _of_sample(_loading), _loading_detail),
    _metric("cluster_mode", "whether the node runs in cluster mode", Unit.FLAG, _of_sample(_cluster)),
)
