"""Well-behaved clients in a process of their own: they write unique keys and remember what was acknowledged.

On READONLY or a lost connection they look for the primary again; every acknowledged write can be checked.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hiredis

PREFIX = "lab"
EXPIRY_SECONDS = 3600
_ANSWER_LIMIT_SECONDS = 3.0


@dataclass(frozen=True)
class Report:
    """`gaps` are the longest times between two acknowledged writes of one writer, the longest first, in seconds."""

    acknowledged: list[str]
    gaps: list[float]
    refused: int
    lost_connections: int


class Writers:
    """Writers in another process, so that their pace does not depend on the test's."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    @classmethod
    def start(
        cls,
        ports: list[int],
        writers: int,
        writes_per_second: float,
        password: str | None = None,
        prefix: str = PREFIX,
    ) -> "Writers":
        """`writes_per_second` is the pace of all of them together. Returns when each has written once."""
        source = Path(__file__).resolve().parent.parent
        process = subprocess.Popen(
            [sys.executable, "-m", "support.writers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(source)},
        )
        assert process.stdin is not None
        assert process.stdout is not None
        order = {
            "ports": ports,
            "writers": writers,
            "writes_per_second": writes_per_second,
            "password": password,
            "prefix": prefix,
        }
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "writing\n"
        return cls(process)

    def stop(self) -> Report:
        output, _ = self._process.communicate("stop\n", timeout=60)
        return Report(**json.loads(output))


class _Writer(threading.Thread):
    def __init__(self, number: int, ports: list[int], pause_seconds: float, password: str | None, prefix: str) -> None:
        super().__init__(daemon=True)
        self.prefix = prefix
        self.number, self.ports, self.pause_seconds, self.password = number, ports, pause_seconds, password
        self.acknowledged: list[str] = []
        self.times: list[float] = []
        self.refused = self.lost_connections = 0
        self.stopping = threading.Event()
        self.wrote = threading.Event()
        self._target = 0
        self._socket: socket.socket | None = None
        self._reader = hiredis.Reader()

    def run(self) -> None:
        due = time.monotonic()
        count = 0
        while not self.stopping.is_set():
            key = f"{self.prefix}:{self.number}:{count}"
            count += 1  # a write whose answer was lost is not repeated under its name
            if self._write(key):
                self.acknowledged.append(key)
                self.times.append(time.monotonic())
                self.wrote.set()
            due = max(due + self.pause_seconds, time.monotonic() - 0.05)
            self.stopping.wait(max(0.0, due - time.monotonic()))
        self._close()

    def _write(self, key: str) -> bool:
        try:
            reply = self._ask("SET", key, "x", "EX", EXPIRY_SECONDS)
        except (OSError, EOFError):
            self.lost_connections += 1
            self._turn()
            return False
        if isinstance(reply, hiredis.ReplyError):
            self.refused += 1
            self._turn()
            return False
        return True

    def _ask(self, *command: str | int) -> Any:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.ports[self._target]), _ANSWER_LIMIT_SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._reader = hiredis.Reader()
            if self.password is not None:
                self._ask("AUTH", self.password)
        self._socket.sendall(hiredis.pack_command(command))
        while (reply := self._reader.gets()) is False:
            received = self._socket.recv(65536)
            if not received:
                raise EOFError
            self._reader.feed(received)
        return reply

    def _turn(self) -> None:
        """Try the other node next."""
        self._close()
        self._target = (self._target + 1) % len(self.ports)

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def missing(port: int, keys: list[str], password: str | None = None) -> list[str]:
    """The keys that a server does not hold."""
    lost: list[str] = []
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        reader = hiredis.Reader()
        if password is not None:
            connection.sendall(hiredis.pack_command(("AUTH", password)))
            reader.feed(connection.recv(100))
            reader.gets()
        for start in range(0, len(keys), 1000):
            batch = keys[start : start + 1000]
            connection.sendall(b"".join(hiredis.pack_command(("EXISTS", key)) for key in batch))
            for key in batch:
                while (reply := reader.gets()) is False:
                    reader.feed(connection.recv(65536))
                if reply != 1:
                    lost.append(key)
    return lost


def _main() -> None:
    order = json.loads(sys.stdin.readline())
    pause = order["writers"] / order["writes_per_second"]
    writers = [
        _Writer(number, order["ports"], pause, order["password"], order["prefix"]) for number in range(order["writers"])
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.wrote.wait(10)
    sys.stdout.write("writing\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for writer in writers:
        writer.stopping.set()
    for writer in writers:
        writer.join(_ANSWER_LIMIT_SECONDS * 2)
    gaps = sorted(
        (b - a for writer in writers for a, b in zip(writer.times, writer.times[1:], strict=False)), reverse=True
    )
    report = Report(
        acknowledged=[key for writer in writers for key in writer.acknowledged],
        gaps=gaps[:1000],
        refused=sum(writer.refused for writer in writers),
        lost_connections=sum(writer.lost_connections for writer in writers),
    )
    sys.stdout.write(json.dumps(report.__dict__))


if __name__ == "__main__":
    _main()
