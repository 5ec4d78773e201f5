"""Metrics of replication links and of whole pairs."""

from collections.abc import Callable

from . import units
from .facts import NodeFacts, PairFacts
from .metric import NOT_APPLICABLE, NOT_YET, Metric, Reading, Subject, Unit
from .observe import differing_settings, shared_history
from .sample import LinkState
from .snapshot import Lag
from .topology import Role


def _link_down(facts: NodeFacts) -> Reading:
    if facts.link is None:
        return NOT_APPLICABLE if facts.answers else None
    return None if facts.link.state is None else float(facts.link.state is LinkState.DOWN)


def _link_down_for(facts: NodeFacts) -> float | None:
    sample = facts.sample
    return None if sample is None or sample.link_down_seconds is None else float(sample.link_down_seconds)


def _syncing(facts: NodeFacts) -> Reading:
    if facts.link is None:
        return NOT_APPLICABLE if facts.answers else None
    return float(facts.link.state is LinkState.SYNCING)


def _syncing_detail(facts: NodeFacts) -> str:
    left = None if facts.sample is None else facts.sample.sync_left_bytes
    return f"{units.size(left)} to go" if left is not None and left > 0 else "waiting for the snapshot"


def _of_lag(read: Callable[[Lag], Reading]) -> Callable[[NodeFacts], Reading]:
    def value(facts: NodeFacts) -> Reading:
        link = facts.link
        if link is None:
            return NOT_APPLICABLE if facts.answers else None
        return read(link.lag) if link.state is LinkState.UP else NOT_APPLICABLE

    return value


def _lag_seconds(facts: NodeFacts) -> Reading:
    reading = _BEHIND_SECONDS(facts)
    if reading is None and facts.link is not None and facts.link.lag.behind_bytes is not None:
        return None if facts.link.lag.idle else NOT_YET
    return reading


def _lag_detail(facts: NodeFacts) -> str:
    if facts.link is None:
        return ""
    lag = facts.link.lag
    text = f"{units.size(lag.behind_bytes)}"
    if lag.behind_seconds is not None:
        text += f", {units.duration(lag.behind_seconds)}"
    if lag.catch_up_seconds:
        text += f", caught up in {units.duration(lag.catch_up_seconds)}"
    elif lag.drain_bytes_per_second is not None and lag.drain_bytes_per_second < 0:
        text += f", growing by {units.size(-lag.drain_bytes_per_second)}/s"
    return text


def _falling_behind(lag: Lag) -> Reading:
    if lag.behind_bytes == 0 or lag.idle:
        return 0.0
    if lag.behind_seconds is None or lag.drain_bytes_per_second is None:
        return NOT_YET
    return float(lag.behind_seconds > 1.0 and lag.drain_bytes_per_second < 0)


def _backlog_cover(facts: NodeFacts) -> Reading:
    if facts.link is not None and facts.link.lag.idle:
        return NOT_APPLICABLE
    reading = _COVER(facts)
    upstream = None if facts.upstream is None else facts.upstream.sample
    if reading is None and upstream is not None and None not in (upstream.backlog_size_bytes, upstream.offset):
        return NOT_YET
    return reading


def _backlog_detail(facts: NodeFacts) -> str:
    sample = None if facts.upstream is None else facts.upstream.sample
    return "" if sample is None else f"backlog of {units.size(sample.backlog_size_bytes)}"


def _upstream_silence(facts: NodeFacts) -> Reading:
    if facts.link is None:
        return NOT_APPLICABLE if facts.answers else None
    if facts.link.state is not LinkState.UP or facts.sample is None:
        return NOT_APPLICABLE
    seconds = facts.sample.seconds_since_upstream_io
    return None if seconds is None else float(seconds)


def _follows_outside(facts: NodeFacts) -> Reading:
    if facts.link is None:
        return NOT_APPLICABLE if facts.answers else None
    if facts.link.upstream_id is not None:
        return 0.0
    if not facts.link.upstream_address:
        return None
    others = () if facts.pair is None else facts.pair.nodes
    # Through NAT only an answer of every other node proves that none of them is the upstream.
    return 1.0 if all(other.answers for other in others) else None


def _follows_unknown(facts: NodeFacts) -> str:
    return "not every node answers, and none of them is known to be what it follows"


def _lag_unknown(facts: NodeFacts) -> str:
    return facts.lag_unknown or "its upstream takes no writes now"


def _primaries(facts: PairFacts) -> Reading:
    if facts.primaries:
        return float(len(facts.primaries))
    # A silent node may be the primary, and a replica whose link is up has one: neither is told as "none".
    links = [node.link for node in facts.nodes if node.answers and node.link is not None]
    told = len(links) == len(facts.nodes) and not any(link.state is LinkState.UP for link in links)
    return 0.0 if told and links else NOT_APPLICABLE


