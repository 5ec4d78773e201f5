"""The status of a pair, and its findings in words."""

import time
from typing import Any

import pytest
from support.readings import (
    PRIMARY,
    REPLICA,
    SETTINGS,
    Watched,
    failing,
    message_of,
    primary_sample,
    reading,
    replica_sample,
    rules_of,
)

from redistui.model.endpoint import Address
from redistui.model.facts import NodeReading
from redistui.model.sample import AttachedReplica, FailureKind, LinkState
from redistui.model.sentences import clock_time
from redistui.model.snapshot import PairSnapshot, ServerSettings, Severity, Status
from redistui.model.topology import Node, NodeState, Role

OTHER = "b" * 40
OUTSIDE = Address("10.9.9.9", 6379)


def primary(at: float = 0.0, **changes: Any) -> NodeReading:
    return reading(PRIMARY, primary_sample(**changes), at)


def replica(at: float = 0.0, **changes: Any) -> NodeReading:
    return reading(REPLICA, replica_sample(**changes), at)


def look(*readings: NodeReading) -> PairSnapshot:
    return Watched().look(*readings)


def test_a_healthy_pair_has_no_findings() -> None:
    told = look(primary(), replica())
    assert (told.status, told.findings, told.primary_id) == (Status.HEALTHY, (), "primary")
    (link,) = told.links
    assert (link.upstream_id, link.state, link.lag.behind_bytes, link.same_history) == (
        "primary",
        LinkState.UP,
        0,
        True,
    )


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (FailureKind.REFUSED, Status.DOWN),
        (FailureKind.TIMEOUT, Status.DOWN),
        (FailureKind.RESET, Status.DOWN),
        (FailureKind.LOADING, Status.DOWN),
        (FailureKind.AUTHENTICATION, Status.UNKNOWN),
        (FailureKind.PERMISSION, Status.UNKNOWN),
        (FailureKind.TLS, Status.UNKNOWN),
        (FailureKind.CERTIFICATE, Status.UNKNOWN),
        (FailureKind.UNRESOLVED, Status.UNKNOWN),
        (FailureKind.SECRET, Status.UNKNOWN),
        (FailureKind.TOO_MANY_CLIENTS, Status.UNKNOWN),
    ],
)
def test_down_needs_evidence_that_nobody_takes_writes(kind: FailureKind, status: Status) -> None:
    told = look(failing(PRIMARY, kind, primary_sample()), replica(link=LinkState.DOWN))
    assert told.status is status
    assert told.primary_id is None
    assert told.findings[0].rule == "unreachable"
    assert told.findings[0].severity is Severity.CRITICAL


def test_never_sampled_is_unknown_and_nothing_is_claimed() -> None:
    told = look(reading(PRIMARY, None), reading(REPLICA, None))
    assert (told.status, told.findings) == (Status.UNKNOWN, ())


def test_a_node_that_its_provider_stopped_is_down_before_it_was_ever_asked() -> None:
    stopped = Node("primary", PRIMARY, PRIMARY, Role.PRIMARY, NodeState.STOPPED, "exited (0)")
    told = look(NodeReading(stopped), NodeReading(Node("replica", REPLICA, REPLICA, Role.REPLICA, NodeState.STOPPED)))
    assert told.status is Status.DOWN
    assert message_of(told, "unreachable") == "primary 10.0.0.1:6379 is stopped (exited (0))"


def test_a_refused_primary_is_told_at_once_and_alerts_after_a_minute() -> None:
    watched = Watched()
    dead = failing(PRIMARY, FailureKind.REFUSED, primary_sample())
    first = watched.look(dead, replica(link=LinkState.DOWN), at=0)
    assert message_of(first, "unreachable") == "primary 10.0.0.1:6379 refuses connections"
    assert message_of(first, "link-down") == "replica 10.0.0.2:6379 has lost its link to 10.0.0.1:6379"
    assert "down" not in rules_of(first)
    later = watched.look(dead, replica(60, link=LinkState.DOWN), at=60)
    assert "primary 10.0.0.1:6379 has been down for more than 1 m: it refuses connections since" in message_of(
        later, "down"
    )
    recovered = watched.look(primary(61), replica(61), at=61)
    assert (recovered.status, recovered.findings) == (Status.HEALTHY, ())


