"""The console behind a real sshd and a link of 4 KB/s: usable, within its byte budget, and gone when the link is."""

import os
import shlex
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from support.pseudo_terminal import PseudoTerminal
from support.redis_server import ReplicatedPair
from support.slow_link import SlowLink
from support.ssh_server import SshServer
from support.waiting import wait_until

pytestmark = [pytest.mark.live, pytest.mark.requires("redis", "sshd", "ssh", "ssh-keygen")]

LINK_BYTES_PER_SECOND = 4096
BUDGET_BYTES_PER_SECOND = 2048  # encrypted, on the link, with live pairs on the screen
ANSWER_LIMIT_SECONDS = 3.0
START_LIMIT_SECONDS = 20.0
MEASURED_SECONDS = 12.0


@pytest.fixture
def live_pair(start_pair: Callable[..., ReplicatedPair]) -> Iterator[ReplicatedPair]:
    """A pair that takes writes, so that something changes on the screen all the time."""
    pair = start_pair()
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.wait(0.02):
            number += 1
            pair.primary.cli("SET", f"key:{number % 5000}", "x" * 200)

    writer = threading.Thread(target=write)
    writer.start()
    yield pair
    stop.set()
    writer.join(5)


class Bastion:
    """A machine that one reaches by ssh over a slow link, with a configuration of one pair."""

    def __init__(self, folder: Path, server: SshServer, pair: ReplicatedPair) -> None:
        self.link = SlowLink(server.port, LINK_BYTES_PER_SECOND)
        self.server = server
        self.configuration = folder / "config.toml"
        self.configuration.write_text(
            '[providers.shop]\ntype = "static"\n[[providers.shop.pairs]]\nname = "orders"\n'
            f'primary = "{pair.primary.address}"\nreplicas = ["{pair.replica.address}"]\n'
        )
        self.state = folder / "state"

    def open(self) -> PseudoTerminal:
        *client, host = self.server.client(self.link.port)
        variables = {"REDISTUI_STATE": self.state, "LANG": "C.UTF-8"}
        remote = ["env", *(f"{name}={value}" for name, value in variables.items())]
        remote += [sys.executable, "-m", "redistui", "--config", str(self.configuration)]
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.state.parent), "TERM": "xterm-256color"}
        return PseudoTerminal([*client, "-tt", host, "exec " + shlex.join(map(str, remote))], environment)

    def consoles(self) -> list[psutil.Process]:
        """Every process that was started with our configuration, but ssh itself."""
        found = []
        for process in psutil.process_iter(["cmdline", "name"]):
            words = process.info["cmdline"] or []
            if str(self.configuration) in words and process.info["name"] != "ssh":
                found.append(process)
        return found


@pytest.fixture
def bastion(tmp_path: Path, live_pair: ReplicatedPair) -> Iterator[Bastion]:
    with SshServer(tmp_path / "sshd") as server:
        made = Bastion(tmp_path, server, live_pair)
        yield made
        made.link.close()
        for process in made.consoles():
            process.kill()


def test_the_console_is_usable_within_its_budget(bastion: Bastion, record_property: Callable[..., None]) -> None:
    with bastion.open() as console:
        started = console.wait("orders", START_LIMIT_SECONDS)
        console.wait(lambda text: "● ok" in text and "1 pair" in text, START_LIMIT_SECONDS)
        console.settle()
        before = bastion.link.bytes_to_client
        begin = time.monotonic()
        time.sleep(MEASURED_SECONDS)
        rate = (bastion.link.bytes_to_client - before) / (time.monotonic() - begin)
        console.send("?")
        answered = console.wait(lambda text: "fleet.open" in text or "Open the highlighted pair" in text, 10)
        console.send("\x1b")
        console.wait("orders", 10)
        console.send("\r")
        opened = console.wait("link up", 15)
        console.send("q")
        console.process.wait(10)
    print(f"\nssh at 4 KB/s: fleet after {started:.1f} s, then {rate:.0f} bytes/s,", end=" ")
    print(f"help {answered:.2f} s, pair {opened:.2f} s")
    record_property("bytes_per_second", round(rate))
    assert 0 < rate <= BUDGET_BYTES_PER_SECOND
    assert answered <= ANSWER_LIMIT_SECONDS
    assert opened <= 2 * ANSWER_LIMIT_SECONDS
    assert bastion.consoles() == []


def test_a_dropped_connection_ends_the_console_and_nothing_else(bastion: Bastion, live_pair: ReplicatedPair) -> None:
    with bastion.open() as console:
        console.wait("orders", START_LIMIT_SECONDS)
        assert len(bastion.consoles()) >= 1
        bastion.link.cut()
        wait_until(lambda: not bastion.consoles(), "the console ends with its connection", 10)
    assert live_pair.primary.cli("PING") == "PONG"
    assert live_pair.replica.info()["master_link_status"] == "up"
