"""Fleets that look like real ones, and a source that publishes them: for tests of the console and of what is shown."""

import asyncio
import random
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from redistui.model.endpoint import Address, Endpoint
from redistui.model.history import Event, History, HistoryMetric
from redistui.model.sample import AttachedReplica, DatabaseKeys, Failure, FailureKind, LinkState, NodeSample
from redistui.model.snapshot import (
    Finding,
    FleetSnapshot,
    Lag,
    Link,
    NodeSnapshot,
    PairSnapshot,
    ProviderPhase,
    ProviderSnapshot,
    Rates,
    ServerSettings,
    Severity,
    Status,
)
from redistui.model.topology import Control, Node, NodeState, Pair, PairKey, Role
from redistui.provider.capabilities import Capability, Verb, effective

if TYPE_CHECKING:
    from concurrent.futures import Future

NOW = 1_760_000_460.0  # 2025-10-09 09:01:00 UTC
MB = 1 << 20
REPLICATION_ID = "9f3c2b7a51d04e6f8a9b0c1d2e3f405162738495"

_NAMES = (
    "orders", "sessions-eu", "carts", "billing", "profile", "search-cache", "rate-limits", "inventory", "flags",
    "leaderboard", "notify", "geo", "pricing", "audit", "recommend", "tokens", "queue", "presence", "feed", "media",
)  # fmt: skip
_PLACES = (
    ("k8s", "kubernetes", "shop"), ("aws", "aws", "eu-west-1"), ("docker", "docker", "vm-7"),
    ("aliyun", "aliyun", "hangzhou"), ("legacy", "static", ""),
)  # fmt: skip


def sample(role: Role = Role.PRIMARY, *, at: float = NOW, offset: int = 88_213_004, **fields: object) -> NodeSample:
    """A reading of a healthy server; `fields` replace what a test is about."""
    reading = NodeSample(
        sampled_at=at, round_trip_seconds=0.0004, software="redis", version="7.2.5", mode="standalone",
        run_id="a1b2c3d4" * 5, process_id=4711, tcp_port=6379, uptime_seconds=86_400 * 12, role=role,
        replication_id=REPLICATION_ID, offset=offset, replica_priority=100, backlog_active=True,
        backlog_size_bytes=64 * MB, backlog_first_offset=offset - 60 * MB, backlog_length_bytes=60 * MB,
        memory_used_bytes=532 * MB, memory_rss_bytes=590 * MB, memory_peak_bytes=610 * MB, memory_max_bytes=1024 * MB,
        memory_policy="allkeys-lru", fragmentation_ratio=1.11, dataset_bytes=480 * MB,
        replication_buffer_bytes=64 * MB, client_buffer_bytes=200_000, total_system_memory_bytes=8192 * MB,
        clients=41, clients_max=10_000, clients_blocked=0, commands_processed=9_812_004, operations_per_second=12_400,
        network_input_bytes=1 << 33, network_output_bytes=1 << 34, keyspace_hits=900_000, keyspace_misses=45_000,
        evicted_keys=0, expired_keys=12_000, rejected_connections=0, error_replies=3, full_resyncs=1,
        partial_resyncs=2, partial_resyncs_refused=0, last_fork_seconds=0.012, loading=False, changes_since_save=512,
        save_in_progress=False, last_save_at=int(at) - 340, last_save_ok=True, aof_enabled=False,
        keyspace=(DatabaseKeys(0, 1_204_331, 40_112), DatabaseKeys(3, 12, 0)),
    )  # fmt: skip
    if role is Role.REPLICA:
        reading = replace(
            reading, link=LinkState.UP, seconds_since_upstream_io=0, replica_read_only=True,
            upstream=Address("10.2.0.14", 6379), full_resyncs=0, clients=6, operations_per_second=1_200,
        )  # fmt: skip
    return replace(reading, **fields)  # type: ignore[arg-type]


def pair(
    name: str = "orders",
    *,
    provider: str = "k8s",
    type: str = "kubernetes",  # noqa: A002
    place: str = "shop",
    environment: str = "prod",
    status: Status = Status.HEALTHY,
    replicas: int = 1,
    behind_bytes: int | None = 0,
    behind_seconds: float | None = 0.0,
    findings: Sequence[Finding] = (),
    host: str = "10.2.0",
    at: float = NOW,
    **primary_fields: object,
) -> PairSnapshot:
    """A pair with one primary and its replicas. `primary_fields` change the primary's reading."""
    primary_address = Address(f"{host}.14", 6379)
    primary = sample(at=at, **primary_fields)
    offset = primary.offset or 0
    nodes = [_node(f"{name}-0", primary_address, Role.PRIMARY)]
    followers = [_node(f"{name}-{n}", Address(f"{host}.{14 + n}", 6379), Role.REPLICA) for n in range(1, replicas + 1)]
    attached = tuple(
        AttachedReplica(node.peer_address, "online", offset - (behind_bytes or 0), 0) for node in followers
    )
    lag = Lag(behind_bytes, behind_seconds, 1_200_000.0 if behind_bytes else 0.0,
              behind_bytes / 1_200_000 if behind_bytes else 0.0, 38.0)  # fmt: skip
    snapshots = [NodeSnapshot(nodes[0], replace(primary, attached=attached), None, _rates(), _settings())]
    links = []
    for node in followers:
        reading = sample(Role.REPLICA, at=at, offset=offset - (behind_bytes or 0), upstream=primary_address)
        snapshots.append(NodeSnapshot(node, reading, None, _rates(), _settings()))
        links.append(Link(node.id, nodes[0].id, str(primary_address), LinkState.UP, lag, same_history=True))
    return PairSnapshot(
        Pair(PairKey(provider, name), type, Control.SELF_MANAGED, (*nodes, *followers), environment, place,
             write_endpoint=primary_address, read_endpoint=followers[0].address if followers else None),
        at, status, tuple(snapshots), tuple(links), nodes[0].id, tuple(findings),
    )  # fmt: skip


