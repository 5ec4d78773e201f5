"""The fleet as data: order, groups, cells and columns, without an app."""

from dataclasses import replace

import pytest
from support.fleets import NOW, down_pair, fleet, lagging_pair, later, pair, unknown_pair

from redistui.console.viewmodel.filter import FilterProblem, parse_filter
from redistui.console.viewmodel.fleet import (
    Arrangement,
    Group,
    Grouping,
    arrange,
    entry_line,
    heading,
    index_of,
    nearest_pair,
)
from redistui.console.viewmodel.fleet_columns import _RULE_WORDS, Column, Placed, cell, layout
from redistui.model.rule_text import default_rules
from redistui.model.sample import Failure, FailureKind
from redistui.model.snapshot import Finding, FleetSnapshot, PairSnapshot, Severity, Status
from redistui.model.topology import PairKey


def names(snapshot: FleetSnapshot, arrangement: Arrangement) -> list[str]:
    entries = arrange(snapshot, arrangement)
    return [entry.key.name if isinstance(entry, PairSnapshot) else f"[{entry.title}]" for entry in entries]


def shown(column: Column, one: PairSnapshot, at: float = NOW, width: int = 16) -> str:
    return "".join(span.text for span in cell(Placed(column, width), one, at).spans)


MIXED = FleetSnapshot(
    NOW,
    (
        pair("calm", environment="prod", memory_used_bytes=100 << 20),
        lagging_pair("slow", environment="staging", provider="aws"),
        unknown_pair("new", environment="prod"),
        down_pair("dead", environment="staging"),
        pair("Beta", environment="prod", memory_used_bytes=900 << 20, operations_per_second=7),
    ),
)


def test_problems_come_first_and_equals_by_name() -> None:
    assert names(MIXED, Arrangement()) == ["dead", "slow", "new", "Beta", "calm"]


@pytest.mark.parametrize("reverse", [False, True])
def test_the_unknown_is_last_in_either_direction(reverse: bool) -> None:
    ordered = names(MIXED, Arrangement(Column.MEMORY, reverse))
    assert set(ordered[-2:]) == {"new", "dead"}
    assert ordered[:3] == (["Beta", "slow", "calm"] if reverse else ["calm", "slow", "Beta"])


def test_the_lag_of_a_silent_replica_is_unknown() -> None:
    snapshot = pair(replicas=2)
    primary, quiet, other = snapshot.nodes
    quiet = replace(quiet, failure=Failure(FailureKind.TIMEOUT, "no answer", "", NOW, NOW - 10))
    one = replace(snapshot, nodes=(primary, quiet, other), links=snapshot.links[1:])
    assert (shown(Column.LAG, one), shown(Column.LINK, one)) == ("unknown", "unknown")


@pytest.mark.parametrize("column", list(Column))
def test_every_column_sorts(column: Column) -> None:
    assert sorted(names(MIXED, Arrangement(column))) == sorted(names(MIXED, Arrangement()))


def test_sort_goes_through_the_shown_columns_and_back_to_problems() -> None:
    columns = (Column.PAIR, Column.LAG)
    arrangement = Arrangement()
    seen = []
    for _ in range(3):
        arrangement = arrangement.next_column(columns)
        seen.append((arrangement.column, arrangement.reverse))
    assert seen == [(Column.PAIR, False), (Column.LAG, True), (None, False)]


def test_groups_have_a_header_with_their_counts() -> None:
    entries = arrange(MIXED, Arrangement(grouping=Grouping.ENVIRONMENT))
    titles = [entry.title for entry in entries if isinstance(entry, Group)]
    assert titles == ["prod", "staging"]
    line = entry_line(entries[0], layout(80), NOW, selected=False).text
    assert "prod" in line
    assert "● 2 ok" in line
    assert "? 1 unknown" in line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["dead", "slow", "new", "Beta", "calm"]),
        ("env:prod", ["new", "Beta", "calm"]),
        ("provider:aws", ["slow"]),
        ("status:problem", ["dead", "slow", "new"]),
        ("status:warn", ["slow"]),
        ("status:d", ["dead", "slow"]),  # half-typed: down or degraded
        ("env:staging behind", ["slow"]),
        ("BETA", ["Beta"]),
        ("10.2.0.14:6379 calm", ["calm"]),
        ("nowhere", []),
    ],
)
def test_filters(text: str, expected: list[str]) -> None:
    assert names(MIXED, Arrangement(filter=parse_filter(text))) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [("enviroment:prod", "did you mean env:"), ("status:fine", "ok, warn, down"), ("x:y", "provider:")],
)
def test_a_wrong_filter_is_told_with_what_would_be_right(text: str, told: str) -> None:
    with pytest.raises(FilterProblem, match=told):
        parse_filter(text)


