"""Every bad weather a server can have, through the whole product: `pairs`, `check` and its exit code, the fleet."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from support.certificates import Authority
from support.command import Command
from support.pseudo_terminal import PseudoTerminal
from support.weather import PASSWORD, WRONG_PASSWORD, Weather

pytestmark = [pytest.mark.live, pytest.mark.requires("redis", "redis-tls")]

# The longest limit of a connection or a reply is 3 s; the rest is for two noisy cores.
LOOK_SECONDS = 5.0 + 2.0


@dataclass(frozen=True)
class Outcome:
    """What is told: status, kind of failure of the first node, rule of the first finding, its words, the way out."""

    status: str
    kind: str | None
    rule: str
    words: str
    hint: str
    state: str
    """In the fleet."""


def silent_node(status: str, kind: str, words: str, hint: str) -> Outcome:
    return Outcome(status, kind, "unreachable", words, hint, "✖ down" if status == "down" else "? unknown")


def warned(rule: str, words: str, hint: str, state: str, status: str = "degraded") -> Outcome:
    return Outcome(status, None, rule, words, hint, state)


OUTCOMES = {
    "refusing": silent_node("down", "refused", "refuses connections", "is not running"),
    "dropped": silent_node("down", "unreachable", "cannot be reached", "firewall"),
    "silent": silent_node("down", "timeout", "does not answer", "hangs"),
    "slow": silent_node("down", "timeout", "does not answer", "network is slow"),
    "torn": silent_node("down", "reset", "cuts the connection", "server ended"),
    "closing": silent_node("down", "reset", "cuts the connection", "TLS"),
    "loading": silent_node("down", "loading", "is loading its dataset", "wait"),
    "busy": silent_node("down", "busy", "is busy running a script", "SCRIPT KILL"),
    "unresolved": silent_node("unknown", "unresolved", "has a name that does not resolve", "DNS"),
    "http": silent_node("unknown", "protocol", "does not speak the Redis protocol", "web server"),
    "full": silent_node("unknown", "too-many-clients", "accepts no more clients", "maxclients"),
    "wrong-password": silent_node("unknown", "authentication", "refuses the password or user", "check the password"),
    "no-password": silent_node("unknown", "authentication", "refuses the password or user", "set `password`"),
    "no-info": silent_node("unknown", "permission", "does not permit INFO", "ACL SETUSER"),
    "renamed-info": silent_node("unknown", "unknown-command", "does not know INFO", "rename-command"),
    "tls-not-spoken": silent_node("unknown", "tls", "does not agree on TLS", "set `tls`"),
    "tls-for-nobody": silent_node("unknown", "tls", "does not agree on TLS", "remove `tls`"),
    "expired": silent_node("unknown", "certificate", "certificate has expired", "renew"),
    "other-name": silent_node("unknown", "certificate", "mismatch", "tls.server_name"),
    "authority": silent_node("unknown", "certificate", "self-signed", "tls.ca"),
    "no-config": warned("unknown", "may not run CONFIG GET", "", "● ok", "healthy"),
    "renamed-config": warned("unknown", "does not know CONFIG GET", "", "● ok", "healthy"),
    "outside": warned("follows-outside", "is no node of this pair", "configuration", "? unknown", "unknown"),
    "split": warned("split-brain", "one history that split", "stop writing to one of them", "▲ split"),
    "swapped": warned("roles-differ", "is replica and configured as primary", "configuration", "▲ roles"),
    "drifted": warned("configuration-drift", "maxmemory-policy is allkeys-lru here and", "CONFIG SET", "▲ drift"),
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What the commands said of all pairs at once."""

    command: Command
    pairs: dict[str, Any]
    checks: dict[str, Any]
    seconds: tuple[float, float]
    codes: tuple[int, int]
    words: str


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("weather")
    with Weather(folder / "servers", Authority(folder / "authority")) as weather:
        command = Command(folder)
        command.configure(weather.configuration)
        times = [time.monotonic()]
        pairs = command("pairs", "--json")
        times.append(time.monotonic())
        checks = command("check", "--all", "--json")
        times.append(time.monotonic())
        yield Told(
            command,
            {pair["name"]: pair for pair in pairs.json["pairs"]},
            {check["pair"].partition("/")[2]: check for check in checks.json["checks"]},
            (times[1] - times[0], times[2] - times[1]),
            (pairs.code, checks.code),
            pairs.out + pairs.err + checks.out + checks.err,
        )


