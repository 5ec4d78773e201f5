"""Promotions that are interrupted: the runner killed, the command or its terminal gone, a change of mind."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from support.command import LIMIT_SECONDS, Command
from support.holding_proxy import HoldingProxy
from support.promotion import Site, waiting_hook
from support.pseudo_terminal import PseudoTerminal
from support.redis_server import ReplicatedPair
from support.waiting import wait_until

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

StartPair = Callable[..., ReplicatedPair]
SECRET = "planted-0c9e"

# Messages of the critical section, as they go to the old and to the new primary.
PAUSE = b"$5\r\nPAUSE\r\n$4\r\n5000\r\n"
DEMOTE = b"$9\r\nREPLICAOF\r\n$9\r\n127.0.0.1\r\n"
LEAD = b"$4\r\nROLE\r\n*3\r\n$9\r\nREPLICAOF\r\n"
NOTHING = b"no message at all"


@pytest.fixture
def site(tmp_path: Path, start_pair: StartPair) -> Site:
    return Site(Command(tmp_path, {"TERM": "xterm-256color"}), start_pair())


@pytest.mark.parametrize("way_out", ["resume", "rollback"])
@pytest.mark.parametrize(
    ("old_holds", "new_holds", "after"),
    [
        (PAUSE, NOTHING, False),
        (PAUSE, NOTHING, True),
        (DEMOTE, NOTHING, False),
        (DEMOTE, NOTHING, True),
        (NOTHING, LEAD, False),
        (NOTHING, LEAD, True),
    ],
    ids=["before-pause", "paused", "before-demotion", "demoted", "before-promotion", "promoted"],
)
def test_a_runner_killed_in_the_critical_section(
    site: Site, old_holds: bytes, new_holds: bytes, after: bool, way_out: str
) -> None:
    old, new = site.pair.servers
    with (
        HoldingProxy(old.address, old_holds, after=after) as to_old,
        HoldingProxy(new.address, new_holds, after=after) as to_new,
    ):
        site.reached = {old.address: to_old.address, new.address: to_new.address}
        site.configure()
        promotion = site.command.start("promote", "orders", "--yes")
        held = to_old.held if new_holds is NOTHING else to_new.held
        assert held.wait(LIMIT_SECONDS)
        site.kill_runner()
        _, err = promotion.communicate(timeout=LIMIT_SECONDS)
        assert promotion.returncode == 5
        assert b"its runner was killed" in err
        assert b"operations resume" in err
        assert [server.info()["role"] for server in site.pair.servers].count("master") <= 1
        [listed] = site.operations("list", "--json").json["operations"]
        assert (listed["state"], listed["interrupted"], listed["outcome"]) == ("running", True, None)
        assert "interrupted" in site.operations().out
        another = site.promote("--yes")
        assert another.code == 3
        assert site.operations("cancel", "last").code == 3
        ended = site.operations(way_out, listed["id"][:-2], "--json")
    is_promoted = way_out == "resume" or (after and new_holds is LEAD)
    assert (ended.code, ended.json["outcome"]) == ((0, "done") if is_promoted else (4, "rolled_back")), ended.err
    assert site.primary() is (new if is_promoted else old)
    site.primary().cli("SET", "afterwards", "x")
    assert site.operations("verify").code == 0


@pytest.mark.parametrize("way_out", ["resume", "rollback"])
def test_a_runner_killed_past_the_point_of_no_return(site: Site, tmp_path: Path, way_out: str) -> None:
    site.configure(waiting_hook(tmp_path))
    promotion = site.command.start("promote", "orders", "--yes", "--json")
    site.wait_hook()
    site.kill_runner()
    out, _ = promotion.communicate(timeout=LIMIT_SECONDS)
    assert (promotion.returncode, json.loads(out)["interrupted"]) == (5, True)
    (tmp_path / "go").touch()
    ended = site.operations(way_out, "last", "--json")
    if way_out == "rollback":
        assert ended.code == 3
        assert "has passed its point of no return" in ended.err
        ended = site.operations("resume", "last", "--json")
    assert (ended.code, ended.json["outcome"]) == (0, "done")
    assert site.primary() is site.pair.replica
    assert site.operations("resume", "last").code == 0, "what is done stays done"
    assert site.operations("rollback", "last").code == 3


def test_two_operators_resume_at_once(site: Site, tmp_path: Path) -> None:
    site.configure(waiting_hook(tmp_path))
    promotion = site.command.start("promote", "orders", "--yes")
    site.wait_hook()
    site.kill_runner()
    promotion.communicate(timeout=LIMIT_SECONDS)
    (tmp_path / "running").unlink()
    both = [site.command.start("operations", "resume", "last", "--json") for _ in range(2)]
    site.wait_hook()
    (tmp_path / "go").touch()
    answers = [process.communicate(timeout=LIMIT_SECONDS) for process in both]
    assert [process.returncode for process in both] == [0, 0], answers
    assert [json.loads(out)["outcome"] for out, _ in answers] == ["done", "done"]
    assert [one.entry.kind.value for one in site.entries()].count("attach") == 2, "one runner each time"
    assert site.operations("verify").code == 0


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM])
def test_the_operation_outlives_its_command(site: Site, tmp_path: Path, ending: signal.Signals) -> None:
    site.configure(waiting_hook(tmp_path))
    promotion = site.command.start("promote", "orders", "--yes")
    site.wait_hook()
    promotion.send_signal(ending)
    promotion.communicate(timeout=LIMIT_SECONDS)
    assert site.operations("list", "--json").json["operations"][0]["state"] == "running"
    (tmp_path / "go").touch()
    assert site.operations("follow", "last").code == 0
    assert site.operations("list", "--json").json["operations"][0]["outcome"] == "done"
    assert site.primary() is site.pair.replica


def test_the_operation_outlives_its_terminal(site: Site, tmp_path: Path) -> None:
    site.configure(waiting_hook(tmp_path))
    arguments = site.command.arguments("promote", "orders", "--yes")
    with PseudoTerminal(arguments, site.command.environment(), 120, 60) as terminal:
        site.wait_hook()
        terminal.wait("run hook move-vip")
        terminal.hang_up()
        terminal.process.wait(LIMIT_SECONDS)
    (tmp_path / "go").touch()
    site.wait_ended()
    assert "done" in site.operations().out
    assert site.primary() is site.pair.replica


def test_ctrl_c_leaves_it_running_and_says_how_to_go_on(site: Site, tmp_path: Path) -> None:
    site.configure(waiting_hook(tmp_path))
    arguments = site.command.arguments("promote", "orders", "--yes")
    with PseudoTerminal(arguments, site.command.environment(), 120, 60) as terminal:
        site.wait_hook()
        terminal.send("\x03")
        terminal.wait("goes on without this terminal")
        terminal.wait("redistui operations follow")
        assert terminal.process.wait(LIMIT_SECONDS) == 130
        assert "Traceback" not in terminal.text
    asked = site.operations("cancel", "last")
    assert asked.code == 0
    assert "is finished forward" in asked.err
    (tmp_path / "go").touch()
    assert site.operations("follow", "last").code == 0
    assert site.operations("cancel", "last").code == 3


def test_a_typed_secret_reaches_the_runner_and_nothing_else(site: Site, tmp_path: Path, start_pair: StartPair) -> None:
    site.pair = start_pair(password=SECRET)
    site.configure(waiting_hook(tmp_path), password='{ prompt = "Password of orders" }')
    for arguments in (("promote", "orders", "--yes"), ("operations", "resume", "last")):
        with PseudoTerminal(site.command.arguments(*arguments), site.command.environment(), 120, 60) as terminal:
            terminal.wait("Password of orders:")
            terminal.send(f"{SECRET}\n")
            site.wait_hook()
            runner = site.runner()
            for process in (runner, *runner.children(recursive=True)):
                assert SECRET not in " ".join(process.cmdline())
                assert SECRET not in str(process.environ())
            if arguments[0] == "promote":
                site.kill_runner()
                terminal.wait("its runner was killed")
                assert terminal.process.wait(LIMIT_SECONDS) == 5
                (tmp_path / "running").unlink()
            else:
                (tmp_path / "go").touch()
                terminal.wait("done in")
                assert terminal.process.wait(LIMIT_SECONDS) == 0
            assert SECRET not in terminal.text
    assert [path for path, text in site.kept_texts() if SECRET.encode() in text] == []
    wait_until(lambda: site.pair.primary.info()["master_link_status"] == "up", "the old primary follows")
