"""What happens to real servers shows in the fleet within two ticks, in the right words, and is over by itself."""

import threading
from collections.abc import Callable

import pytest
from support.proxy import ThrottlingProxy
from support.redis_server import RedisServer, ReplicatedPair
from support.waiting import wait_until
from support.watched import ListedProvider, Seen, findings_of, listed, only_pair, pair_of, watching

from redistui.model.sample import FailureKind, LinkState
from redistui.model.snapshot import FleetSnapshot, Lag, Severity, Status

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

# A tick is a second; the rest is for two noisy cores.
TWO_TICKS = 2.0 + 0.6
StartPair = Callable[..., ReplicatedPair]
StartServer = Callable[..., RedisServer]


def watched(pair: ReplicatedPair) -> ListedProvider:
    provider = listed()
    provider.pairs = [pair_of("test", "orders", pair.primary.address, *(each.address for each in pair.replicas))]
    return provider


def status_is(status: Status) -> Callable[[FleetSnapshot], bool]:
    return lambda fleet: [pair.status for pair in fleet.pairs] == [status]


def told(rule: str) -> Callable[[FleetSnapshot], bool]:
    return lambda fleet: rule in findings_of(fleet)


def not_told(rule: str) -> Callable[[FleetSnapshot], bool]:
    return lambda fleet: rule not in findings_of(fleet)


def test_a_healthy_pair_of_every_version(redis_version: str, start_pair: StartPair) -> None:
    pair = start_pair(redis_version)
    with watching(watched(pair)) as monitor:
        seen = Seen(monitor)
        fleet = seen.until(status_is(Status.HEALTHY), "the pair is healthy")
        seen.until(lambda latest: only_pair(latest).nodes[1].settings is not None, "settings are known")
        seen.until(lambda latest: latest.at > fleet.at + 4.5, "some ticks have passed")
        snapshot = only_pair(monitor.latest)
    assert snapshot.findings == ()
    assert snapshot.primary_id == "primary"
    (link,) = snapshot.links
    assert (link.upstream_id, link.state, link.lag.behind_bytes) == ("primary", LinkState.UP, 0)
    assert snapshot.nodes[0].rates is not None
    history = monitor.history(snapshot.key)
    assert 4 <= len(history.times) <= 8


def test_a_killed_replica_shows_and_recovers(start_pair: StartPair) -> None:
    pair = start_pair()
    with watching(watched(pair)) as monitor:
        seen = Seen(monitor)
        seen.until(status_is(Status.HEALTHY), "the pair is healthy")
        pair.replica.kill()
        fleet = seen.until(told("replica-unreachable"), "the dead replica shows", TWO_TICKS)
        assert findings_of(fleet)["replica-unreachable"] == f"replica {pair.replica.address} refuses connections"
        assert only_pair(fleet).status is Status.DEGRADED
        seen.until(told("no-replica"), "the primary stands alone", TWO_TICKS)
        pair.replica.run()
        seen.until(not_told("replica-unreachable"), "it answers again", TWO_TICKS)
        pair.wait_linked()
        seen.until(status_is(Status.HEALTHY), "the pair is healthy again", TWO_TICKS)
        events = [event.message for event in monitor.events(only_pair(monitor.latest).key)]
    assert {"healthy → degraded", "degraded → healthy", "answers again", "restarted: another process answers"} <= set(
        events
    )


def test_a_frozen_replica_shows_and_recovers(start_pair: StartPair) -> None:
    pair = start_pair()
    with watching(watched(pair)) as monitor:
        seen = Seen(monitor)
        seen.until(status_is(Status.HEALTHY), "the pair is healthy")
        pair.replica.freeze()
        fleet = seen.until(told("replica-unreachable"), "the frozen replica shows", TWO_TICKS)
        assert findings_of(fleet)["replica-unreachable"] == f"replica {pair.replica.address} does not answer"
        assert only_pair(fleet).links == ()
        pair.replica.thaw()
        seen.until(status_is(Status.HEALTHY), "the pair is healthy again", TWO_TICKS)