def down_pair(name: str = "orders", *, at: float = NOW, since: float | None = None, **fields: Any) -> PairSnapshot:
    """Its primary refuses connections; its replica still answers and has lost the link."""
    since = at - 12 if since is None else since
    finding = Finding("node-down", Severity.CRITICAL, since, "primary 10.2.0.14:6379 refuses connections",
                      "start the server, or look at its log", f"{name}-0")  # fmt: skip
    healthy = pair(name, status=Status.DOWN, findings=(finding,), at=at, **fields)
    failure = Failure(FailureKind.REFUSED, "connection refused", "is the server running?", at, since)
    primary, *followers = healthy.nodes
    assert primary.sample is not None
    stale = replace(primary, sample=replace(primary.sample, sampled_at=since), failure=failure, rates=None)
    cut = [
        replace(node, sample=replace(node.sample, link=LinkState.DOWN, link_down_seconds=int(at - since)))
        for node in followers
        if node.sample is not None
    ]
    links = tuple(replace(link, state=LinkState.DOWN, lag=Lag()) for link in healthy.links)
    return replace(healthy, nodes=(stale, *cut), links=links, primary_id=None)


def unknown_pair(name: str = "new", *, at: float = NOW, **fields: Any) -> PairSnapshot:
    """Discovered, never sampled."""
    healthy = pair(name, at=at, status=Status.UNKNOWN, **fields)
    bare = tuple(replace(node, sample=None, rates=None, settings=None) for node in healthy.nodes)
    links = tuple(replace(link, state=None, lag=Lag(), same_history=None) for link in healthy.links)
    return replace(healthy, nodes=bare, links=links, primary_id=None)


def lagging_pair(name: str = "sessions-eu", *, at: float = NOW, **fields: Any) -> PairSnapshot:
    finding = Finding("lag-bytes", Severity.WARNING, at - 65, "replica 10.2.0.15:6379 is 3.8 MB behind",
                      "look at its link and at its disk", f"{name}-1")  # fmt: skip
    fields = {
        "status": Status.DEGRADED,
        "behind_bytes": 3_984_588,
        "behind_seconds": 4.1,
        "findings": (finding,),
        **fields,
    }
    return pair(name, at=at, **fields)


def provider(name: str = "k8s", phase: ProviderPhase = ProviderPhase.READY, **fields: Any) -> ProviderSnapshot:
    return ProviderSnapshot(name, fields.pop("type", "kubernetes"), fields.pop("environment", "prod"), phase, **fields)


def fleet(count: int = 20, *, at: float = NOW, seed: int = 7) -> FleetSnapshot:
    """`count` pairs of five providers, a few of them in trouble; the same for the same seed."""
    chance = random.Random(seed)
    pairs = []
    for number in range(count):
        base, turn = _NAMES[number % len(_NAMES)], number // len(_NAMES)
        name = f"{base}-{turn}" if turn else base
        where, kind, place = _PLACES[number % len(_PLACES)]
        fields: dict[str, Any] = {
            "provider": where, "type": kind, "place": place, "environment": "prod" if number % 3 else "staging",
            "host": f"10.{number // 200}.{number % 200}", "at": at,
            "memory_used_bytes": chance.randrange(20, 1000) * MB, "operations_per_second": chance.randrange(10, 40_000),
            "clients": chance.randrange(3, 900), "offset": chance.randrange(10**7, 10**9),
        }  # fmt: skip
        if number % 23 == 7:
            pairs.append(down_pair(name, since=at - 7250, **{key: fields[key] for key in fields if key != "clients"}))
        elif number % 11 == 4:
            pairs.append(lagging_pair(name, **fields))
        else:
            pairs.append(pair(name, **fields))
    counted = [
        provider(where, type=kind, pairs=sum(1 for one in pairs if one.key.provider == where), since=at)
        for where, kind, _ in _PLACES[: min(count, len(_PLACES))]
    ]
    return FleetSnapshot(at, tuple(pairs), tuple(counted))


def later(snapshot: FleetSnapshot, seconds: float, *, changing: float = 0.0, seed: int = 1) -> FleetSnapshot:
    """The same fleet sampled again, with a share of its pairs doing something else."""
    chance = random.Random(seed)
    at = snapshot.at + seconds
    changed = set(chance.sample(range(len(snapshot.pairs)), round(len(snapshot.pairs) * changing)))
    return replace(
        snapshot,
        at=at,
        pairs=tuple(_aged(one, at, seconds, chance if n in changed else None) for n, one in enumerate(snapshot.pairs)),
    )


