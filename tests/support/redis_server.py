"""Real Redis servers on loopback, of every version found here, each in a folder of its own."""

import atexit
import contextlib
import shutil
import signal
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import hiredis

from redistui.model.endpoint import Address, Endpoint, TlsSettings
from redistui.model.secret import Secret

from .binaries import SERVERS
from .certificates import Certificates
from .waiting import wait_until

START_LIMIT_SECONDS = 15.0
ANSWER_LIMIT_SECONDS = 10.0
PORT_ATTEMPTS = 5

Setting = str | int | Iterable[str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ServerError(Exception):
    """A server's error reply."""


@dataclass
class RedisServer:
    """One running server. Stop it with `stop()`, or use it as a context."""

    version: str
    folder: Path
    address: Address
    settings: dict[str, Setting]
    password: str | None = None
    tls: Certificates | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @classmethod
    def start(
        cls,
        folder: Path,
        version: str = "7.0",
        *,
        port: int | None = None,
        password: str | None = None,
        users: Iterable[str] = (),
        tls: Certificates | None = None,
        replica_of: "RedisServer | Address | None" = None,
        **config: Setting,
    ) -> Self:
        """`config` names redis.conf settings with underscores; a list makes one line each. `users` are ACL lines
        without the word `user`: `"monitor on >secret +info"`. Waits until the server answers."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings: dict[str, Setting] = {"save": '""', "repl_diskless_sync_delay": 0, "user": list(users)}
        if version != "6.2":
            settings["enable_debug_command"] = "local"
        if password is not None:
            settings |= {"requirepass": password, "masterauth": password}
        if replica_of is not None:
            upstream = replica_of.address if isinstance(replica_of, RedisServer) else replica_of
            settings["replicaof"] = f"{upstream.host} {upstream.port}"
        settings |= config
        for attempt in range(PORT_ATTEMPTS):
            server = cls(version, folder, Address("127.0.0.1", port or free_port()), settings, password, tls)
            try:
                server.run()
            except RuntimeError:
                taken = "in use" in server.log()
                if port or not taken or attempt == PORT_ATTEMPTS - 1:
                    raise
                continue
            break
        return server

    def run(self) -> None:
        """Start the process (again), with the same folder, port and settings. Keeps a stored config that exists."""
        configuration = self.folder / "redis.conf"
        if not configuration.exists() or self.process is None:
            configuration.touch(mode=0o600)
            configuration.write_text(self._configuration())
        command: list[str | Path] = [SERVERS[self.version], configuration]
        if (setpriv := shutil.which("setpriv")) and threading.current_thread() is threading.main_thread():
            command = [setpriv, "--pdeathsig", "KILL", *command]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        _running.append(self)
        try:
            wait_until(self._answers, f"redis-server {self.version} on {self.address} answers", START_LIMIT_SECONDS)
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def log_path(self) -> Path:
        return self.folder / "redis.log"

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def endpoint(self, **changes: Any) -> Endpoint:
        """How redistui reaches this server; `changes` replace fields of Endpoint."""
        fields: dict[str, Any] = {
            "address": self.address,
            "password": None if self.password is None else Secret(self.password),
            "tls": None if self.tls is None else TlsSettings(ca=self.tls.ca),
        }
        return Endpoint(**(fields | changes))

    def cli(self, *arguments: str | bytes | int) -> Any:
        """Send one command over a connection of its own; strings are decoded, an error reply raises ServerError."""
        with self._connect() as connection:
            reader = hiredis.Reader(encoding="utf-8", errors="surrogateescape")
            if self.password is not None:
                self._ask(connection, reader, ("AUTH", self.password))
            return self._ask(connection, reader, arguments)

    def info(self) -> dict[str, str]:
        lines = str(self.cli("INFO", "everything")).splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line and not line.startswith("#"))

    def stop(self) -> None:
        """End it politely, without a dump."""
        if self.process is not None and self.running:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            try:
                self.process.wait(ANSWER_LIMIT_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self._forget()

    def kill(self) -> None:
        if self.process is not None and self.running:
            self.process.kill()
            self.process.wait(ANSWER_LIMIT_SECONDS)
        self._forget()

    def freeze(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _configuration(self) -> str:
        port = self.address.port
        lines = ["daemonize no", "bind 127.0.0.1", f"dir {self.folder}", 'logfile ""']
        if self.tls is None:
            lines.append(f"port {port}")
        else:
            lines += ["port 0", f"tls-port {port}", "tls-replication yes", "tls-auth-clients optional"]
            lines += [f"tls-cert-file {self.tls.certificate}", f"tls-key-file {self.tls.key}"]
            lines.append(f"tls-ca-cert-file {self.tls.ca}")
        for name, value in self.settings.items():
            values = [str(value)] if isinstance(value, str | int) else list(value)
            lines += [f"{name.replace('_', '-')} {one}" for one in values]
        return "\n".join(lines) + "\n"

    def _answers(self) -> bool:
        if not self.running:
            raise RuntimeError(f"redis-server {self.version} ended at once:\n{self.log()[-2000:]}")
        try:
            self.cli("PING")
        except ServerError as error:
            return "LOADING" not in str(error)
        except (OSError, EOFError):
            return False
        return True

    def _connect(self) -> socket.socket:
        connection = socket.create_connection((self.address.host, self.address.port), ANSWER_LIMIT_SECONDS)
        if self.tls is None:
            return connection
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context.wrap_socket(connection)

    @staticmethod
    def _ask(connection: socket.socket, reader: hiredis.Reader, arguments: Iterable[str | bytes | int]) -> Any:
        connection.sendall(hiredis.pack_command(tuple(arguments)))  # type: ignore[arg-type]
        while (reply := reader.gets()) is False:
            received = connection.recv(65536)
            if not received:
                raise EOFError("the server closed the connection")
            reader.feed(received)
        if isinstance(reply, hiredis.ReplyError):
            raise ServerError(str(reply))
        return reply

    def _forget(self) -> None:
        with contextlib.suppress(ValueError):
            _running.remove(self)


_running: list[RedisServer] = []


@atexit.register
def _kill_leftovers() -> None:
    while _running:
        _running[-1].kill()


@dataclass
class ReplicatedPair:
    """A primary and its replicas, linked."""

    primary: RedisServer
    replicas: tuple[RedisServer, ...]

    @classmethod
    def start(cls, folder: Path, version: str = "7.0", *, replicas: int = 1, **config: Any) -> Self:
        """`config` goes to every server, as RedisServer.start takes it. Waits until all links are up."""
        primary = RedisServer.start(folder / "primary", version, **config)
        started: list[RedisServer] = []
        try:
            for number in range(1, replicas + 1):
                name = f"replica-{number}"
                started.append(RedisServer.start(folder / name, version, replica_of=primary, **config))
            pair = cls(primary, tuple(started))
            pair.wait_linked()
        except BaseException:
            for server in (*started, primary):
                server.kill()
            raise
        return pair

    @property
    def replica(self) -> RedisServer:
        return self.replicas[0]

    @property
    def servers(self) -> tuple[RedisServer, ...]:
        return (self.primary, *self.replicas)

    def wait_linked(self, limit_seconds: float = 20.0) -> None:
        for replica in self.replicas:
            wait_until(
                lambda server=replica: server.info().get("master_link_status") == "up",  # type: ignore[misc]
                f"{replica.address} is linked to {self.primary.address}",
                limit_seconds,
            )
        wait_until(self._all_online, f"{self.primary.address} has all its replicas online", limit_seconds)

    def wait_equal(self, limit_seconds: float = 10.0) -> None:
        """Wait until every replica has the primary's offset."""
        for replica in self.replicas:
            wait_until(
                lambda server=replica: (  # type: ignore[misc]
                    server.info()["slave_repl_offset"] == self.primary.info()["master_repl_offset"]
                ),
                f"{replica.address} has caught up",
                limit_seconds,
            )

    def stop(self) -> None:
        for server in (*self.replicas, self.primary):
            server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _all_online(self) -> bool:
        info = self.primary.info()
        return all("state=online" in info.get(f"slave{number}", "") for number in range(len(self.replicas)))
