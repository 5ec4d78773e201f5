"""Rules: what operators may write, and when a rule fires."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.readings import (
    NO_RATES,
    OFFSET,
    PRIMARY,
    REPLICA,
    Watched,
    failing,
    message_of,
    primary_sample,
    reading,
    replica_sample,
    rules_of,
)

from redistui.model.metric import Unit
from redistui.model.metrics import METRICS
from redistui.model.rule_text import default_rules, read_override
from redistui.model.rules import Operator, RuleProblem, RuleSet
from redistui.model.sample import FailureKind, LinkState
from redistui.model.snapshot import PairSnapshot, ServerSettings, Severity

FULL = {"memory_used_bytes": 850, "memory_max_bytes": 1000}
BELOW = {"memory_used_bytes": 750, "memory_max_bytes": 1000}


def healthy(at: float = 0.0, **primary: Any) -> tuple[Any, Any]:
    return reading(PRIMARY, primary_sample(**primary), at), reading(REPLICA, replica_sample(), at)


def test_the_three_rules_every_installation_has() -> None:
    rules = default_rules()
    told = {
        name: (rule.metric, rule.operator, rule.threshold, rule.for_seconds, rule.severity)
        for name in ("down", "memory-high", "connections")
        if (rule := rules.named(name)) is not None
    }
    assert told == {
        "down": ("up", Operator.EQUAL, 0.0, 60.0, Severity.CRITICAL),
        "memory-high": ("memory_used_ratio", Operator.ABOVE, 0.8, 300.0, Severity.WARNING),
        "connections": ("clients", Operator.ABOVE, 1000.0, 300.0, Severity.WARNING),
    }


def test_every_default_rule_reads_a_known_metric_and_fills_its_words() -> None:
    for rule in default_rules().rules:
        assert rule.metric in METRICS
        assert rule.message
        assert rule.hint


@pytest.mark.parametrize(
    ("table", "key", "nearest"),
    [
        ({"treshold": 1}, "treshold", "threshold"),
        ({"threshold": "much"}, "threshold", None),
        ({"threshold": True}, "threshold", None),
        ({"metric": "memory_use_ratio"}, "metric", "memory_used_ratio"),
        ({"severity": "warn"}, "severity", "warning"),
        ({"operator": "above"}, "operator", None),
        ({"for": "5 minutes"}, "for", None),
        ({"message": "{nodes} is full"}, "message", "node"),
        ({"message": "{node is full"}, "message", None),
        ({"enabled": "no"}, "enabled", None),
    ],
)
def test_a_wrong_rule_is_answered_with_key_and_nearest(table: dict[str, object], key: str, nearest: str | None) -> None:
    with pytest.raises(RuleProblem) as caught:
        read_override("memory-high", table, default_rules())
    assert (caught.value.key, caught.value.nearest) == (key, nearest)


def test_thresholds_are_changed_rules_added_and_switched_off() -> None:
    rules = default_rules()
    overrides = {
        "memory-high": read_override("memory-high", {"threshold": "90%", "for": "10s"}, rules),
        "connections": read_override("connections", {"enabled": False}, rules),
        "too-big": read_override(
            "too-big",
            {"metric": "memory_used_bytes", "operator": ">", "threshold": "1gb", "severity": "info"},
            rules,
        ),
    }
    changed = rules.overridden(overrides)
    high, big = changed.named("memory-high"), changed.named("too-big")
    assert high is not None
    assert (high.threshold, high.for_seconds, high.metric) == (0.9, 10.0, "memory_used_ratio")
    assert big is not None
    assert big.threshold == 1 << 30
    watched = Watched(changed)
    primary = reading(PRIMARY, primary_sample(memory_used_bytes=2 << 30, clients=5000))
    snapshot = watched.look(primary, reading(REPLICA, replica_sample()))
    assert message_of(snapshot, "too-big") == "10.0.0.1:6379: memory used is 2.0 GB"


def test_a_new_rule_must_say_what_it_watches() -> None:
    with pytest.raises(RuleProblem, match=r"memory-hihg.*did you mean 'memory-high'"):
        default_rules().overridden({"memory-hihg": read_override("memory-hihg", {"severity": "info"})})


def test_a_rule_with_duration_fires_after_it_and_ends_a_little_after_its_condition() -> None:
    watched = Watched()

    def look(at: float, **primary: Any) -> PairSnapshot:
        return watched.look(*healthy(at, **primary), at=at)

    assert "memory-high" not in rules_of(look(0, **FULL))
    assert "memory-high" not in rules_of(look(299, **FULL))
    fired = look(300, **FULL)
    assert "memory-high" in rules_of(fired)
    assert "850 B of 1000 B" in message_of(fired, "memory-high")
    assert next(told.since for told in fired.findings if told.rule == "memory-high") == OFFSET
    assert "memory-high" in rules_of(look(301, **BELOW))
    assert "memory-high" in rules_of(look(302, **FULL))  # on the edge of the threshold it does not flicker
    look(303, **BELOW)
    assert "memory-high" not in rules_of(look(306, **BELOW))


def test_a_duration_is_broken_by_one_good_look_and_does_not_count_unwatched_time() -> None:
    watched = Watched()
    watched.look(*healthy(0, **FULL), at=0)
    watched.look(*healthy(200), at=200)
    assert "memory-high" not in rules_of(watched.look(*healthy(310, **FULL), at=310))
    resumed = watched.look(*healthy(4000, **FULL), at=4000, unobserved_seconds=3600)
    assert "memory-high" not in rules_of(resumed)


def test_without_maxmemory_there_is_no_share_of_it() -> None:
    watched = Watched()
    for at in (0.0, 301.0):
        told = watched.look(*healthy(at, memory_used_bytes=8 << 30, memory_max_bytes=0), at=at)
        assert told.findings == ()


def test_what_rules_cannot_judge_is_told_once_a_node_with_the_reason() -> None:
    watched = Watched()
    settings = ServerSettings(problem="the user may not run CONFIG GET")
    for at in (0.0, 4.0):
        primary = reading(PRIMARY, primary_sample(clients=None, changes_since_save=5), at, settings=settings)
        told = watched.look(primary, reading(REPLICA, replica_sample(), at), at=at)
    unknown = [finding for finding in told.findings if finding.rule == "unknown"]
    assert [finding.subject for finding in unknown] == ["primary", "replica"]
    assert "connected clients" in unknown[0].message
    assert "age of the last snapshot (the user may not run CONFIG GET)" in unknown[0].message
    assert {finding.severity for finding in told.findings} == {Severity.INFO}


def test_one_look_tells_what_it_cannot_tell_and_fires_no_duration() -> None:
    told = Watched().look(*healthy(0, **FULL), one_look=True)
    high = next(finding for finding in told.findings if finding.rule == "memory-high")
    assert high.severity is Severity.INFO
    assert high.message.endswith("the rule needs 5 m of it, which one look cannot tell")
    assert any(finding.message.startswith("one look cannot tell of test/orders:") for finding in told.findings)


def test_one_look_at_a_dead_node_does_not_claim_that_it_is_dead_for_long() -> None:
    told = Watched().look(failing(PRIMARY, FailureKind.REFUSED), failing(REPLICA, FailureKind.REFUSED), one_look=True)
    assert [finding.rule for finding in told.findings if finding.subject == "primary"] == ["unreachable", "unknown"]
    assert "for more than" not in repr(told.findings)


_FIELDS = """
    memory_used_bytes memory_max_bytes memory_policy clients clients_max evicted_keys rejected_connections full_resyncs
    last_save_ok last_save_at changes_since_save aof_enabled aof_last_write_ok fragmentation_ratio mode offset
    replication_id backlog_size_bytes replica_read_only link upstream uptime_seconds
