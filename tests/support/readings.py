"""Readings of nodes as the monitor holds them, for tests of what is told from them."""

from dataclasses import replace
from typing import Any

from redistui.model.endpoint import Address
from redistui.model.evaluation import prepare
from redistui.model.facts import Moment, NodeReading
from redistui.model.health import Look, PairMemory, judge
from redistui.model.rule_text import default_rules
from redistui.model.rules import RuleSet
from redistui.model.sample import AttachedReplica, Failure, FailureKind, LinkState, NodeSample
from redistui.model.snapshot import PairSnapshot, Rates, ServerSettings
from redistui.model.topology import Control, Node, Pair, PairKey, Role

PRIMARY = Address("10.0.0.1", 6379)
REPLICA = Address("10.0.0.2", 6379)
HISTORY = "a" * 40
OFFSET = 1_800_000_000.0  # from monotonic time to seconds since the epoch
NO_RATES = Rates()

_HEALTHY: dict[str, Any] = {
    "software": "redis",
    "version": "7.0.15",
    "mode": "standalone",
    "process_id": 1,
    "uptime_seconds": 100_000,
    "replication_id": HISTORY,
    "replication_id2": "0" * 40,
    "second_offset": -1,
    "offset": 1_000_000,
    "replica_read_only": None,
    "backlog_active": True,
    "backlog_size_bytes": 1 << 20,
    "memory_used_bytes": 10 << 20,
    "memory_rss_bytes": 12 << 20,
    "memory_max_bytes": 0,
    "memory_policy": "noeviction",
    "fragmentation_ratio": 1.2,
    "clients": 10,
    "clients_max": 10_000,
    "evicted_keys": 0,
    "rejected_connections": 0,
    "full_resyncs": 1,
    "loading": False,
    "changes_since_save": 0,
    "save_in_progress": False,
    "last_save_ok": True,
    "aof_enabled": False,
    "aof_last_write_ok": True,
}
SETTINGS = ServerSettings({"save": "3600 1", "maxmemory": "0", "appendonly": "no"})


def primary_sample(**changes: Any) -> NodeSample:
    attached = (AttachedReplica(REPLICA, "online", 1_000_000, 0),)
    fields = _HEALTHY | {"role": Role.PRIMARY, "run_id": "p" * 40, "attached": attached} | changes
    return NodeSample(sampled_at=OFFSET, **fields)


def replica_sample(**changes: Any) -> NodeSample:
    fields = _HEALTHY | {
        "role": Role.REPLICA,
        "run_id": "r" * 40,
        "upstream": PRIMARY,
        "link": LinkState.UP,
        "seconds_since_upstream_io": 1,
        "replica_read_only": True,
    }
    return NodeSample(sampled_at=OFFSET, **(fields | changes))


def reading(address: Address, sample: NodeSample | None, at: float = 0.0, **changes: Any) -> NodeReading:
    role = Role.PRIMARY if address == PRIMARY else Role.REPLICA
    node = Node("primary" if role is Role.PRIMARY else "replica", address, address, role)
    fields: dict[str, Any] = {"rates": NO_RATES, "settings": SETTINGS, "sentinels": 0} if sample is not None else {}
    return replace(NodeReading(node, sample, at), **(fields | changes))


def failing(address: Address, kind: FailureKind, sample: NodeSample | None = None, at: float = 0.0) -> NodeReading:
    failure = Failure(kind, f"{address} fails", "", OFFSET + at, OFFSET + at)
    return reading(address, sample, at, failure=failure, failing_since=at)


class Watched:
    """A pair that is looked at again and again."""

    def __init__(self, rules: RuleSet | None = None) -> None:
        self.rules = prepare(rules or default_rules())
        self.memory = PairMemory()

    def look(self, *readings: NodeReading, at: float = 0.0, **changes: Any) -> PairSnapshot:
        pair = Pair(PairKey("test", "orders"), "static", Control.SELF_MANAGED, tuple(held.node for held in readings))
        look = Look(Moment(at, OFFSET), self.rules, **changes)
        snapshot, self.memory = judge(pair, readings, self.memory, look)
        return snapshot


def rules_of(snapshot: PairSnapshot) -> set[str]:
    return {told.rule for told in snapshot.findings}


def message_of(snapshot: PairSnapshot, rule: str) -> str:
    return next(told.message for told in snapshot.findings if told.rule == rule)