def test_the_bad_delay_the_good_by_no_more_than_one_limit(told: Told) -> None:
    assert set(told.pairs) == set(told.checks) == {*OUTCOMES, "healthy"}
    assert max(told.seconds) <= LOOK_SECONDS
    assert told.codes == (0, 1)
    assert (told.pairs["healthy"]["status"], told.checks["healthy"]["status"]) == ("healthy", "healthy")
    assert told.command("check", "weather/healthy").code == 0


@pytest.mark.parametrize("name", OUTCOMES)
def test_its_outcome(told: Told, name: str) -> None:
    expected, pair, check = OUTCOMES[name], told.pairs[name], told.checks[name]
    node = pair["nodes"][0]
    assert (pair["status"], check["status"]) == (expected.status, expected.status)
    assert (node["failure"] or {}).get("kind") == expected.kind
    if expected.kind is not None:
        assert node["failure"]["message"]
        assert expected.hint in node["failure"]["hint"]
        assert (node["role"], node["offset"], node["sampled_at"]) == (None, None, None), "unknown is not 0"
    findings = [finding for finding in check["findings"] if finding["rule"] == expected.rule]
    (finding,) = [finding for finding in findings if expected.words in finding["message"]]
    assert expected.hint in finding["hint"]
    assert finding["severity"] == {"unknown": "info"}.get(expected.rule, finding["severity"])
    assert "None" not in finding["message"]


@pytest.mark.parametrize("name", ["refusing", "wrong-password", "split", "outside"])
def test_one_pair_that_is_not_healthy_is_exit_code_1(told: Told, name: str) -> None:
    result = told.command("check", name)
    assert result.code == 1
    assert OUTCOMES[name].words in result.out


def test_no_password_is_told(told: Told) -> None:
    assert PASSWORD not in told.words
    assert WRONG_PASSWORD not in told.words


@pytest.mark.parametrize("size", [(120, 40), (60, 16)], ids=str)
def test_the_fleet_shows_them_all_and_answers_its_keys(told: Told, size: tuple[int, int]) -> None:
    columns, rows = size
    command = told.command
    with PseudoTerminal(command.arguments(), command.environment(TERM="xterm-256color"), columns, rows) as console:
        console.wait("● 3 ok", 15)
        console.wait(lambda text: count(text, "✖") == 8 and count(text, "?") == 13 and count(text, "▲") == 3, 15)
        assert columns < 80 or f"{len(OUTCOMES) + 1} pairs" in console.text
        shown: dict[str, str] = {}
        console.send("\x1b[H")
        for _ in OUTCOMES:
            shown |= states(console.text)
            before = cursor(console.text)
            console.send("\x1b[B")
            console.wait(lambda text, before=before: cursor(text) not in (None, before))
        shown |= states(console.text)
        console.send("q")
        assert console.process.wait(10) == 0
    assert shown == {name: outcome.state for name, outcome in OUTCOMES.items()} | {"healthy": "● ok"}


def cursor(text: str) -> str | None:
    found = re.search(r"^▶ (\S+)", text, re.MULTILINE)
    return found[1] if found else None


def count(text: str, glyph: str) -> int:
    """Of the header."""
    found = re.search(rf"{re.escape(glyph)} (\d+)", text.split("\n")[0])
    return int(found[1]) if found else 0


def states(text: str) -> dict[str, str]:
    """Pair to state, of the rows on the screen."""
    known = "|".join([*OUTCOMES, "healthy"])
    rows = re.findall(rf"^[ ▶] ({known}) .*?([●▲✖?] \w+)", text, re.MULTILINE)
    return dict(rows)
