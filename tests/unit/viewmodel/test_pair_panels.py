"""The panels' words: nothing unknown is shown as a number, what matters comes first."""

from dataclasses import replace

import pytest
from support.fleets import MB, NOW, down_pair, history, lagging_pair, pair, sample, unknown_pair

from redistui.console.viewmodel.line import Tone
from redistui.console.viewmodel.pair_memory import memory
from redistui.console.viewmodel.pair_panels import PairPanel, keys, neighbour, strip
from redistui.console.viewmodel.pair_replication import replication
from redistui.console.viewmodel.pair_start import why_not_start
from redistui.console.viewmodel.pair_summary import essentials, findings, title
from redistui.console.viewmodel.pair_throughput import throughput
from redistui.console.viewmodel.pair_view import PairView, default_node_id
from redistui.console.viewmodel.phrases import Phrase, text_of, width_of
from redistui.model.sample import Failure, FailureKind
from redistui.model.snapshot import Lag, PairSnapshot, Rates
from redistui.model.topology import NodeState
from redistui.present.text import width
from redistui.provider.capabilities import Capability


def view_of(snapshot: PairSnapshot, selected: str = "") -> PairView:
    past = history(nodes=[node.node.id for node in snapshot.nodes])
    return PairView(snapshot, past, selected_id=default_node_id(snapshot, selected))


def text(lines: list[Phrase]) -> str:
    return "\n".join(text_of(content) for content in lines)


@pytest.mark.parametrize(
    ("lag", "expected", "absent"),
    [
        (Lag(0, 0.0, 0.0, None, 38.0), "0 B behind", "left"),
        (Lag(3_984_588, 4.1, 1_258_291.0, 3.2, 38.0),
         "3.8 MB behind · 4.1 s · catching up at 1.2 MB/s · about 3.2 s left", "unknown"),
        (Lag(3_984_588, 4.1, -307_200.0, None, 38.0), "falling behind by 300 KB/s", "left"),
        (Lag(3_984_588, None, None, None, None, idle=True), "no writes now", "unknown"),
        (Lag(), "lag unknown", "behind by"),
    ],
)  # fmt: skip
def test_lag_in_words(lag: Lag, expected: str, absent: str) -> None:
    snapshot = pair()
    lagging = replace(snapshot, links=(replace(snapshot.links[0], lag=lag),))
    words = text(replication(view_of(lagging), 120, 12)).splitlines()[0]
    assert expected in words
    assert absent not in words


@pytest.mark.parametrize(
    ("lag", "expected"),
    [
        (Lag(0, 0.0, None, None, 38.0), "backlog 64 MB covers 38 s of absence"),
        (Lag(0, 0.0, None, None, None, idle=True), "backlog 64 MB covers any absence while nothing is written"),
        (Lag(), "backlog 64 MB"),
    ],
)
def test_backlog_cover_in_words(lag: Lag, expected: str) -> None:
    snapshot = pair()
    assert expected in text(
        replication(view_of(replace(snapshot, links=(replace(snapshot.links[0], lag=lag),))), 120, 12)
    )


def test_every_replica_has_its_line_and_its_letter() -> None:
    words = text(replication(view_of(pair(replicas=3)), 120, 20))
    for letter, port in (("b", 15), ("c", 16), ("d", 17)):
        assert f"{letter} 10.2.0.{port}:6379" in words
    many = text(replication(view_of(pair(replicas=6)), 120, 20))
    assert "and 2 less far behind" in many


def test_letters_stay_when_roles_change() -> None:
    snapshot = pair()
    promoted = replace(snapshot, primary_id=snapshot.nodes[1].node.id, links=())
    before, after = view_of(snapshot), view_of(promoted)
    assert [before.mark(node.node.id) for node in snapshot.nodes] == [
        after.mark(node.node.id) for node in promoted.nodes
    ]


def test_without_a_replica_that_is_said() -> None:
    assert "no replica: nothing replicates" in text(replication(view_of(pair(replicas=0)), 72, 9))


