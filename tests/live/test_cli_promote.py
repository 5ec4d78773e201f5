"""`redistui promote` on real servers: what it shows, asks, refuses, does and tells."""

import json
import os
import resource
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.command import LIMIT_SECONDS, Command
from support.promotion import Site, hook, operation_of, waiting_hook
from support.proxy import ThrottlingProxy
from support.pseudo_terminal import PseudoTerminal
from support.redis_server import ReplicatedPair
from support.waiting import wait_until

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

StartPair = Callable[..., ReplicatedPair]
Build = Callable[..., Site]


@pytest.fixture
def build(tmp_path: Path, start_pair: StartPair) -> Build:
    def make(environment: str = "", version: str = "7.0", **config: object) -> Site:
        site = Site(Command(tmp_path, {"TERM": "xterm-256color"}), start_pair(version, **config))
        site.configure(environment)
        return site

    return make


def test_a_promotion_tells_what_came_of_it(build: Build, redis_version: str) -> None:
    site = build(version=redis_version)
    old, new = site.pair.servers
    old.cli("SET", "before", "x")
    result = site.promote("--yes", "--reason", "rehearsal", "--json")
    told = operation_of(result)
    assert result.code == 0
    assert (told["verb"], told["kind"], told["pair"]) == ("promote", "switchover", "here/orders")
    assert (told["state"], told["outcome"], told["interrupted"], told["refused"]) == ("ended", "done", False, [])
    assert told["reason"] == "rehearsal"
    assert told["operator"]
    assert told["started_at"] < told["ended_at"]
    assert [step["status"] for step in told["steps"]] == ["done"] * len(told["steps"])
    assert all(step["milliseconds"] > 0 and step["name"] and step["detail"] for step in told["steps"])
    gap, offset = told["result"].pop("write_gap_milliseconds"), told["result"].pop("switch_offset")
    assert 0 < gap < 1000
    assert int(new.info()["second_repl_offset"]) == offset + 1
    addresses = {"old_primary": str(old.address), "new_primary": str(new.address)}
    assert told["result"] == {"kind": "switchover", **addresses, "full_resync": False}
    assert site.primary() is new
    assert new.cli("GET", "before") == "x"
    assert site.operations("show", "last", "--json").json["id"] == told["id"]
    assert site.operations("verify").code == 0


def test_the_plan_changes_nothing(build: Build) -> None:
    site = build()
    shown = site.promote("--plan")
    assert (shown.code, shown.err) == (0, "")
    for words in ("Switchover of orders", "no acknowledged write", "same history", "CLIENT PAUSE 5000 WRITE"):
        assert words in shown.out
    plan = site.promote("--plan", "--json").json
    assert (plan["verb"], plan["pair"], plan["kind"]) == ("promote", "here/orders", "switchover")
    assert {guard["verdict"] for guard in plan["guards"]} <= {"pass", "warn"}
    assert "REPLICAOF NO ONE" in plan["steps"][plan["point_of_no_return"]]["call"]
    assert {node["role"] for node in plan["based_on"].values()} == {"primary", "replica"}
    assert site.primary() is site.pair.primary
    assert site.entries() == ()


def test_a_refusal_lists_every_failing_guard(build: Build) -> None:
    site = build("read_only = true")
    site.pair.replica.freeze()
    for arguments in (("--plan",), ("--yes",), ("--yes", "--force")):
        result = site.promote(*arguments)
        assert result.code == 3
        assert "prod is read-only" in result.err
        assert "all nodes answer: 1 silent" in result.err
        assert "nothing was changed" in result.err
    assert site.entries() == ()
    site.pair.replica.thaw()
    assert site.promote("--yes").code == 3
    assert site.primary() is site.pair.primary


