"""`redistui provision` and `redistui destroy` as commands: what they show, ask, refuse and tell; kill -9 on the way."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from support.binaries import SERVERS
from support.command import Command, Result
from support.embedded import servers
from support.promotion import operation_of
from support.provisioning import end_all
from support.waiting import wait_until

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]
SMALL = ("--set", "maxmemory=64mb", "--set", "save=off")


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    yield Command(tmp_path)
    end_all(tmp_path)


def provision(command: Command, *arguments: str, **variables: str) -> Result:
    return command("provision", "local", "orders", *SMALL, *arguments, **variables)


def test_made_seen_and_ended(command: Command) -> None:
    began = time.monotonic()
    made = provision(command, "--yes", "--json", "--reason", "change 4711")
    print(f"provisioned in {time.monotonic() - began:.2f} s")
    told = operation_of(made)
    assert (made.code, told["outcome"], told["reason"]) == (0, "done", "change 4711")
    [pair] = command("pairs", "--json").json["pairs"]
    assert (pair["name"], pair["status"]) == ("orders", "healthy")
    assert told["result"] == {
        "primary": pair["primary"]["address"],
        "replicas": [replica["address"] for replica in pair["replicas"]],
    }
    again = provision(command, "--yes")
    assert again.code == 3
    assert "name is free: taken" in again.err
    for arguments, code, words in (
        ((), 2, "no terminal to ask on"),
        (("--yes",), 2, "typed in full"),
        (("--yes", "--confirm", "order"), 2, "not 'order'"),
    ):
        refused = command("destroy", "orders", *arguments)
        assert (refused.code, words in refused.err) == (code, True), refused.err
    ended = command("destroy", "orders", "--yes", "--confirm", "orders", "--json")
    assert (ended.code, operation_of(ended)["outcome"]) == (0, "done"), ended.err
    assert command("pairs", "--json").json["pairs"] == []
    assert servers(command.folder) == []
    assert command("operations", "verify").code == 0


def test_the_plan_shows_every_file_and_changes_nothing(command: Command) -> None:
    shown = provision(command, "--plan", "--set", "replicas=2")
    assert (shown.code, shown.err) == (0, "")
    for words in ("New pair local/orders", "FILE node-3/redis.conf", 'requirepass "***"', "maxmemory 67108864"):
        assert words in shown.out
    plan = provision(command, "--plan", "--json").json
    assert (plan["verb"], plan["based_on"], set(plan["artifacts"])) == (
        "provision",
        {},
        {"node-1/redis.conf", "node-2/redis.conf"},
    )
    assert plan["point_of_no_return"] == len(plan["steps"]) - 1
    assert not any((command.folder / "state" / "providers").rglob("redis.conf"))


def test_help_lists_the_fields_of_the_place(command: Command) -> None:
    listed = command("provision", "local", "--help")
    for field in ("replicas", "ports", "maxmemory-policy", "min-replicas-to-write", "password"):
        assert field in listed.out
    assert "[default: 900 1 300 10 60 10000]" in " ".join(listed.out.split())
    assert "redistui provision PROVIDER" in " ".join(command("provision", "--help").out.split())


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nowhere", "orders"), 2, "no provider is named 'nowhere'"),
        (("legacy", "orders"), 1, "a bare address has no place"),
        (("local", "orders", "--set", "replicas"), 2, "name=value"),
        (("local", "orders", "--set", "replicas=0"), 2, "at least 1"),
        (("local", "orders", "--set", "password=planted-1f"), 2, "plain text"),
        (("local", "or/ders"), 2, "cannot be the name"),
        (("locked", "orders"), 3, "prod is read-only"),
    ],
)
def test_what_is_refused(command: Command, arguments: tuple[str, ...], code: int, words: str) -> None:
    command.configure(
        "[environments.prod]\nread_only = true\n"
        '[providers.local]\ntype = "embedded"\n'
        '[providers.locked]\ntype = "embedded"\nenvironment = "prod"\n'
        '[providers.legacy]\ntype = "static"\n'
        '[[providers.legacy.pairs]]\nname = "old"\nprimary = "127.0.0.1:1"\n'
    )
    result = command("provision", *arguments, "--yes")
    assert (result.code, words in result.err) == (code, True), result.err
    assert "planted" not in result.out + result.err
    assert servers(command.folder) == []


@pytest.mark.parametrize("way_out", ["resume", "rollback"])
def test_kill_9_of_the_runner_while_a_server_starts(command: Command, tmp_path: Path, way_out: str) -> None:
    slow = tmp_path / "bin" / "redis-server"
    slow.parent.mkdir()
    real = SERVERS["7.0"]
    wait = (
        f"[ -e {tmp_path}/go ] || {{ touch {tmp_path}/starting; while [ ! -e {tmp_path}/go ]; do sleep 0.02; done; }}"
    )
    slow.write_text(f'#!/bin/sh\n[ "$1" = --version ] || {{ {wait}; }}\nexec {real} "$@"\n')
    slow.chmod(0o700)
    process = command.start("provision", "local", "orders", *SMALL, "--set", f"server={slow}", "--yes", "--json")
    wait_until(lambda: (tmp_path / "starting").exists(), "the primary is being started")
    [runner] = [one for one in psutil.process_iter(["cmdline"]) if _is_runner(one, process.pid)]
    os.kill(runner.pid, signal.SIGKILL)
    assert process.wait(30) == 5
    assert b"has not ended" in process.communicate()[1]
    (tmp_path / "go").touch()
    blocked = provision(command, "--yes")
    assert blocked.code == 3
    assert "was interrupted" in blocked.err
    ended = command("operations", way_out, "last", "--json")
    told: Any = json.loads(ended.out)
    assert (ended.code, told["outcome"]) == ((0, "done") if way_out == "resume" else (4, "rolled_back")), ended.err
    if way_out == "resume":
        assert command("check", "orders").code == 0
        assert len(servers(command.folder)) == 2
    else:
        wait_until(lambda: servers(command.folder) == [], "no server is left")
        assert list((command.folder / "state" / "providers" / "local" / "pairs").iterdir()) == []


def _is_runner(process: psutil.Process, parent: int) -> bool:
    return process.ppid() == parent and "redistui.operations.runner" in (process.info["cmdline"] or [])