def silent(kind: FailureKind, *, replicas: int, which: int) -> PairSnapshot:
    """One node of the pair does not answer; 0 is the primary."""
    snapshot = pair(replicas=replicas)
    node = snapshot.nodes[which]
    failure = Failure(kind, "no answer", "", NOW, NOW - 10)
    nodes = tuple(replace(one, failure=failure) if one is node else one for one in snapshot.nodes)
    links = tuple(link for link in snapshot.links if link.replica_id != node.node.id)
    return replace(snapshot, nodes=nodes, links=links, primary_id=snapshot.primary_id if which else None)


def test_a_silent_replica_stands_before_those_that_answer() -> None:
    view = view_of(silent(FailureKind.TIMEOUT, replicas=2, which=1))
    assert "b replica 10.2.0.15:6379 (worst of 2) · ✖ does not answer for 10s" in text(essentials(view, 100))
    shown = text(replication(view, 100, 12))
    assert "b 10.2.0.15:6379 · ✖ does not answer · lag unknown" in shown
    assert "c 10.2.0.16:6379 · link up" in shown


def test_who_refuses_to_answer_is_not_said_to_stand_alone() -> None:
    view = view_of(silent(FailureKind.AUTHENTICATION, replicas=0, which=0))
    shown = text([*essentials(view, 100), *replication(view, 100, 12)])
    assert "? no replica is known" in shown
    assert "▲ no replica" not in shown


def test_memory_says_how_full() -> None:
    lines = memory(view_of(pair(memory_used_bytes=900 * MB, memory_max_bytes=1024 * MB)), 72, 9)
    assert "▲ █████████░ 88% of 1.0 GB" in text(lines)
    assert any(span.tone is Tone.WARN for span in lines[0])


def test_memory_without_a_limit_shows_no_bar() -> None:
    words = text(memory(view_of(pair(memory_max_bytes=0)), 72, 9))
    assert "no limit set" in words
    assert "█" not in words


def test_evictions_are_a_warning_only_while_they_happen() -> None:
    snapshot = pair(evicted_keys=5000)
    assert "▲" not in text(memory(view_of(snapshot), 100, 4))
    primary = replace(snapshot.nodes[0], rates=Rates(evicted_keys=120.0))
    evicting = replace(snapshot, nodes=(primary, *snapshot.nodes[1:]))
    assert "▲ evicted 5.0k, now 120/s" in text(memory(view_of(evicting), 100, 4))


def test_unknown_numbers_are_called_unknown() -> None:
    snapshot = pair()
    bare = replace(sample(), memory_rss_bytes=None, memory_peak_bytes=None, fragmentation_ratio=None, clients=None)
    unknown = replace(snapshot, nodes=(replace(snapshot.nodes[0], sample=bare, rates=None), *snapshot.nodes[1:]))
    words = text(memory(view_of(unknown), 100, 9)) + text(throughput(view_of(unknown), 100, 9))
    for expected in ("RSS unknown", "peak unknown", "fragmentation unknown", "in unknown", "hit ratio unknown"):
        assert expected in words
    assert "clients unknown" in words


def test_no_reads_are_not_an_unknown_hit_ratio() -> None:
    snapshot = pair()
    primary = replace(snapshot.nodes[0], rates=Rates(keyspace_hits=0.0, keyspace_misses=0.0))
    assert "no reads" in text(throughput(view_of(replace(snapshot, nodes=(primary, *snapshot.nodes[1:]))), 100, 9))


def test_what_is_not_from_now_is_dim_and_says_its_age() -> None:
    view = view_of(down_pair(since=NOW - 130), "orders-0")
    for drawing in (memory, throughput):
        lines = drawing(view, 72, 9)
        words = [content for content in lines if "used" in text_of(content) or "commands/s ·" in text_of(content)]
        assert all(span.tone is Tone.DIM for content in words for span in content)
        assert "as of 2m ago" in text(lines)


def test_a_node_that_never_answered_has_empty_panels_in_words() -> None:
    view = view_of(unknown_pair())
    assert "has not answered yet" in text(memory(view, 72, 9))
    assert "has not answered yet" in text(throughput(view, 72, 9))
    assert "unknown: no primary has answered" in text(replication(view, 120, 9))