def test_a_killed_primary_is_down_and_recovers(start_pair: StartPair) -> None:
    pair = start_pair()
    with watching(watched(pair)) as monitor:
        seen = Seen(monitor)
        seen.until(status_is(Status.HEALTHY), "the pair is healthy")
        pair.primary.kill()
        fleet = seen.until(status_is(Status.DOWN), "the pair is down", TWO_TICKS)
        assert findings_of(fleet)["unreachable"] == f"primary {pair.primary.address} refuses connections"
        seen.until(told("link-down"), "the replica misses its primary", TWO_TICKS)
        pair.primary.run()
        pair.wait_linked()
        seen.until(status_is(Status.HEALTHY), "the pair is healthy again", TWO_TICKS)


def test_a_frozen_primary_is_down(start_pair: StartPair) -> None:
    pair = start_pair()
    with watching(watched(pair)) as monitor:
        seen = Seen(monitor)
        seen.until(status_is(Status.HEALTHY), "the pair is healthy")
        pair.primary.freeze()
        fleet = seen.until(status_is(Status.DOWN), "the pair is down", TWO_TICKS)
        assert findings_of(fleet)["unreachable"] == f"primary {pair.primary.address} does not answer"
        pair.primary.thaw()
        seen.until(status_is(Status.HEALTHY), "the pair is healthy again", TWO_TICKS)


class Writes:
    """About a megabyte a second of writes, until the block ends."""

    def __init__(self, server: RedisServer) -> None:
        self.server = server
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._write)

    def _write(self) -> None:
        number = 0
        while not self._stopping.wait(0.02):
            self.server.cli("SET", f"key-{number % 50}", "x" * 20_000)
            number += 1

    def __enter__(self) -> "Writes":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()


def test_a_throttled_link_shows_as_lag_and_catches_up(start_server: StartServer) -> None:
    primary = start_server(repl_backlog_size="64mb")
    with ThrottlingProxy(primary.address) as link:
        replica = start_server(replica_of=link.address, repl_backlog_size="64mb")
        pair = ReplicatedPair(primary, (replica,))
        pair.wait_linked()
        with watching(watched(pair)) as monitor, Writes(primary):
            seen = Seen(monitor)
            seen.until(lambda fleet: lag(fleet).behind_seconds is not None, "the lag is known")
            link.bytes_per_second = 50_000
            seen.until(lambda fleet: (lag(fleet).behind_bytes or 0) > 100_000, "bytes behind show", TWO_TICKS)
            fleet = seen.until(told("falling-behind"), "the finding shows", TWO_TICKS)
            assert f"replica {replica.address} falls behind {primary.address}: " in findings_of(fleet)["falling-behind"]
            assert only_pair(fleet).status is Status.DEGRADED
            wait_until(lambda: (lag(monitor.latest).drain_bytes_per_second or 0) < 0, "it drains backwards")
            link.bytes_per_second = None
            caught_up = "the replica has caught up"
            seen.until(
                lambda fleet: not_told("falling-behind")(fleet) and (lag(fleet).behind_bytes or 0) < 50_000, caught_up
            )
            seen.until(status_is(Status.HEALTHY), "the pair is healthy again")


def lag(fleet: FleetSnapshot) -> Lag:
    return next((link.lag for pair in fleet.pairs for link in pair.links), Lag())


