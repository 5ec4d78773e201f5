"""The tabs that need no question, and how answers to questions are laid out."""

from dataclasses import replace

import pytest
from support.fleets import NOW, down_pair, pair

from redistui.console.viewmodel.pair_answers import CLIENT_COLUMNS, memory_report, ordered, slow_columns
from redistui.console.viewmodel.pair_details import differences, endpoints, events, keyspace, persistence, when
from redistui.console.viewmodel.pair_view import PairView
from redistui.console.viewmodel.phrases import Phrase, text_of
from redistui.model.endpoint import Address
from redistui.model.history import Event
from redistui.model.inspection import ClientConnection, MemoryReport, SlowCommand
from redistui.model.snapshot import PairSnapshot, ServerSettings


def text(lines: list[Phrase]) -> str:
    return "\n".join(text_of(content) for content in lines)


def with_settings(*settings: ServerSettings | None) -> PairSnapshot:
    snapshot = pair(replicas=len(settings) - 1)
    nodes = tuple(replace(node, settings=one) for node, one in zip(snapshot.nodes, settings, strict=True))
    return replace(snapshot, nodes=nodes)


def test_keyspace_by_node_and_database() -> None:
    words = text(keyspace(PairView(pair()), 80))
    assert "a 10.2.0.14:6379" in words
    assert "1\u2009204\u2009331" in words
    assert "40\u2009112" in words
    stale = text(keyspace(PairView(down_pair(since=NOW - 300)), 80))
    assert "a 10.2.0.14:6379: as of 5m ago" in stale


def test_keyspace_of_an_empty_server_is_zero_and_of_a_silent_one_unknown() -> None:
    assert "0" in text(keyspace(PairView(pair(keyspace=())), 80)).splitlines()[1]
    assert "a 10.2.0.14:6379: keys unknown" in text(keyspace(PairView(pair(keyspace=None)), 80))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"last_save_ok": True}, "ok"),
        ({"last_save_ok": False}, "✖ failed"),
        ({"save_in_progress": True}, "running now"),
        ({"last_save_ok": None}, "unknown"),
        ({"aof_enabled": True, "aof_last_write_ok": False}, "✖ write failed"),
        ({"aof_enabled": True, "aof_rewrite_in_progress": True, "aof_size_bytes": 3 << 20}, "on, rewriting"),
        ({"last_fork_seconds": 0.012}, "12 ms"),
        ({"changes_since_save": 1_234_567}, "1\u2009234\u2009567"),
    ],
)
def test_persistence(fields: dict[str, object], expected: str) -> None:
    assert expected in text(persistence(PairView(pair(**fields)), 120)).splitlines()[1]


def test_settings_that_differ() -> None:
    first = ServerSettings({"maxmemory": "100", "port": "1", "appendonly": "yes", "save": ""})
    second = ServerSettings({"maxmemory": "200", "port": "2", "appendonly": "yes", "save": "3600 1"})
    words = text(differences(PairView(with_settings(first, second)), 100))
    assert "2 of 3 compared settings differ" in words
    assert "maxmemory" in words
    assert '""' in words
    assert "port" not in words
    assert "appendonly" not in words


def test_equal_and_unknown_settings_are_told_apart() -> None:
    same = ServerSettings({"maxmemory": "100"})
    assert "1 settings compared, all equal" in text(differences(PairView(with_settings(same, same)), 100))
    refused = ServerSettings(problem="NOPERM: this user may not run CONFIG GET")
    words = text(differences(PairView(with_settings(same, refused)), 100))
    assert "nothing to compare" in words
    assert "b 10.2.0.15:6379: settings unknown: NOPERM" in words
    assert "not asked yet" in text(differences(PairView(with_settings(same, None)), 100))