@pytest.mark.parametrize("drawing", [replication, memory, throughput])
@pytest.mark.parametrize(("cells", "height"), [(30, 5), (58, 10), (72, 9), (100, 14), (200, 30)])
def test_panels_fit_their_place(drawing: object, cells: int, height: int) -> None:
    for snapshot in (lagging_pair(), down_pair(), unknown_pair(), pair(replicas=5)):
        lines = drawing(view_of(snapshot), cells, height)  # type: ignore[operator]
        assert len(lines) <= height
        plots = [content for content in lines if "┤" in text_of(content) or "└" in text_of(content)]
        assert all(width_of(content) <= cells for content in plots)


def test_the_three_essential_lines() -> None:
    primary, link, worst = [text_of(content) for content in essentials(view_of(lagging_pair()), 80)]
    assert primary.startswith(" a primary 10.2.0.14:6379 · 12.4k op/s")
    assert link.startswith(" b replica 10.2.0.15:6379 · link up · 3.8 MB behind · 4.1 s")
    assert worst == " ▲ replica 10.2.0.15:6379 is 3.8 MB behind"
    primary, link, worst = [text_of(content) for content in essentials(view_of(down_pair(since=NOW - 60)), 80)]
    assert primary == " ✖ primary 10.2.0.14:6379 refuses connections for 1m"
    assert "link down" in link
    assert "refuses connections" in worst


def test_two_primaries_are_both_named() -> None:
    snapshot = pair()
    second = replace(snapshot.nodes[1], sample=sample())
    split = replace(snapshot, nodes=(snapshot.nodes[0], second), links=(), primary_id=None)
    assert text_of(essentials(view_of(split), 80)[0]) == " ✖ 2 primaries: 10.2.0.14:6379, 10.2.0.15:6379"


def test_findings_have_their_way_out_and_unknown_is_not_healthy() -> None:
    words = text(findings(view_of(lagging_pair()), 44))
    assert "▲ replica 10.2.0.15:6379 is 3.8 MB behind" in words
    assert "look at its link and at its disk" in words
    assert text(findings(view_of(pair()), 80)).startswith("no findings")
    assert "nothing is known" in text(findings(view_of(unknown_pair()), 80))


def test_the_title_shows_any_name() -> None:
    words = text_of(title(pair("订单 [red] \x1b[2J"), 80))
    assert "订单 [red]" in words
    assert "\x1b" not in words


@pytest.mark.parametrize("cells", [60, 80, 120])
def test_the_strip_shows_the_seen_panel_and_where_more_are(cells: int) -> None:
    for panel in PairPanel:
        shown = strip(tuple(PairPanel), panel, cells, keys({}))
        assert width(shown.text) <= cells
        assert shown.text.count("[") == 1
    assert strip(tuple(PairPanel), PairPanel.REPLICATION, 60, keys({})).text.endswith("›")


def test_the_strip_shows_remapped_keys() -> None:
    assert keys({"pair.clients": "f7"})[PairPanel.CLIENTS] == "f7"


def test_neighbours_go_round() -> None:
    panels = tuple(PairPanel)
    assert neighbour(panels, panels[-1], 1) is panels[0]
    assert neighbour(panels, panels[0], -1) is panels[-1]


@pytest.mark.parametrize(
    ("ability", "read_only", "state", "answers", "expected"),
    [
        (Capability.yes(), False, NodeState.STOPPED, False, ""),
        (Capability.yes(), False, NodeState.UNKNOWN, False, ""),
        (Capability.no("it is a bare address"), False, NodeState.STOPPED, False, "it is a bare address"),
        (Capability.yes(), True, NodeState.STOPPED, False, "read-only"),
        (Capability.yes(), False, NodeState.RUNNING, True, "runs and answers"),
        (Capability.yes(), False, NodeState.RUNNING, False, "look at its log"),
        (Capability.yes(), False, NodeState.STARTING, False, "starting already"),
    ],
)
def test_why_a_node_cannot_be_started(
    ability: Capability, read_only: bool, state: NodeState, answers: bool, expected: str
) -> None:
    snapshot = pair() if answers else down_pair()
    node = replace(snapshot.nodes[0], node=replace(snapshot.nodes[0].node, state=state))
    words = why_not_start(snapshot, node, ability, read_only=read_only)
    assert (expected in words) if expected else words == ""
