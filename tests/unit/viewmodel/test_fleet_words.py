"""What the fleet screen, the alerts and the `:` line say in words."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.fleets import NOW, down_pair, fleet, lagging_pair, pair, provider, unknown_pair

from redistui.console.viewmodel.alerts import alert_line, findings, no_alerts
from redistui.console.viewmodel.commands import CommandProblem, completions, find_column, find_pair, parse_command
from redistui.console.viewmodel.fleet_columns import Column
from redistui.console.viewmodel.fleet_words import about, empty, provider_lines
from redistui.console.viewmodel.header import footer, footer_actions, header
from redistui.console.viewmodel.help import help_lines
from redistui.console.viewmodel.line import Line, line, wrapped
from redistui.model.snapshot import Finding, FleetSnapshot, PairSnapshot, ProviderPhase, Severity
from redistui.present.actions import ACTIONS, Scope
from redistui.present.text import width as cells


def text(lines: list[Line]) -> str:
    return "\n".join(one.text for one in lines)


def test_the_words_say_what_is_wrong_since_when_and_what_to_do() -> None:
    said = text(about(down_pair(), 120, 2))
    assert "refuses connections since 09:00:48" in said
    assert "Start the server" in said


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (pair(), "redis 7.2.5 at 10.2.0.14:6379 with 1 replica; nothing to report"),
        (pair(replicas=0), "with no replicas"),
        (unknown_pair(), "No node has answered yet"),
    ],
)
def test_the_words_of_a_calm_pair(one: PairSnapshot, expected: str) -> None:
    assert expected in text(about(one, 120, 2))


def test_words_keep_to_their_lines_and_width() -> None:
    wordy = down_pair("名前" * 12)
    lines = about(wordy, 60, 2)
    assert len(lines) <= 2
    assert all(cells(one.text.rstrip()) <= 60 for one in lines)


def test_wrapping_breaks_between_words_and_keeps_long_ones() -> None:
    lines = wrapped([*line("one two three ", "x" * 30).cells[0].spans], 12, indent=2)
    assert [one.text.split() for one in lines] == [["one", "two"], ["three"], ["x" * 30]]
    assert all(one.text.startswith("  ") for one in lines[1:])


def test_a_failing_provider_has_its_line_with_the_way_out() -> None:
    failing = provider("aws", ProviderPhase.FAILED, message="The token is expired", hint="aws sso login")
    slow = provider("k8s", ProviderPhase.DISCOVERING)
    lines = provider_lines(FleetSnapshot(NOW, (), (slow, failing, provider("docker"))))
    assert [one.text for one in lines] == [
        " ✖ aws  The token is expired – aws sso login",
        " … k8s is looking for pairs",
    ]


def test_many_failing_providers_leave_room_for_the_pairs() -> None:
    failing = tuple(provider(f"p{n}", ProviderPhase.FAILED, message="no") for n in range(9))
    lines = provider_lines(FleetSnapshot(NOW, (), failing))
    assert len(lines) == 3
    assert "7 providers more" in lines[-1].text


def test_an_empty_fleet_teaches() -> None:
    said = text(empty(FleetSnapshot(NOW, (), (provider("local", type="embedded"),)), Path("/etc/r.toml")))
    for told in ("local", "answered, and has none", "/etc/r.toml", "redistui demo", "redistui connect", "v "):
        assert told in said
    assert "Nothing is configured" in text(empty(FleetSnapshot(NOW), None))


def test_the_header_says_environment_refusal_counts_and_minute() -> None:
    shown = header(fleet(40), 120, {"prod"}).text
    for told in ("redistui", "prod (read-only), staging", "40 pairs", "● 34 ok", "▲ 4 warn", "✖ 2 down", "09:01 UTC"):
        assert told in shown


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_the_header_fits(width: int) -> None:
    one = header(fleet(200), width, {"prod", "staging"}, title="alerts")
    assert cells(one.text) <= width
    assert "prod (read-only)" in one.text


def test_a_narrow_footer_has_six_keys_at_most() -> None:
    for scope in (Scope.FLEET, Scope.PAIR):
        assert len(footer_actions((scope, Scope.ANYWHERE), 80)) <= 6
        assert footer_actions((scope, Scope.ANYWHERE), 80)[-1].id == "help"


@pytest.mark.parametrize("width", [30, 60, 80, 99, 100, 120, 200])
def test_a_footer_cuts_no_key_and_keeps_help(width: int) -> None:
    for scope in (Scope.FLEET, Scope.PAIR):
        shown = footer(footer_actions((scope, Scope.ANYWHERE), width), {}, width=width)
        assert cells(shown.text) <= width
        assert shown.text.endswith(" ? help ")


def test_a_full_stop_begins_no_line() -> None:
    told = replace(
        down_pair(), findings=(Finding("down", Severity.CRITICAL, NOW, "it is down since 09:00:48", "wait"),)
    )
    for width in range(40, 90):
        assert not any(one.text.lstrip().startswith(".") for one in about(told, width, 9))


def test_alerts_are_the_gravest_first() -> None:
    mixed = FleetSnapshot(NOW, (lagging_pair("a"), pair("b"), down_pair("c")))
    found = findings(mixed)
    assert [one.key.name for one, _ in found] == ["c", "a"]
    assert "✖ critical" in alert_line(*found[0], 120).text
    assert "Nothing to report" in text(no_alerts(FleetSnapshot(NOW, (pair(),))))


def test_help_knows_every_action_and_command_and_remapped_keys() -> None:
    said = text(help_lines(Scope.FLEET, {"fleet.sort": "z"}, 120))
    for action in ACTIONS:
        assert action.help in said
        if action.command:
            assert action.command in said
    assert "z            Sort by the next column (remapped)" in said


@pytest.mark.parametrize(
    ("typed", "action", "argument"),
    [("open orders", "fleet.open", "orders"), ("show k8s/x", "fleet.open", "k8s/x"), ("q", "quit", ""),
     ("pairs", "home", ""), ("sort  lag", "fleet.sort", "lag")],
)  # fmt: skip
def test_commands(typed: str, action: str, argument: str) -> None:
    command = parse_command(typed)
    assert (command.action.id, command.argument) == (action, argument)


def test_unknown_commands_pairs_and_columns_are_told() -> None:
    with pytest.raises(CommandProblem, match="did you mean sort"):
        parse_command("srot lag")
    with pytest.raises(CommandProblem, match="did you mean orders"):
        find_pair("oders", fleet(20))
    with pytest.raises(CommandProblem, match="not unique"):
        find_pair("o", FleetSnapshot(NOW, (pair("one"), pair("other"))))
    with pytest.raises(CommandProblem, match="problems, pair"):
        find_column("colour")
    assert find_column("prob") is None
    assert find_column("me") is Column.MEMORY
    assert find_pair("sess", fleet(20)).name == "sessions-eu"


def test_completion() -> None:
    twins = FleetSnapshot(NOW, (pair("one"), pair("two"), pair("two", provider="aws")))
    assert completions("so", twins, ()) == ["sort"]
    assert completions("open ", twins, ()) == ["open aws/two", "open k8s/two", "open one"]
    assert completions("theme s", twins, ("sand", "mono")) == ["theme sand"]
    assert "filter env:prod" in completions("filter ", twins, ())
    assert completions("quit ", twins, ()) == []