def test_unknown_is_never_drawn_as_good() -> None:
    fresh = unknown_pair()
    assert shown(Column.STATE, fresh) == "? unknown"
    assert shown(Column.LAG, fresh) == "unknown"
    assert shown(Column.MEMORY, fresh) == "unknown"
    assert shown(Column.LINK, fresh) == "unknown"
    assert shown(Column.OPERATIONS, fresh) == "–"
    assert shown(Column.AGE, fresh) == "–"


def test_lag_is_unknown_as_soon_as_one_replica_is() -> None:
    two = pair(replicas=2, behind_bytes=4096)
    assert shown(Column.LAG, two).startswith("4.0 KB")
    half = replace(two, links=(two.links[0], replace(two.links[1], lag=type(two.links[1].lag)())))
    assert shown(Column.LAG, half) == "unknown"


def test_a_degraded_pair_says_in_a_word_what_is_wrong() -> None:
    assert shown(Column.STATE, lagging_pair()) == "▲ lagging"
    assert shown(Column.STATE, down_pair()) == "✖ down"


def test_the_memory_bar_fills_its_column_whatever_the_ratio() -> None:
    for used in (0, 1, 512, 1024, 4096):
        text = shown(Column.MEMORY, pair(memory_used_bytes=used << 20), width=14)
        assert len(text) == 14
    assert shown(Column.MEMORY, pair(memory_max_bytes=0), width=14) == "532 MB"
    assert shown(Column.MEMORY, pair(memory_max_bytes=None), width=14) == "532 MB"


def test_ageing_by_a_second_changes_no_line() -> None:
    """What did not change must not be drawn again."""
    before = fleet(40)
    after = later(before, 1)
    columns = layout(120)
    for old, new in zip(before.pairs, after.pairs, strict=True):
        assert entry_line(old, columns, before.at, selected=False) == entry_line(new, columns, after.at, selected=False)


@pytest.mark.parametrize("width", range(59, 220, 7))
def test_columns_fit_the_terminal(width: int) -> None:
    columns = layout(width)
    assert sum(placed.width + 1 for placed in columns) + 2 <= width
    assert {Column.PAIR, Column.STATE, Column.LAG} <= {placed.column for placed in columns}


def test_more_room_shows_more() -> None:
    counts = [len(layout(width)) for width in (60, 80, 120, 160)]
    assert counts == sorted(counts)
    assert counts[-1] == len(Column)
    assert {placed.column for placed in layout(120)} >= {Column.PRIMARY, Column.LINK, Column.CLIENTS}


def test_the_heading_marks_the_order() -> None:
    assert "LAG↓" in heading(layout(80), Arrangement(Column.LAG, reverse=True)).text


def test_names_cannot_harm_the_line() -> None:
    evil = pair("a\x1b[2J\nb[red]\u202e\u200d👩\u200d💻")
    text = shown(Column.PAIR, evil)
    assert "\x1b" not in text
    assert "\n" not in text
    assert "\u202e" not in text
    assert "[red]" in text


def test_the_cursor_passes_over_headers() -> None:
    entries = arrange(MIXED, Arrangement(grouping=Grouping.ENVIRONMENT))
    assert nearest_pair(entries, 0) == 1
    last = len(entries) - 1
    header = next(n for n, entry in enumerate(entries) if n and isinstance(entry, Group))
    assert nearest_pair(entries, header, -1) == header - 1
    assert nearest_pair(entries, header, 1) == header + 1
    assert nearest_pair(entries, 99, -1) == last
    assert nearest_pair((), 0) is None
    assert index_of(entries, PairKey("k8s", "calm")) is not None
    assert index_of(entries, PairKey("k8s", "gone")) is None


@pytest.mark.parametrize("rule", _RULE_WORDS)
def test_what_is_wrong_fits_its_column(rule: str) -> None:
    finding = Finding(rule, Severity.WARNING, NOW, "message", "", "")
    assert rule in {known.name for known in default_rules().rules}
    for width in (60, 80, 200):
        (placed,) = (placed for placed in layout(width) if placed.column is Column.STATE)
        state = shown(Column.STATE, pair(status=Status.DEGRADED, findings=(finding,)), width=placed.width)
        assert state == f"▲ {_RULE_WORDS[rule]}"
        assert len(state) <= placed.width
