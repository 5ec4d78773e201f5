"""Guards of a switchover over facts of every kind: what is not known never passes, and a whole pair always does."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redistui.model.endpoint import Address
from redistui.model.plan import Verdict
from redistui.model.sample import AttachedReplica, LinkState, NodeSample
from redistui.model.topology import Control, Node, Pair, PairKey, Role
from redistui.operations.facts import Limits, NodeFacts, PairFacts, RoleChange
from redistui.operations.switchover import guards, plan_switchover

NOW = 1000.0
OLD, NEW = Address("10.0.0.1", 6379), Address("10.0.0.2", 6379)
SETTINGS = {
    "appendonly": "no",
    "save": "",
    "requirepass": "set",
    "masterauth": "set",
    "tls-replication": "no",
    "min-replicas-to-write": "0",
}


def sample(kind: Role, **changes: Any) -> NodeSample:
    whole = NodeSample(
        sampled_at=NOW,
        version="7.0.15",
        run_id=kind.value,
        mode="standalone",
        tcp_port=6379,
        config_file="/etc/redis.conf",
        role=kind,
        replication_id="a" * 40,
        offset=5000,
        backlog_size_bytes=1 << 20,
        memory_used_bytes=1 << 20,
        memory_max_bytes=1 << 30,
        loading=False,
        save_in_progress=False,
        aof_rewrite_in_progress=False,
        failover_state="no-failover",
    )
    if kind is Role.PRIMARY:
        whole = replace(whole, attached=(AttachedReplica(NEW, "online", 5000, 0),))
    else:
        whole = replace(whole, upstream=OLD, link=LinkState.UP, replica_priority=100, replica_read_only=True)
    return replace(whole, **changes)


def change(primary: dict[str, Any] | None = None, candidate: dict[str, Any] | None = None, **limits: Any) -> RoleChange:
    nodes = {
        name: NodeFacts(
            Node(name, address, address), sample=sample(role, **(changes or {})), settings=SETTINGS, sentinels=0
        )
        for name, address, role, changes in (
            ("old", OLD, Role.PRIMARY, primary),
            ("new", NEW, Role.REPLICA, candidate),
        )
    }
    pair = Pair(PairKey("lab", "orders"), "static", Control.SELF_MANAGED, tuple(node.node for node in nodes.values()))
    facts = PairFacts(pair, NOW, nodes, Limits(**limits), write_rate=1000.0)
    return RoleChange(facts, nodes["old"], nodes["new"])


def verdicts(found: RoleChange) -> dict[str, Verdict]:
    return {guard.name: guard.verdict for guard in guards(found)}


def test_a_whole_pair_passes_every_guard() -> None:
    assert set(verdicts(change()).values()) == {Verdict.PASS}


@pytest.mark.parametrize(
    ("primary", "candidate", "guard"),
    [
        ({}, {"role": Role.PRIMARY}, "one primary"),
        ({}, {"upstream": Address("10.9.9.9", 6379)}, None),
        ({"attached": ()}, {"upstream": Address("10.9.9.9", 6379)}, "replica follows this primary"),
        ({}, {"replication_id": "b" * 40}, "same history"),
        ({}, {"version": "6.2.14"}, "replica's version"),
        ({}, {"link": LinkState.DOWN}, "replication link"),
        ({}, {"link": LinkState.SYNCING}, "replication link"),
        ({"attached": ()}, {}, "primary sees the replica"),
        ({"attached": (AttachedReplica(NEW, "wait_bgsave", 0, None),)}, {}, "primary sees the replica"),
        ({"offset": 5000 + (2 << 20)}, {}, "replica close enough"),
        ({"save_in_progress": True}, {}, "no save, load or failover running"),
        ({}, {"loading": True}, "no save, load or failover running"),
        ({"failover_state": "waiting-for-sync"}, {}, "no save, load or failover running"),
        ({}, {"config_file": None}, "roles can be stored"),
        ({}, {"memory_max_bytes": 1 << 10}, "replica's memory holds the data"),
        ({"sampled_at": NOW - 5}, {}, "all nodes answer"),
    ],
)
def test_each_danger_fails_its_guard(primary: dict[str, Any], candidate: dict[str, Any], guard: str | None) -> None:
    failing = [name for name, verdict in verdicts(change(primary, candidate)).items() if verdict is Verdict.FAIL]
    assert (guard in failing) if guard else failing == []


# What a switchover cannot do without: when one of these is not known, some guard must say no.
NEEDED = ("offset", "replication_id", "version", "memory_used_bytes", "config_file")
OPTIONAL = (
    *NEEDED,
    *("backlog_size_bytes", "replica_priority", "link", "failover_state", "loading", "memory_max_bytes", "upstream"),
)
MISSING = st.sets(st.sampled_from(OPTIONAL))


@given(MISSING, MISSING, st.booleans())
def test_what_is_not_known_never_passes_and_never_breaks(
    of_primary: set[str], of_candidate: set[str], without_settings: bool
) -> None:
    found = change(dict.fromkeys(of_primary - {"upstream", "link"}), dict.fromkeys(of_candidate))
    if without_settings:
        bare = {name: replace(node, settings=None, sentinels=None) for name, node in found.facts.nodes.items()}
        found = RoleChange(replace(found.facts, nodes=bare), bare["old"], bare["new"])
    plan = plan_switchover(found, NOW, "test")
    seen = {guard.verdict for guard in plan.guards}
    if (of_primary | of_candidate) & set(NEEDED) - ({"memory_used_bytes"} - of_primary) or "link" in of_candidate:
        assert Verdict.FAIL in seen
    if without_settings:
        assert Verdict.WARN in seen
    assert all(guard.message for guard in plan.guards if guard.verdict is not Verdict.PASS), "a no says why"


@given(st.integers(0, 1 << 24), st.integers(0, 1 << 24))
def test_the_limit_of_the_environment_decides_how_close_is_close_enough(behind: int, limit: int) -> None:
    verdict = verdicts(change({"offset": 5000 + behind}, max_behind_bytes=limit))["replica close enough"]
    assert (verdict is Verdict.PASS) == (behind <= limit)


def test_a_read_only_environment_is_never_changed() -> None:
    assert verdicts(change(read_only=True))["environment may be changed"] is Verdict.FAIL


def test_force_accepts_a_loss_and_no_other_guard() -> None:
    plan = plan_switchover(change(candidate={"link": LinkState.DOWN}), NOW, "test")
    assert [guard.name for guard in plan.refused(force=True)] == ["replication link"]