def test_events_newest_first_with_ages_or_clock_times() -> None:
    happened = (Event(NOW - 70, "orders-1", "link went down"), Event(NOW - 40, "", "2 primaries"))
    view = PairView(pair(), events=happened)
    rows = text(events(view, 80)).splitlines()
    assert "2 primaries" in rows[1]
    assert rows[2].startswith("1m ago")
    assert "b 10.2.0.15:6379" in rows[2]
    assert "2025-10-09 08:59:50 UTC" in text(events(replace(view, clock_times=True), 80))


@pytest.mark.parametrize("cells", [60, 80])
def test_a_long_event_is_wrapped_beside_its_time(cells: int) -> None:
    message = "warning: replica may be away for only 2.3 s before it must copy everything (backlog of 1.0 MB)"
    rows = text(events(PairView(pair(), events=(Event(NOW - 70, "orders-1", message),)), cells)).splitlines()
    assert len(rows) > 2
    assert " ".join(row[rows[0].index("WHAT") :].strip() for row in rows[1:]) == message
    assert all(len(row) <= cells for row in rows)


def test_when_never_lies_in_the_future() -> None:
    assert when(NOW + 500, NOW, absolute=False) == "1s ago"


def test_endpoints_say_what_is_missing() -> None:
    words = text(endpoints(PairView(pair()), 100))
    assert "write  10.2.0.14:6379" in words
    assert "read   10.2.0.15:6379" in words
    snapshot = replace(down_pair(), pair=replace(down_pair().pair, write_endpoint=None))
    assert "no primary" in text(endpoints(PairView(replace(snapshot, primary_id=None)), 100))
    last_known = replace(snapshot, primary_id=snapshot.nodes[0].node.id)
    assert "write  10.2.0.14:6379  ✖ refuses connections" in text(endpoints(PairView(last_known), 100))
    named = replace(pair(), pair=replace(pair().pair, write_endpoint=Address("orders.prod", 6379)))
    assert "write  orders.prod:6379" in text(endpoints(PairView(named), 100))


def client(number: int, **fields: object) -> ClientConnection:
    plain = ClientConnection(
        number, f"10.0.0.{number}:5{number}", f"app-{number}", "default", 0, number * 10, 0, "N", "get", 0, None, ""
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


def test_columns_sort_by_value_and_the_largest_first_where_that_is_asked_for() -> None:
    clients = [client(2, age_seconds=9), client(10, age_seconds=100), client(1, age_seconds=30)]
    columns = {column.title: column for column in CLIENT_COLUMNS}
    assert [one.id for one in ordered(clients, columns["ID"], reverse=False)] == [1, 2, 10]
    assert [one.age_seconds for one in ordered(clients, columns["AGE"], reverse=False)] == [100, 30, 9]
    assert [one.age_seconds for one in ordered(clients, columns["AGE"], reverse=True)] == [9, 30, 100]


def test_client_names_cannot_touch_the_terminal() -> None:
    column = next(column for column in CLIENT_COLUMNS if column.title == "NAME")
    assert "\x1b" not in column.text(client(1, name="[red]\x1b[2J订单"))
    assert "[red]" in column.text(client(1, name="[red]\x1b[2J订单"))


def test_slow_commands_show_milliseconds() -> None:
    slow = SlowCommand(1, int(NOW) - 60, 0.0123, "KEYS *", "10.0.0.9:5000", "")
    assert [column.text(slow) for column in slow_columns(NOW, absolute=False)] == [
        "1m ago", "12.3 ms", "KEYS *", "10.0.0.9:5000", "–",
    ]  # fmt: skip


def test_the_memory_report_has_units_where_they_belong() -> None:
    report = MemoryReport(
        {"peak.allocated": 3 << 20, "keys.count": 1200, "dataset.percentage": 12.345, "db.0.overhead": 2048},
        "Hi Sam,\nthis instance is empty.",
    )
    words = text(memory_report(report, 60))
    assert "this instance is empty." in words
    assert "3.0 MB" in words
    assert "1\u2009200" in words
    assert "12.3" in words
    assert "2.0 KB" in words