def test_a_replica_that_is_too_far_behind_is_not_promoted(build: Build) -> None:
    site = build("max_lag_bytes = '10kb'")
    old, new = site.pair.servers
    with ThrottlingProxy(old.address) as slow:
        new.cli("REPLICAOF", slow.address.host, slow.address.port)
        wait_until(lambda: new.info()["master_link_status"] == "up", "linked through the proxy")
        site.pair.wait_equal()
        slow.bytes_per_second = 1000
        for number in range(50):
            old.cli("SET", f"key-{number}", "x" * 2000)
        result = site.promote("--yes", "--force")
    assert result.code == 3
    assert "replica close enough" in result.err
    assert "limit 10 KB: writes would stand still too long: wait until it has caught up" in result.err
    assert site.primary() is old
    unknown = site.promote("--yes", "--to", "no-such-node")
    assert unknown.code == 2
    assert str(new.address) in unknown.err


@pytest.mark.parametrize(
    ("environment", "arguments", "code", "words"),
    [
        ("", [], 2, "no terminal to ask on"),
        ("", ["--yes"], 0, ""),
        ("protected = true", ["--yes"], 2, "typed in full"),
        ("protected = true", ["--yes", "--confirm", "order"], 2, "not 'order'"),
        ("protected = true", ["--yes", "--confirm", "orders"], 0, ""),
        ("require_reason = true", ["--yes"], 2, "asks for a reason"),
        ("require_reason = true", ["--yes", "--reason", " "], 2, "asks for a reason"),
        ("require_reason = true", ["--yes", "--reason", "change 4711"], 0, ""),
    ],
)
def test_what_has_to_be_said_before(
    build: Build, environment: str, arguments: list[str], code: int, words: str
) -> None:
    site = build(environment)
    result = site.promote(*arguments)
    assert result.code == code, result.err
    assert words in result.err
    assert (site.primary() is site.pair.replica) is (code == 0)
    assert bool(site.entries()) is (code == 0)


def test_on_a_terminal_it_asks_and_no_is_the_default(build: Build) -> None:
    site = build()
    arguments = site.command.arguments("promote", "orders")
    with PseudoTerminal(arguments, site.command.environment(), 120, 60) as terminal:
        terminal.wait("promote here/orders? [y/N]")
        terminal.send("\n")
        terminal.wait("declined: nothing was changed")
        assert terminal.process.wait(LIMIT_SECONDS) == 3
    assert site.entries() == ()
    with PseudoTerminal(arguments, site.command.environment(), 120, 60) as terminal:
        terminal.wait("promote here/orders? [y/N]")
        terminal.send("y\n")
        terminal.wait("done in")
        assert terminal.process.wait(LIMIT_SECONDS) == 0
    assert site.primary() is site.pair.replica


def test_a_protected_environment_wants_the_name_on_a_terminal(build: Build) -> None:
    site = build("protected = true")
    arguments = site.command.arguments("promote", "orders")
    for typed, code in (("y", 3), ("orders", 0)):
        with PseudoTerminal(arguments, site.command.environment(), 120, 60) as terminal:
            terminal.wait("type the name of the pair (orders)")
            terminal.send(f"{typed}\n")
            assert terminal.process.wait(LIMIT_SECONDS) == code
    assert site.primary() is site.pair.replica


def test_a_hook_gets_the_operation_and_no_secret(build: Build, tmp_path: Path) -> None:
    site = build(password="planted-77aa")
    environment = hook(tmp_path, f"cat > {tmp_path}/told; env > {tmp_path}/environment; echo $1 > {tmp_path}/argument")
    site.configure(environment, password='{ env = "ORDERS_PASSWORD" }')
    result = site.promote("--yes", "--json", ORDERS_PASSWORD="planted-77aa")
    assert result.code == 0, result.err
    *_, step = operation_of(result)["steps"]
    assert (step["name"], step["status"]) == ("run hook move-vip", "done")
    told = json.loads((tmp_path / "told").read_text())
    assert (told["verb"], told["pair"], told["state"]) == ("promote", "here/orders", "running")
    assert told["result"]["new_primary"] == str(site.pair.replica.address)
    assert (tmp_path / "argument").read_text() == "--now\n"
    variables = (tmp_path / "environment").read_text()
    assert "PATH=" in variables
    assert "planted-77aa" not in variables
    assert [path for path, text in site.kept_texts() if b"planted-77aa" in text] == []


