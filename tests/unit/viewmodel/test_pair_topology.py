"""The drawing of a pair: who follows whom, what is unknown, what is wrong."""

from dataclasses import replace

import pytest
from support.fleets import NOW, down_pair, lagging_pair, pair, unknown_pair

from redistui.console.viewmodel.pair_topology import topology
from redistui.console.viewmodel.pair_view import PairView, default_node_id, tree
from redistui.console.viewmodel.phrases import text_of, width_of
from redistui.model.sample import Failure, FailureKind, LinkState
from redistui.model.snapshot import PairSnapshot
from redistui.model.topology import NodeState


def lines_of(snapshot: PairSnapshot, cells: int = 60) -> list[str]:
    view = PairView(snapshot, selected_id=default_node_id(snapshot, ""))
    return [text_of(content) for content in topology(view, cells)]


def text(snapshot: PairSnapshot, cells: int = 60) -> str:
    return "\n".join(lines_of(snapshot, cells))


def chained() -> PairSnapshot:
    """c follows b, which follows a."""
    snapshot = pair(replicas=2)
    first, second = snapshot.links
    return replace(snapshot, links=(first, replace(second, upstream_id=first.replica_id)))


def test_the_replica_hangs_below_its_primary_with_the_link_between() -> None:
    lines = lines_of(lagging_pair())
    assert lines[0].startswith("▶a ● primary 10.2.0.14:6379")
    assert lines[0].endswith("7.2.5")
    link = next(number for number, line in enumerate(lines) if "link up · 3.8 MB behind · 4.1 s" in line)
    replica = next(number for number, line in enumerate(lines) if "b ▲ replica 10.2.0.15:6379" in line)
    assert 0 < link < replica
    assert "catching up at" in text(lagging_pair())
    assert "same id 9f3c2b7a…" in text(lagging_pair())
    assert "offset 88\u2009213\u2009004" in text(lagging_pair())


def test_a_replica_of_a_replica_is_nested() -> None:
    assert [place.depth for place in tree(chained())] == [0, 1, 2]
    lines = lines_of(chained())
    indents = [line.index("10.2.0.1") for line in lines if "10.2.0.1" in line]
    assert indents == sorted(indents)
    assert len(set(indents)) == 3


def test_nodes_that_follow_each_other_are_each_drawn_once() -> None:
    snapshot = pair(replicas=1)
    link = snapshot.links[0]
    ring = (link, replace(link, replica_id=snapshot.nodes[0].node.id, upstream_id=link.replica_id))
    ringed = replace(snapshot, links=ring, primary_id=None)
    assert sorted(place.node.node.id for place in tree(ringed)) == sorted(node.node.id for node in ringed.nodes)


def test_a_replica_of_a_stranger_says_whom_it_follows() -> None:
    snapshot = pair()
    link = replace(snapshot.links[0], upstream_id=None, upstream_address="10.9.9.9:6379")
    assert "follows 10.9.9.9:6379, outside this pair" in text(replace(snapshot, links=(link,)))


def test_another_history_is_said() -> None:
    snapshot = pair()
    link = replace(snapshot.links[0], same_history=False)
    assert "✖ other id 9f3c2b7a…: another history" in text(replace(snapshot, links=(link,)))


def test_a_node_that_does_not_answer_says_why_and_since_when_and_shows_what_was_known() -> None:
    shown = text(down_pair(since=NOW - 130))
    assert "✖ primary 10.2.0.14:6379" in shown
    assert "refuses connections, last seen 2m ago" in shown
    assert "connection refused" in shown
    assert "offset 88\u2009213\u2009004" in shown
    assert "✖ link down for 2m · lag unknown" in shown


def test_a_node_that_never_answered_has_no_numbers() -> None:
    snapshot = unknown_pair()
    failure = Failure(FailureKind.TIMEOUT, "no answer within 3 s", "", NOW, NOW - 31)
    silent = replace(snapshot, nodes=tuple(replace(node, failure=failure) for node in snapshot.nodes))
    shown = text(silent)
    assert "does not answer for 30s, never answered" in shown
    assert "offset" not in shown
    assert "? link unknown · lag unknown" in shown


@pytest.mark.parametrize(
    ("state", "vendor", "expected"),
    [
        (NodeState.STOPPED, "", "the provider says: stopped"),
        (NodeState.FAILED, "CrashLoopBackOff", "the provider says: failed (CrashLoopBackOff)"),
        (NodeState.RUNNING, "", "running"),
    ],
)
def test_what_the_provider_says(state: NodeState, vendor: str, expected: str) -> None:
    snapshot = pair()
    node = snapshot.nodes[0]
    told = replace(node, node=replace(node.node, state=state, vendor_state=vendor))
    assert expected in text(replace(snapshot, nodes=(told, *snapshot.nodes[1:])))


def test_a_full_sync_says_what_is_left() -> None:
    snapshot = pair()
    primary, replica = snapshot.nodes
    assert replica.sample is not None
    syncing = replace(replica, sample=replace(replica.sample, link=LinkState.SYNCING, sync_left_bytes=125_829_120))
    link = replace(snapshot.links[0], state=LinkState.SYNCING)
    assert "▲ full sync, 120 MB left" in text(replace(snapshot, nodes=(primary, syncing), links=(link,)))


@pytest.mark.parametrize("cells", [24, 40, 60, 120])
def test_lines_fit_also_with_names_of_wide_characters(cells: int) -> None:
    snapshot = pair("订单 [blue] 🚀", replicas=2)
    odd = tuple(replace(node, node=replace(node.node, zone="东一[区]")) for node in snapshot.nodes)
    view = PairView(replace(snapshot, nodes=odd), selected_id=odd[0].node.id)
    drawn = topology(view, cells)
    assert "东一[区]" in "".join(text_of(content) for content in drawn)
    too_long = [text_of(content) for content in drawn if width_of(content) > cells]
    assert all("replica 10.2" in line or "primary 10.2" in line or "·" not in line for line in too_long)


def test_no_node_at_all_is_said() -> None:
    assert "names no node" in text(replace(pair(), nodes=(), links=(), primary_id=None))


def test_a_replica_whose_link_is_down_is_not_said_to_have_never_heard_its_primary() -> None:
    snapshot = pair()
    primary, replica = snapshot.nodes
    assert replica.sample is not None
    apart = replace(replica, sample=replace(replica.sample, link=LinkState.DOWN, seconds_since_upstream_io=-1))
    assert "heard" not in text(replace(snapshot, nodes=(primary, apart)))