def _aged(one: PairSnapshot, at: float, seconds: float, chance: random.Random | None) -> PairSnapshot:
    nodes = []
    for node in one.nodes:
        reading = node.sample
        if reading is not None and node.failure is None:
            reading = replace(reading, sampled_at=reading.sampled_at + seconds)
            if chance is not None and reading.operations_per_second is not None:
                reading = replace(reading, operations_per_second=chance.randrange(10, 40_000),
                                  memory_used_bytes=chance.randrange(20, 1000) * MB)  # fmt: skip
        nodes.append(replace(node, sample=reading))
    return replace(one, at=at, nodes=tuple(nodes))


def _node(name: str, address: Address, role: Role) -> Node:
    return Node(name, address, address, role, NodeState.RUNNING)


def _rates() -> Rates:
    return Rates(12_400.0, 1_900_000.0, 3_100_000.0, 9_000.0, 450.0, 0.0, 110.0, 0.0, 1_500_000.0)


def _settings() -> ServerSettings:
    return ServerSettings({"maxmemory": str(1024 * MB), "maxmemory-policy": "allkeys-lru", "appendonly": "no"})


def history(seconds: int = 300, *, at: float = NOW, nodes: Sequence[str] = ("orders-0", "orders-1")) -> History:
    """Some minutes of one pair, with a gap in which nothing was known."""
    chance = random.Random(3)
    times = tuple(at - seconds + n for n in range(seconds))
    gap = range(seconds // 2, seconds // 2 + 10)
    scales = {
        HistoryMetric.BEHIND_BYTES: 4e6, HistoryMetric.BEHIND_SECONDS: 4.0, HistoryMetric.BACKLOG_COVER_SECONDS: 40.0,
        HistoryMetric.MEMORY_USED_BYTES: 600.0 * MB, HistoryMetric.MEMORY_RSS_BYTES: 700.0 * MB,
        HistoryMetric.OPERATIONS_PER_SECOND: 14_000.0, HistoryMetric.HIT_RATIO: 1.0,
        HistoryMetric.NETWORK_INPUT_BYTES: 2e6, HistoryMetric.NETWORK_OUTPUT_BYTES: 3e6, HistoryMetric.CLIENTS: 50.0,
    }  # fmt: skip
    return History(times, {
        (node, metric): tuple(None if n in gap else scale * chance.uniform(0.7, 1.0) for n in range(seconds))
        for node in nodes for metric, scale in scales.items()
    })  # fmt: skip


Answer = TypeVar("Answer")


class FakeSource:
    """A MonitorSource without a monitor: `publish` from any thread; coroutines run on a loop of its own."""

    def __init__(self, latest: FleetSnapshot | None = None) -> None:
        self.latest = latest or FleetSnapshot(NOW)
        self.histories: dict[PairKey, History] = {}
        self.event_lists: dict[PairKey, tuple[Event, ...]] = {}
        self.endpoints: dict[tuple[PairKey, str], Endpoint] = {}
        self.log_lines: tuple[str, ...] = ("* Ready to accept connections tcp",)
        self.abilities: dict[Verb, Capability] = {Verb.LOGS: Capability.yes(), Verb.START: Capability.yes()}
        self.refreshed = 0
        self.started: list[tuple[PairKey, str]] = []
        self.listeners: list[Callable[[FleetSnapshot], None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def publish(self, fleet: FleetSnapshot) -> None:
        self.latest = fleet
        for listener in tuple(self.listeners):
            listener(fleet)

    def subscribe(self, listener: Callable[[FleetSnapshot], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def history(self, key: PairKey) -> History:
        return self.histories.get(key, History())

    def events(self, key: PairKey) -> tuple[Event, ...]:
        return self.event_lists.get(key, ())

    def capabilities(self, key: PairKey) -> Mapping[Verb, Capability]:
        return effective(self.abilities)

    def refresh(self) -> None:
        self.refreshed += 1

    def submit(self, coroutine: Coroutine[Any, Any, Answer]) -> "Future[Answer]":
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="fake-source", daemon=True)
            self._thread.start()
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def close(self) -> None:
        if self._loop is not None and self._thread is not None:
            asyncio.run_coroutine_threadsafe(_cancel_all(), self._loop).result(3)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(3)
            self._loop.close()

    async def endpoint(self, key: PairKey, node_id: str) -> Endpoint:
        if (key, node_id) in self.endpoints:
            return self.endpoints[key, node_id]
        one = self.latest.pair(key)
        node = one.node(node_id) if one is not None else None
        assert node is not None, f"{key} has no node {node_id}"
        return Endpoint(node.node.address)

    async def logs(self, key: PairKey, node_id: str, lines: int) -> Sequence[str]:
        return self.log_lines[-lines:]

    async def start_node(self, key: PairKey, node_id: str) -> None:
        self.started.append((key, node_id))


async def _cancel_all() -> None:
    """As a monitor's loop does when it ends."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
