"""Promoting by the keyboard alone on a real terminal of 80×24, and what happens when the console goes half-way."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.command import Command
from support.promotion import Site, waiting_hook
from support.pseudo_terminal import PseudoTerminal
from support.redis_server import ReplicatedPair
from support.waiting import wait_until

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

StartPair = Callable[..., ReplicatedPair]
LIMIT_SECONDS = 30.0
SECRET = "correct-horse-9-battery"


def console(command: Command, *arguments: str, **variables: str) -> PseudoTerminal:
    return PseudoTerminal(command.arguments(*arguments), command.environment(**variables))


def plan(terminal: PseudoTerminal) -> None:
    """From wherever the pair is meant to its plan."""
    terminal.send("p")
    terminal.wait("Tab and enter: Promote", LIMIT_SECONDS)
    assert "[ Cancel ]" in terminal.text


def confirm(terminal: PseudoTerminal) -> None:
    terminal.send("\t")
    terminal.wait("[ Promote ]")
    terminal.send("\r")


def back(terminal: PseudoTerminal, until: str) -> None:
    terminal.send("\x1b")
    terminal.wait(until)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Command]:
    command = Command(tmp_path, {"TERM": "xterm-256color"})
    yield command
    assert command("demo", "--stop").code == 0


@pytest.fixture
def site(tmp_path: Path, start_pair: StartPair) -> Site:
    return Site(Command(tmp_path, {"TERM": "xterm-256color"}), start_pair("7.0"))


def primary_of(command: Command) -> str:
    [pair] = command("pairs", "--json").json["pairs"]
    return str(pair["primary"]["address"])


def test_the_demo_is_promoted_and_the_way_back_as_well(demo: Command) -> None:
    with console(demo, "demo") as terminal:
        terminal.wait("● ok  demo", LIMIT_SECONDS)
        before = primary_of(demo)
        plan(terminal)
        for words in ("Switchover of demo", "loss     no acknowledged write", "NOW", "AFTERWARDS"):
            assert words in terminal.text
        confirm(terminal)
        terminal.wait("✓ Done in", LIMIT_SECONDS)
        for words in ("without writes", "resync                partial", "p plans the way back"):
            assert words in terminal.text
        assert primary_of(demo) != before
        plan(terminal)
        confirm(terminal)
        terminal.wait(lambda text: "✓ Done in" in text and "Switchover" in text, LIMIT_SECONDS)
        wait_until(lambda: primary_of(demo) == before, "the first primary leads again")
        terminal.send(":pairs\r")
        terminal.wait("problems first")
        terminal.send("o")
        terminal.wait(lambda text: text.count("✓ done") == 2)
        terminal.send("v")
        terminal.wait("✓ The journal holds: 2 operations")


def test_a_drill_is_chosen_watched_and_reported(demo: Command) -> None:
    with console(demo, "demo") as terminal:
        terminal.wait("● ok  demo", LIMIT_SECONDS)
        terminal.send("d")
        terminal.wait("what is to be rehearsed on demo?")
        terminal.send("\x1b[B\r")
        terminal.wait("Tab and enter: Drill", LIMIT_SECONDS)
        terminal.send("\t\r")
        terminal.wait("end the rehearsal early and make the pair whole", LIMIT_SECONDS)
        terminal.wait("── running for", LIMIT_SECONDS)
        terminal.wait("writes lost", LIMIT_SECONDS)
        terminal.wait("Timeline")
        assert "PASS: 0 of" in terminal.text
        back(terminal, "● ok  demo")
        terminal.send("o")
        terminal.wait("drill: switchover")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP])
def test_a_console_that_dies_takes_nothing_along_and_the_next_one_shows_it(
    site: Site, tmp_path: Path, number: signal.Signals
) -> None:
    site.configure(waiting_hook(tmp_path))
    old, new = site.pair.servers
    with console(site.command) as terminal:
        terminal.wait("▶ orders", LIMIT_SECONDS)
        plan(terminal)
        confirm(terminal)
        terminal.wait("run hook move-vip", LIMIT_SECONDS)
        site.wait_hook()
        terminal.process.send_signal(number)
        wait_until(lambda: terminal.process.poll() is not None, "the console is gone")
    assert site.primary() is new
    with console(site.command) as terminal:
        terminal.wait("orders  switchover running: o follows it", LIMIT_SECONDS)
        terminal.send("\r")
        terminal.wait("[Lag]")
        assert "orders  switchover running: o" in terminal.text
        terminal.send("o")
        terminal.wait("not ended")
        terminal.send("\r")
        terminal.wait("── running for")
        assert "past the point of no return" in terminal.text
        (tmp_path / "go").touch()
        terminal.wait("✓ Done in", LIMIT_SECONDS)
        back(terminal, "✓ done")
        back(terminal, "[Lag]")
        terminal.wait(lambda text: "switchover" not in text)
    assert site.primary() is new
    assert old.info()["master_host"] == new.address.host


def test_what_a_killed_runner_left_is_finished_from_the_console(site: Site, tmp_path: Path) -> None:
    site.configure(waiting_hook(tmp_path))
    with console(site.command) as terminal:
        terminal.wait("▶ orders", LIMIT_SECONDS)
        plan(terminal)
        confirm(terminal)
        site.wait_hook()
        site.kill_runner()
        terminal.wait("its process was killed here", LIMIT_SECONDS)
        assert "Next: R finishes it" in terminal.text
        (tmp_path / "go").touch()
        terminal.send("R")
        terminal.wait("Go on with it?")
        terminal.send("\t\r")
        terminal.wait("✓ Done in", LIMIT_SECONDS)
    assert site.primary() is site.pair.replica


def test_a_typed_password_reaches_the_runner_and_no_screen(tmp_path: Path, start_pair: StartPair) -> None:
    site = Site(Command(tmp_path, {"TERM": "xterm-256color"}), start_pair("7.0", password=SECRET))
    site.configure("protected = true\nrequire_reason = true", password='{ prompt = "Password of orders" }')
    with console(site.command) as terminal:
        terminal.wait("Password of orders:", LIMIT_SECONDS)
        terminal.send(f"{SECRET}\n")
        terminal.wait("● ok", LIMIT_SECONDS)
        terminal.send("p")
        terminal.wait("type orders in full", LIMIT_SECONDS)
        terminal.send("orders\r")
        terminal.wait("give a reason")
        terminal.send("change 4711\r")
        terminal.wait("[ Cancel ]")
        terminal.send("\t\r")
        terminal.wait("✓ Done in", LIMIT_SECONDS)
        assert "reason: change 4711" in terminal.text.replace("\n ", "")
        assert SECRET not in terminal.text
    assert [path for path, content in site.kept_texts() if SECRET.encode() in content] == []


def test_a_read_only_environment_shows_the_plan_and_refuses(site: Site) -> None:
    site.configure("read_only = true")
    with console(site.command) as terminal:
        terminal.wait("▶ orders", LIMIT_SECONDS)
        assert "read-only" in terminal.text
        terminal.send("p")
        terminal.wait("Refused, nothing was changed: environment may be changed", LIMIT_SECONDS)
        assert "Promote" not in terminal.text
        terminal.send("\t\r")
        terminal.wait("▶ orders")
    assert site.entries() == ()
    assert site.primary() is site.pair.primary


@pytest.mark.parametrize(
    "variables", [{"LANG": "C"}, {"LANG": "C", "TERM": "linux"}, {"NO_COLOR": "1"}], ids=json.dumps
)
def test_poor_terminals_promote_as_well(site: Site, variables: dict[str, str]) -> None:
    site.configure("")
    with console(site.command, **variables) as terminal:
        terminal.wait("orders", LIMIT_SECONDS)
        plan(terminal)
        plain = variables.get("LANG") == "C"
        assert not plain or terminal.text.isascii()
        confirm(terminal)
        terminal.wait("Done in", LIMIT_SECONDS)
        terminal.settle()
        assert not plain or terminal.text.isascii(), terminal.text
        assert "Next: enter shows the pair" in terminal.text
    assert site.primary() is site.pair.replica