def test_filled_memory_shows_and_recovers(start_pair: StartPair) -> None:
    pair = start_pair(maxmemory="8mb")
    with watching(watched(pair)) as monitor:
        seen = Seen(monitor)
        seen.until(status_is(Status.HEALTHY), "the pair is healthy")
        fill(pair.primary)
        fleet = seen.until(told("memory-refuses-writes"), "refused writes show", TWO_TICKS)
        message = findings_of(fleet)["memory-refuses-writes"]
        assert message.startswith(f"primary {pair.primary.address} refuses writes or is about to: memory is full (")
        assert "of 8.0 MB, policy noeviction" in message
        pair.primary.cli("FLUSHALL")
        seen.until(status_is(Status.HEALTHY), "the pair is healthy again", TWO_TICKS)
        pair.primary.cli("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        pair.replica.cli("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        fill(pair.primary)
        fleet = seen.until(told("evictions"), "evictions show", TWO_TICKS)
        assert f"{pair.primary.address} evicts keys, " in findings_of(fleet)["evictions"]


def fill(server: RedisServer) -> None:
    for number in range(60):
        try:
            server.cli("SET", f"filler-{number}", "x" * 200_000)
        except Exception as error:
            if "OOM" in str(error):
                return
            raise


def test_two_primaries_are_a_split_brain_of_one_history(start_pair: StartPair) -> None:
    pair = start_pair()
    with watching(watched(pair)) as monitor:
        seen = Seen(monitor)
        seen.until(status_is(Status.HEALTHY), "the pair is healthy")
        pair.replica.cli("REPLICAOF", "NO", "ONE")
        fleet = seen.until(told("split-brain"), "the split shows", TWO_TICKS)
        first = only_pair(fleet).findings[0]
        assert (first.rule, first.severity) == ("split-brain", Severity.CRITICAL)
        assert f"{pair.primary.address} and {pair.replica.address} (one history that split" in first.message
        pair.replica.cli("REPLICAOF", pair.primary.address.host, pair.primary.address.port)
        seen.until(not_told("split-brain"), "the split is over", TWO_TICKS)


def test_a_replica_of_a_replica_is_shown_as_such(start_pair: StartPair) -> None:
    pair = start_pair(replicas=2)
    first, second = pair.replicas
    second.cli("REPLICAOF", first.address.host, first.address.port)
    with watching(watched(pair)) as monitor:

        def chained(fleet: FleetSnapshot) -> bool:
            told = {link.replica_id: (link.upstream_id, link.state) for pair in fleet.pairs for link in pair.links}
            return told == {"replica": ("primary", LinkState.UP), "replica-2": ("replica", LinkState.UP)}

        fleet = Seen(monitor).until(chained, "the chain shows")
        assert only_pair(fleet).primary_id == "primary"


def test_a_wrong_password_is_unknown_not_down_and_is_asked_for_anew(start_pair: StartPair) -> None:
    pair = start_pair(password="right")
    provider = watched(pair)
    provider.password = "wrong"
    with watching(provider) as monitor:
        seen = Seen(monitor)
        fleet = seen.until(told("unreachable"), "the refusal shows")
        assert only_pair(fleet).status is Status.UNKNOWN
        failure = only_pair(fleet).nodes[0].failure
        assert failure is not None
        assert failure.kind is FailureKind.AUTHENTICATION
        assert findings_of(fleet)["unreachable"] == f"primary {pair.primary.address} refuses the password or user"
        assert "wrong" not in repr(fleet)
        provider.password = "right"
        seen.until(status_is(Status.HEALTHY), "the pair is healthy", TWO_TICKS)


def test_own_connections_that_are_cut_are_opened_again_at_once(start_pair: StartPair) -> None:
    pair = start_pair()
    with watching(watched(pair)) as monitor:
        seen = Seen(monitor)
        seen.until(status_is(Status.HEALTHY), "the pair is healthy")
        seen.snapshots.clear()
        for _ in range(2):
            pair.primary.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            at = monitor.latest.at
            seen.until(lambda fleet, at=at: fleet.at > at + 1.0, "a tick has passed")
        assert all(only_pair(fleet).status is Status.HEALTHY for fleet in seen.snapshots)


def test_sentinels_that_watch_are_recognised(start_pair: StartPair) -> None:
    pair = start_pair()
    with pair.primary._connect() as sentinel:
        sentinel.sendall(b"*2\r\n$9\r\nSUBSCRIBE\r\n$18\r\n__sentinel__:hello\r\n")
        sentinel.recv(1024)
        with watching(watched(pair)) as monitor:
            fleet = Seen(monitor).until(told("sentinel"), "the finding shows")
            assert findings_of(fleet)["sentinel"] == "Sentinel owns the roles of this pair (Sentinels that watch it: 1)"