def test_a_dead_replica_degrades_the_pair() -> None:
    told = look(primary(attached=()), failing(REPLICA, FailureKind.TIMEOUT, replica_sample()))
    assert told.status is Status.DEGRADED
    assert message_of(told, "replica-unreachable") == "replica 10.0.0.2:6379 does not answer"
    assert "has no replica online (none is attached)" in message_of(told, "no-replica")
    assert told.links == ()


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        (
            {"replication_id": OTHER, "replication_id2": "a" * 40},
            "one history that split: both know replication id aaa",
        ),
        ({"replication_id": OTHER}, "no replication id in common"),
    ],
)
def test_two_primaries_are_critical_whatever_their_ids(ids: dict[str, Any], words: str) -> None:
    told = look(primary(), reading(REPLICA, primary_sample(run_id="x", attached=(), **ids)))
    assert told.findings[0].rule == "split-brain"
    assert told.findings[0].severity is Severity.CRITICAL
    assert "2 primaries take writes: 10.0.0.1:6379 and 10.0.0.2:6379" in told.findings[0].message
    assert words in told.findings[0].message
    assert told.primary_id is None
    assert told.status is Status.DEGRADED


def test_a_pair_of_replicas_only_has_no_primary_and_is_down() -> None:
    lonely = replica(upstream=PRIMARY, link=LinkState.DOWN)
    told = look(reading(PRIMARY, replica_sample(upstream=REPLICA, link=LinkState.DOWN)), lonely)
    assert told.status is Status.DOWN
    assert message_of(told, "no-primary") == "no node of test/orders is a primary: nobody takes writes"


def test_a_primary_that_loads_is_down_and_says_for_how_long() -> None:
    told = look(primary(loading=True, loading_eta_seconds=30), replica(link=LinkState.DOWN))
    assert told.status is Status.DOWN
    assert message_of(told, "loading") == (
        "primary 10.0.0.1:6379 loads its dataset and takes no writes: done in about 30 s"
    )


def test_a_replica_of_an_outside_primary_says_so_and_the_pair_is_not_down() -> None:
    told = look(replica(upstream=OUTSIDE))
    assert told.status is Status.UNKNOWN
    assert message_of(told, "follows-outside") == (
        "replica 10.0.0.2:6379 follows 10.9.9.9:6379, which is no node of this pair"
    )


def test_through_nat_the_link_is_found_by_history_and_attached_list_and_remembered() -> None:
    watched = Watched()
    behind_nat = replica(upstream=Address("172.17.0.2", 6379))
    attached = (AttachedReplica(Address("172.17.0.3", 6379), "online", 1, 0),)
    told = watched.look(primary(attached=attached), behind_nat)
    assert told.links[0].upstream_id == "primary"
    gone = watched.look(failing(PRIMARY, FailureKind.REFUSED, primary_sample()), behind_nat, at=1)
    assert gone.links[0].upstream_id == "primary"
    assert "follows-outside" not in rules_of(gone)


def test_a_replica_of_a_replica_is_linked_to_it() -> None:
    second = Address("10.0.0.3", 6379)
    node = Node("second", second, second, Role.REPLICA)
    told = look(primary(), replica(), NodeReading(node, replica_sample(upstream=REPLICA, offset=999_000), rates=None))
    assert {link.replica_id: link.upstream_id for link in told.links} == {"replica": "primary", "second": "replica"}
    lag = next(link.lag for link in told.links if link.replica_id == "second")
    assert lag.behind_bytes == 1000


