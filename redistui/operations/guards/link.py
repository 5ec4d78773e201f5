"""The replication link and the work that would get in the way."""

from redistui.model import units
from redistui.model.plan import Guard
from redistui.model.sample import LinkState

from ..facts import NodeFacts, RoleChange
from .judge import fails, passes, warns

# In units of the longest wait for equal offsets, a generous bound on what a switch writes into the backlog.
_SWITCH_SECONDS = 10.0


def link_is_up(change: RoleChange) -> Guard:
    name, limit = "replication link", "up, no sync"
    sample = change.candidate.sample
    state = sample.link if sample else None
    if state is not LinkState.UP:
        words = {LinkState.SYNCING: "a sync is in progress: wait until it ends", LinkState.DOWN: "the link is down"}
        message = words.get(state, "the state of the link is unknown") if state else "the state of the link is unknown"
        return fails(name, str(state or "unknown"), limit, message)
    return passes(name, "up", limit)


def primary_sees_it_online(change: RoleChange) -> Guard:
    name, limit = "primary sees the replica", "online"
    attached = change.primary.sample.attached if change.primary.sample else ()
    upstream_port = change.candidate.sample.tcp_port if change.candidate.sample else None
    mine = [
        replica
        for replica in attached
        if replica.address is not None
        and (replica.address == change.candidate.node.peer_address or replica.address.port == upstream_port)
    ] or list(attached if len(attached) == 1 else ())
    if not mine:
        return fails(name, "not listed", limit, "the primary does not list this replica")
    if all(replica.state != "online" for replica in mine):
        return fails(name, mine[0].state, limit, "the primary does not count the replica as online")
    return passes(name, "online", limit)


def close_enough(change: RoleChange) -> Guard:
    limits = change.facts.limits
    name, limit = "replica close enough", units.size(limits.max_behind_bytes)
    behind = bytes_behind(change)
    if behind is None:
        return fails(name, units.UNKNOWN, limit, "how far the replica is behind is unknown")
    if behind > limits.max_behind_bytes:
        return fails(name, units.size(behind), limit, "writes would stand still too long: wait until it has caught up")
    return passes(name, units.size(behind), limit)


def backlog_is_large_enough(change: RoleChange) -> Guard:
    name = "backlog covers the switch"
    size = change.primary.sample.backlog_size_bytes if change.primary.sample else None
    rate = change.facts.write_rate
    if size is None:
        return warns(name, units.UNKNOWN, "unknown", "a full resync may follow")
    if rate is None:
        return warns(name, units.size(size), "the write rate is unknown", "a full resync may follow")
    needed = round(rate * _SWITCH_SECONDS)
    limit = f"{units.size(needed)} ({_SWITCH_SECONDS:g} s of writes)"
    if size < needed:
        return warns(name, units.size(size), limit, "a full resync may follow: enlarge repl-backlog-size")
    return passes(name, units.size(size), limit)


def priority(change: RoleChange) -> Guard:
    name, limit = "replica-priority", "not 0"
    value = change.candidate.sample.replica_priority if change.candidate.sample else None
    if value is None:
        return warns(name, units.UNKNOWN, limit, "it is unknown whether this replica is meant to lead")
    if value == 0:
        return warns(name, "0", limit, "somebody said that this replica is never to lead")
    return passes(name, str(value), limit)


def nobody_is_busy(change: RoleChange) -> Guard:
    name, limit = "no save, load or failover running", "none"
    busy = [f"{node.name} {work}" for node in (change.primary, change.candidate) if (work := _work(node))]
    if busy:
        return fails(name, "; ".join(busy), limit, "wait until it has ended")
    return passes(name, "none", limit)


def bytes_behind(change: RoleChange) -> int | None:
    old, new = change.primary.sample, change.candidate.sample
    if old is None or new is None or old.offset is None or new.offset is None:
        return None
    return max(old.offset - new.offset, 0) if old.replication_id == new.replication_id else None


def _work(node: NodeFacts) -> str:
    sample = node.sample
    if sample is None:
        return ""
    if sample.loading:
        return "is loading its data"
    if sample.save_in_progress:
        return "is saving"
    if sample.aof_rewrite_in_progress:
        return "is rewriting its AOF"
    if sample.failover_state not in (None, "no-failover"):
        return f"is in a failover ({sample.failover_state})"
    return ""
