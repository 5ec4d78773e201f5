"""A server that speaks RESP as scripted: real INFO texts, errors, silence, resets, garbage, slowness.

In a test: `with Responder({"INFO": bulk(text)}) as responder: … responder.address`. For large fleets, a process of its
own: `with Fleet(nodes=600) as fleet: … fleet.addresses`.
"""

import json
import select
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any, Self

import hiredis

from redistui.model.endpoint import Address

INFO_TEXTS = Path(__file__).parents[1] / "unit" / "wire" / "info"


def info_text(version: str = "7.0", role: str = "primary") -> str:
    """A stored INFO of a real server; role: primary or replica."""
    return (INFO_TEXTS / f"{version}-{role}.txt").read_bytes().decode()


def bulk(text: str | bytes) -> bytes:
    body = text.encode() if isinstance(text, str) else text
    return b"$%d\r\n%b\r\n" % (len(body), body)


def error(message: str) -> bytes:
    return f"-{message}\r\n".encode()


OK = b"+OK\r\n"


class Fault(Enum):
    """What happens instead of an answer."""

    SILENCE = auto()
    CLOSE = auto()
    RESET = auto()


@dataclass(frozen=True)
class Slowly:
    """An answer sent byte by byte, or in pieces."""

    answer: bytes
    pause_seconds: float = 0.01
    piece_bytes: int = 1


@dataclass(frozen=True)
class Torn:
    """The first half of an answer, then a reset."""

    answer: bytes


Answer = bytes | Fault | Slowly | Torn
Script = Mapping[str, Answer] | Callable[[tuple[str, ...]], Answer]


class Responder:
    """Answers commands on loopback by a script: command name in capitals to answer, `*` for any other (else OK); or a
    function of the command's arguments. `greeting` is sent when a connection opens; `raw` answers whatever arrives
    without reading it as RESP. `commands` are those received so far."""

    def __init__(
        self,
        script: Script | None = None,
        *,
        greeting: bytes = b"",
        raw: bytes | None = None,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self.script: Script = script if script is not None else {}
        self.greeting = greeting
        self.raw = raw
        self.tls = tls
        self.commands: list[tuple[str, ...]] = []
        self.connections = 0
        self.stopping = threading.Event()
        self._server = _Server((host, 0), _Conversation)
        self._server.responder = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def address(self) -> Address:
        host, port = self._server.server_address[:2]
        return Address(str(host), int(port))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, command: tuple[str, ...]) -> Answer:
        self.commands.append(command)
        if callable(self.script):
            return self.script(command)
        return self.script.get(command[0].upper(), self.script.get("*", OK))


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128
    responder: Responder

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error here."""


class _Conversation(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        responder = self.server.responder
        responder.connections += 1
        connection: socket.socket = self.request
        if responder.tls is not None:
            connection = responder.tls.wrap_socket(connection, server_side=True)
            self.request = connection
        connection.sendall(responder.greeting)
        reader = hiredis.Reader(encoding="utf-8")
        while not responder.stopping.is_set():
            pending = isinstance(connection, ssl.SSLSocket) and connection.pending()
            if not pending and not select.select([connection], [], [], 0.05)[0]:
                continue
            received = connection.recv(65536)
            if not received:
                return
            if responder.raw is not None:
                connection.sendall(responder.raw)
                return
            reader.feed(received)
            while (command := reader.gets()) is not False:
                if not self._act(connection, responder.answer(tuple(command))):
                    return

    def finish(self) -> None:
        self.request.close()

    def _act(self, connection: socket.socket, answer: Answer) -> bool:
        """Say whether the conversation goes on."""
        if isinstance(answer, bytes):
            connection.sendall(answer)
        elif isinstance(answer, Slowly):
            for start in range(0, len(answer.answer), answer.piece_bytes):
                connection.sendall(answer.answer[start : start + answer.piece_bytes])
                if self.server.responder.stopping.wait(answer.pause_seconds):
                    return False
        elif isinstance(answer, Torn):
            connection.sendall(answer.answer[: len(answer.answer) // 2])
            self._reset(connection)
            return False
        elif answer is not Fault.SILENCE:
            if answer is Fault.RESET:
                self._reset(connection)
            return False
        return True

    @staticmethod
    def _reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()


class Fleet:
    """A process with many nodes; even numbers are primaries, each followed by its replica. The last `dead` ones refuse
    connections, the `silent` ones before them accept and never answer. It ends with the test, or when stdin closes."""

    def __init__(self, nodes: int, *, dead: int = 0, silent: int = 0, version: str = "7.0", rate: int = 1000) -> None:
        command = [sys.executable, "-m", "support.fleet_process", "--nodes", str(nodes), "--dead", str(dead)]
        command += ["--silent", str(silent), "--version", version, "--bytes-per-second", str(rate)]
        folder = Path(__file__).parents[1]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, text=True)
        assert self.process.stdout is not None
        started = self.process.stdout.readline()
        if not started:
            raise RuntimeError(f"the fleet of {nodes} nodes did not start")
        self.addresses = tuple(Address(host, port) for host, port in json.loads(started))

    @property
    def pairs(self) -> tuple[tuple[Address, Address], ...]:
        """Primary and replica of each pair."""
        return tuple(zip(self.addresses[::2], self.addresses[1::2], strict=False))

    def stop(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