@pytest.mark.parametrize(
    ("above", "below", "rule", "words"),
    [
        ({}, {"replica_read_only": False}, "writable-replica", "takes writes that its primary never sees"),
        ({"last_save_ok": False}, {}, "last-save-failed", "the last snapshot of 10.0.0.1:6379 failed"),
        (
            {"aof_enabled": True, "aof_last_write_ok": False},
            {},
            "aof-write-failed",
            "cannot write its append-only file",
        ),
        ({"clients": 9_500}, {}, "clients-near-limit", "at 95% of maxclients"),
        ({"mode": "cluster"}, {}, "cluster-mode", "not supported"),
        ({}, {"link": LinkState.SYNCING, "sync_left_bytes": 3 << 20}, "syncing", "3.0 MB to go"),
        ({}, {"seconds_since_upstream_io": 20}, "upstream-silent", "heard nothing from 10.0.0.1:6379 for 20 s"),
        (
            {"memory_used_bytes": 100, "memory_max_bytes": 100},
            {},
            "memory-refuses-writes",
            "refuses writes or is about to: memory is full (100 B of 100 B, policy noeviction)",
        ),
    ],
)
def test_states_are_told_at_once_in_words(above: dict[str, Any], below: dict[str, Any], rule: str, words: str) -> None:
    assert words in message_of(look(primary(**above), replica(**below)), rule)


def test_counters_that_grew_lately_are_told() -> None:
    recent = {"rejected_connections": 3, "evicted_keys": 50, "full_resyncs": 3}
    told = look(reading(PRIMARY, primary_sample(), recent=recent), replica())
    assert {"rejected-connections", "evictions", "full-resync", "full-resyncs-repeated"} <= rules_of(told)
    assert "evicts keys, 10/s" in message_of(told, "evictions")


def test_roles_other_than_configured_and_differing_settings_are_told() -> None:
    other = ServerSettings({**SETTINGS.values, "maxmemory": "100"})
    swapped = look(
        reading(PRIMARY, replica_sample(upstream=REPLICA)), reading(REPLICA, primary_sample(), settings=other)
    )
    assert message_of(swapped, "roles-differ") == (
        "roles differ from the configuration: 10.0.0.1:6379 is replica and configured as primary, "
        "10.0.0.2:6379 is primary and configured as replica"
    )
    assert "maxmemory is 0 here and 100 there" in message_of(swapped, "configuration-drift")


def test_sentinels_that_nobody_may_ask_for_are_unknown() -> None:
    watched = Watched()
    for at in (0.0, 2.0, 4.0):
        told = watched.look(
            reading(PRIMARY, primary_sample(), at, sentinels=None),
            reading(REPLICA, replica_sample(), at, sentinels=None),
            at=at,
        )
    assert told.status is Status.HEALTHY
    assert "Sentinels that watch the pair (no node answers PUBSUB NUMSUB to this user)" in message_of(told, "unknown")


def test_sentinels_that_watch_are_told() -> None:
    told = look(reading(PRIMARY, primary_sample(), sentinels=3), replica())
    assert message_of(told, "sentinel") == "Sentinel owns the roles of this pair (Sentinels that watch it: 3)"
    assert told.status is Status.HEALTHY


def test_an_old_snapshot_counts_by_the_servers_own_clock() -> None:
    server_clock = 1_000_000.0
    saved = {"changes_since_save": 7, "server_time": server_clock, "last_save_at": int(server_clock) - 3 * 3600}
    assert "is 3 h old, 7 changes since" in message_of(look(primary(**saved), replica()), "last-save-old")
    unsaved = reading(PRIMARY, primary_sample(**saved), settings=ServerSettings({"save": ""}))
    assert "last-save-old" not in rules_of(look(unsaved, replica()))


def test_times_in_findings_are_utc_wherever_the_operator_sits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert clock_time(43_200.0, 43_260.0) == "12:00:00"
    finally:
        monkeypatch.undo()
        time.tzset()
