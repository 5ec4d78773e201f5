"""Where the output goes decides how it looks: pipes, plain terminals, closed readers, Ctrl-C."""

import json
import os
import pty
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support.command import LIMIT_SECONDS, Command
from support.redis_server import ReplicatedPair
from support.waiting import wait_until

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

NAME = "订单 🛒 [b]é\\u001b[31m"


@pytest.fixture
def command(tmp_path: Path, start_pair: Callable[..., ReplicatedPair]) -> Command:
    """A command on one pair with a difficult name."""
    servers = start_pair()
    command = Command(tmp_path)
    command.configure(
        '[providers.here]\ntype = "static"\n[[providers.here.pairs]]\n'
        f'name = "{NAME}"\nprimary = "{servers.primary.address}"\nreplicas = ["{servers.replica.address}"]\n'
    )
    return command


def on_terminal(command: Command, *arguments: str, **variables: str) -> str:
    """What a terminal of 200 columns gets."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command.arguments(*arguments),
        env=command.environment(**{"TERM": "xterm-256color", "COLUMNS": "200"} | variables),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    received = bytearray()
    try:
        while chunk := os.read(ours, 65536):
            received += chunk
    except OSError:  # how a pseudo-terminal tells that its other side is closed
        pass
    os.close(ours)
    assert process.wait(LIMIT_SECONDS) == 0
    return received.decode()


def test_colour_only_on_a_terminal_that_wants_it(command: Command) -> None:
    assert "\x1b[32m● ok\x1b[0m" in on_terminal(command, "pairs")
    assert "\x1b" not in on_terminal(command, "pairs", NO_COLOR="1")
    assert "\x1b" not in on_terminal(command, "pairs", TERM="dumb")
    assert "\x1b" not in command("pairs").out


def test_a_name_cannot_act_on_the_terminal(command: Command) -> None:
    for out in (command("pairs").out, command("show", "here/" + json.loads(f'"{NAME}"')).out):
        assert "订单 🛒 [b]é\\x1b[31m" in out
        assert "\x1b" not in out
    assert command("pairs", "--json").json["pairs"][0]["name"] == json.loads(f'"{NAME}"')


@pytest.mark.parametrize("plain", [{"LANG": "C"}, {"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "POSIX"}])
def test_a_plain_locale_gets_ascii(command: Command, plain: dict[str, str]) -> None:
    for arguments in (["pairs"], ["show", "here/" + json.loads(f'"{NAME}"')], ["check", "--all"], ["providers"]):
        result = command(*arguments, **plain)
        assert result.code == 0, result.err
        assert result.out.isascii()
        assert "Traceback" not in result.err
    assert "\\u8ba2\\u5355" in command("pairs", **plain).out
    told = command("pairs", "--json", **plain)
    assert told.json["pairs"][0]["name"] == json.loads(f'"{NAME}"')


@pytest.mark.parametrize(
    "arguments", ["pairs", "show 'here/x'", "providers", "config show", "--help", "completion zsh"]
)
def test_a_reader_that_is_gone_ends_it_in_silence(command: Command, arguments: str) -> None:
    shell = f"{' '.join(command.arguments())} {arguments} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", shell],
        env=command.environment(),
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=True,
    )
    assert done.stdout.strip() in {"0", "141", "2"}, "written before the reader left, or ended by SIGPIPE"
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is not here")
def test_a_full_disk_is_told_in_words(command: Command) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command.arguments("pairs", "--json"), env=command.environment(), stdout=full, stderr=subprocess.PIPE,
            timeout=LIMIT_SECONDS, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert b"the output cannot be written: No space left on device" in done.stderr
    assert b"unexpected" not in done.stderr


def test_a_reader_that_left_ends_large_output_by_sigpipe(command: Command) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen(
        command.arguments("pairs", "--json"), env=command.environment(), stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    _, err = process.communicate(timeout=LIMIT_SECONDS)
    assert (process.returncode, err) == (-signal.SIGPIPE, b"")


def test_without_any_output_it_still_works(command: Command) -> None:
    shell = f"{' '.join(command.arguments('check', '--all'))} >&- 2>&-"
    assert (
        subprocess.run(["bash", "-c", shell], env=command.environment(), timeout=LIMIT_SECONDS, check=False).returncode
        == 0
    )


def test_watch_ends_when_its_reader_does(command: Command) -> None:
    process = command.start("watch", "--json")
    assert process.stdout is not None
    line = json.loads(process.stdout.readline())
    assert line["status"] == "healthy"
    process.stdout.close()
    assert process.wait(LIMIT_SECONDS) == -signal.SIGPIPE
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()


def test_watch_tells_every_pair_once_a_second_and_ends_by_ctrl_c(command: Command) -> None:
    process = command.start("watch", "--json")
    assert process.stdout is not None
    lines = [json.loads(process.stdout.readline()) for _ in range(3)]
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=LIMIT_SECONDS)
    assert (process.returncode, err) == (130, b"")
    moments = [line["at"] for line in lines]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", moment) for moment in moments)
    assert moments == sorted(set(moments))
    assert {line["name"] for line in lines} == {json.loads(f'"{NAME}"')}
    assert lines[-1]["primary"]["operations_per_second"] is not None


def test_watch_shows_a_replica_that_dies(tmp_path: Path, start_pair: Callable[..., ReplicatedPair]) -> None:
    servers = start_pair()
    command = Command(tmp_path)
    command.configure(
        '[providers.here]\ntype = "static"\n[[providers.here.pairs]]\n'
        f'name = "orders"\nprimary = "{servers.primary.address}"\nreplicas = ["{servers.replica.address}"]\n'
    )
    process = command.start("watch", "orders")
    assert process.stdout is not None
    stdout = process.stdout
    assert "● ok" in stdout.readline().decode()
    servers.replica.kill()
    seen: list[str] = []

    def told() -> bool:
        seen.append(stdout.readline().decode())
        return "● ok" not in seen[-1]

    wait_until(told, "the line changes", 5)
    assert len(seen) <= 3, "within two ticks"
    assert str(servers.replica.address) in seen[-1]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=LIMIT_SECONDS)
    assert process.returncode == 130