def test_a_hook_that_fails_is_the_outcome(build: Build, tmp_path: Path) -> None:
    site = build(hook(tmp_path, "echo no such interface >&2; exit 3"))
    result = site.promote("--yes", "--json")
    assert result.code == 1
    told = operation_of(result)
    assert (told["outcome"], told["steps"][-1]["status"]) == ("failed", "failed")
    assert told["steps"][-1]["detail"].endswith("ended with exit code 3: no such interface")
    assert told["result"]["new_primary"] == str(site.pair.replica.address)
    assert "failed: run hook move-vip" in result.err
    assert f"operations resume {told['id']}" in result.err
    assert "rollback" not in result.err
    hook(tmp_path, "exit 0")
    resumed = site.operations("resume", "last", "--json")
    assert (resumed.code, resumed.json["outcome"]) == (0, "done")
    assert site.operations("verify").code == 0


def test_of_two_promotions_at_once_one_is_refused(build: Build, tmp_path: Path) -> None:
    site = build(waiting_hook(tmp_path))
    first = site.command.start("promote", "orders", "--yes", "--json")
    try:
        site.wait_hook()
        second = site.promote("--yes")
        assert second.code == 3
        assert "no other operation on the pair" in second.err
        assert "is running" in second.err
        listed = site.operations("list", "--json").json["operations"]
        assert [(one["state"], one["interrupted"]) for one in listed] == [("running", False)]
        assert site.operations("rollback", "last").code == 3
    finally:
        (tmp_path / "go").touch()
        out, _ = first.communicate(timeout=LIMIT_SECONDS)
    assert (first.returncode, json.loads(out)["outcome"]) == (0, "done")


def test_two_that_begin_at_the_same_moment_end_with_one_primary(build: Build) -> None:
    site = build()
    both = [site.command.start("promote", "orders", "--yes", "--json") for _ in range(2)]
    answers = [process.communicate(timeout=LIMIT_SECONDS) for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes in ([0, 3], [3, 3]), answers
    assert site.primary() is (site.pair.replica if codes[0] == 0 else site.pair.primary)
    assert site.operations("verify").code == 0
    site.pair.primary.cli("PING")


@pytest.mark.parametrize("version", ["6.2", "7.0", "8.2", "valkey-8.1"])
def test_unpause_ends_a_pause_and_tells_of_it(build: Build, version: str) -> None:
    site = build(version=version)
    site.pair.primary.cli("CLIENT", "PAUSE", "60000", "WRITE")
    plan = site.command("unpause", "orders", "--plan", "--json").json
    assert next(guard for guard in plan["guards"] if guard["name"] == "writes are paused")["observed"] == "paused"
    assert site.promote("--plan", "--json").json["kind"] == "switchover", "a paused primary is not a dead one"
    result = site.command("unpause", "orders", "--yes", "--json")
    assert (result.code, result.json["result"]) == (0, {"was_paused": True})
    began = time.monotonic()
    site.pair.primary.cli("SET", "a", "b")
    assert time.monotonic() - began < 5
    again = site.command("unpause", "orders", "--yes", "--json")
    assert (again.code, again.json["result"]) == (0, {"was_paused": False})


def test_a_full_disk_refuses_before_anything_changes(build: Build) -> None:
    site = build()
    assert site.promote("--plan").code == 0

    def no_file_may_grow() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    answer = subprocess.run(
        site.command.arguments("promote", "orders", "--yes"),
        env=site.command.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        preexec_fn=no_file_may_grow,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    assert answer.returncode == 1
    assert b"journal" in answer.stderr
    assert b"nothing is changed without the journal" in answer.stderr
    assert site.primary() is site.pair.primary
    assert site.entries() == ()


def test_a_journal_that_cannot_be_opened_is_told(build: Build) -> None:
    site = build()
    site.command.environment()
    (site.state / "journal.sqlite").mkdir()
    for arguments in (("promote", "orders", "--yes"), ("operations",), ("operations", "verify")):
        result = site.command(*arguments)
        assert result.code == 1
        assert "journal.sqlite cannot be opened" in result.err
    assert site.primary() is site.pair.primary
    if os.geteuid() != 0:  # root may write anywhere
        (site.state / "journal.sqlite").rmdir()
        site.state.chmod(0o500)
        assert site.promote("--yes").code == 1
        site.state.chmod(0o700)