def _primaries_detail(facts: PairFacts) -> str:
    addresses = " and ".join(str(node) for node in facts.primaries)
    if len(facts.primaries) < 2:
        return addresses or "none"
    first, *others = (node.sample for node in facts.primaries)
    ids = {shared for other in others if first and other and (shared := shared_history(first, other))}
    if ids:
        return f"{addresses} (one history that split: both know replication id {min(ids)[:12]}…)"
    return f"{addresses} (no replication id in common: not known to come from one history)"


def _roles_differ(facts: PairFacts) -> Reading:
    return float(len(_differing_roles(facts)))


def _differing_roles(facts: PairFacts) -> list[NodeFacts]:
    return [
        node
        for node in facts.nodes
        if node.answers
        and node.role in {Role.PRIMARY, Role.REPLICA}
        and node.reading.node.configured_role not in {Role.UNKNOWN, node.role}
    ]


def _roles_detail(facts: PairFacts) -> str:
    return ", ".join(
        f"{node} is {node.role.value} and configured as {node.reading.node.configured_role.value}"
        for node in _differing_roles(facts)
    )


def _drift(facts: NodeFacts) -> Reading:
    if not facts.answers:
        return None
    if facts.role is not Role.REPLICA or facts.upstream is None:
        return NOT_APPLICABLE
    own, other = facts.reading.settings, facts.upstream.reading.settings
    if own is None or other is None:
        return NOT_YET
    return None if own.problem or other.problem else float(len(differing_settings(own, other)))


def _drift_detail(facts: NodeFacts) -> str:
    own = facts.reading.settings
    other = None if facts.upstream is None else facts.upstream.reading.settings
    if own is None or other is None:
        return ""
    differing = differing_settings(own, other)
    shown = ", ".join(
        f"{d.name} is {d.replica or 'empty'} here and {d.primary or 'empty'} there" for d in differing[:3]
    )
    return shown + (f" and {len(differing) - 3} more" if len(differing) > 3 else "")


def _drift_unknown(facts: NodeFacts) -> str:
    own = facts.reading.settings
    other = None if facts.upstream is None else facts.upstream.reading.settings
    return (own.problem if own is not None else "") or (other.problem if other is not None else "")


def _sentinels(facts: PairFacts) -> Reading:
    if any(node.role is Role.SENTINEL for node in facts.nodes):
        return float(sum(1 for node in facts.nodes if node.role is Role.SENTINEL))
    counts = [node.reading.sentinels for node in facts.nodes if node.reading.sentinels is not None]
    if counts:
        return float(max(counts))
    asked = any(node.answers and node.reading.settings is not None for node in facts.nodes)
    return None if asked else NOT_APPLICABLE


def _sentinels_unknown(_facts: PairFacts) -> str:
    return "no node answers PUBSUB NUMSUB to this user"


_BEHIND_SECONDS = _of_lag(lambda lag: lag.behind_seconds)
_COVER = _of_lag(lambda lag: lag.backlog_cover_seconds)


def _link(
    name: str,
    title: str,
    unit: Unit,
    read: Callable[[NodeFacts], Reading],
    detail: Callable[[NodeFacts], str] | None = _lag_detail,
    unknown: Callable[[NodeFacts], str] | None = _lag_unknown,
    lasted: Callable[[NodeFacts], float | None] | None = None,
) -> Metric[NodeFacts]:
    return Metric(name, title, Subject.LINK, unit, read, detail, unknown, lasted)


def _behind(lag: Lag) -> Reading:
    return None if lag.behind_bytes is None else float(lag.behind_bytes)


LINK_METRICS: tuple[Metric[NodeFacts], ...] = (
    _link("link_down", "whether the link is down", Unit.FLAG, _link_down, None, None, _link_down_for),
    _link("syncing", "whether the replica copies the dataset", Unit.FLAG, _syncing, _syncing_detail, None),
    _link("behind_bytes", "bytes behind", Unit.BYTES, _of_lag(_behind)),
    _link("behind_seconds", "lag in time", Unit.SECONDS, _lag_seconds),
    _link("falling_behind", "whether the lag grows", Unit.FLAG, _of_lag(_falling_behind)),
    _link("backlog_cover_seconds", "backlog cover", Unit.SECONDS, _backlog_cover, _backlog_detail),
    _link("upstream_silent_seconds", "silence of the upstream", Unit.SECONDS, _upstream_silence, None, None),
    _link(
        "follows_outside",
        "whether it follows a server outside the pair",
        Unit.FLAG,
        _follows_outside,
        None,
        _follows_unknown,
    ),
    _link("settings_differ", "differing settings", Unit.COUNT, _drift, _drift_detail, _drift_unknown),
)
PAIR_METRICS: tuple[Metric[PairFacts], ...] = (
    Metric("primaries", "nodes that answer as primary", Subject.PAIR, Unit.COUNT, _primaries, _primaries_detail),
    Metric("roles_differ", "roles other than configured", Subject.PAIR, Unit.COUNT, _roles_differ, _roles_detail),
    Metric(
        "sentinels", "Sentinels that watch the pair", Subject.PAIR, Unit.COUNT, _sentinels, unknown=_sentinels_unknown
    ),
)