""".split()  # noqa: SIM905 - a list of names is read more easily so


@given(st.sets(st.sampled_from(_FIELDS)).map(dict.fromkeys))
def test_no_rule_fires_on_what_is_unknown(hidden: dict[str, None]) -> None:
    watched = Watched()
    for at in (0.0, 400.0):
        primary = reading(PRIMARY, primary_sample(**hidden), at, settings=None, rates=NO_RATES)
        replica = reading(REPLICA, replica_sample(**hidden), at, settings=None, rates=NO_RATES)
        told = watched.look(primary, replica, at=at)
    assert rules_of(told) <= {"unknown"}


@given(st.sampled_from(list(FailureKind)), st.sampled_from(list(FailureKind)))
def test_of_a_silent_node_nothing_but_its_silence_is_told(primary: FailureKind, replica: FailureKind) -> None:
    watched = Watched(RuleSet(default_rules().rules))
    old = primary_sample(clients=9_999, last_save_ok=False, **FULL)
    for at in (0.0, 4.0):
        told = watched.look(failing(PRIMARY, primary, old), failing(REPLICA, replica, replica_sample()), at=at)
    assert rules_of(told) == {"unreachable", "replica-unreachable", "unknown"}


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_can_be_put_into_words_whatever_is_observed(metric: str) -> None:
    """Operators write rules with any operator, so that every metric may fire in every state."""
    table = {
        "metric": metric,
        "operator": "!=",
        "threshold": True if METRICS[metric].unit is Unit.FLAG else -1,
        "severity": "info",
        "message": "{node} {id} {role} {pair} {upstream} {value} {threshold} {for} {detail} {since} {metric} {logs}",
    }
    rules = RuleSet(()).overridden({"own": read_override("own", table)})
    alone, silent = primary_sample(attached=()), failing(PRIMARY, FailureKind.TIMEOUT, primary_sample())
    follower = reading(REPLICA, replica_sample())
    for pair in (
        (reading(PRIMARY, primary_sample()), follower),
        (reading(PRIMARY, primary_sample()), reading(REPLICA, alone)),
        (reading(PRIMARY, replica_sample(upstream=REPLICA, link=LinkState.DOWN)), follower),
        (silent, follower),
        (silent, failing(REPLICA, FailureKind.RESET)),
        (reading(PRIMARY, None), reading(REPLICA, replica_sample(upstream=None, link=None))),
        (reading(PRIMARY, alone),),
    ):
        told = Watched(rules).look(*pair)
        assert all(finding.message and "None" not in finding.message for finding in told.findings)
