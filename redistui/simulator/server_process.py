"""One real server on loopback under a simulated node. Commands that the vendor keeps to itself are unknown there."""

import secrets
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# The vendor's list of restricted commands; SYNC and PSYNC have to stay, since the nodes replicate by them.
RESTRICTED = ("BGREWRITEAOF", "BGSAVE", "CONFIG", "DEBUG", "MIGRATE", "REPLICAOF", "SAVE", "SHUTDOWN", "SLAVEOF")
LOOPBACK = "127.0.0.1"
START_LIMIT_SECONDS = 15.0
_STEP_SECONDS = 0.02
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """What the servers show and trust. The certificate has to be good for 127.0.0.1."""

    ca: Path
    certificate: Path
    key: Path


class SimulatorError(Exception):
    """The simulator itself cannot go on."""


@dataclass
class ServerProcess:
    """Keeps nothing on disk: a restarted one is empty, as a rebooted node is."""

    folder: Path
    password: str | None = field(default=None, repr=False)
    tls: TlsFiles | None = None
    program: Path | None = None
    port: int = 0
    _secret_prefix: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)
    _process: "subprocess.Popen[bytes] | None" = None

    def start(self, upstream: "ServerProcess | None" = None) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for _ in range(_ATTEMPTS):
            self.port = self.port or _free_port()
            self._run(upstream)
            if self._answers():
                return
            self.stop()
            self.port = 0
        raise SimulatorError(f"no redis-server starts in {self.folder}: see its log")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def follow(self, upstream: "ServerProcess | None") -> None:
        """None: lead."""
        where = (LOOPBACK, upstream.port) if upstream else ("NO", "ONE")
        with self.client() as client:
            client.execute_command(self._private("REPLICAOF"), *where)

    def wait_linked(self) -> None:
        until = time.monotonic() + START_LIMIT_SECONDS
        with self.client() as client:
            while client.info("replication").get("master_link_status") != "up":
                if time.monotonic() > until:
                    raise SimulatorError(f"the replica in {self.folder} does not link")
                time.sleep(_STEP_SECONDS)

    def client(self) -> Any:
        import redis

        encrypted: dict[str, Any] = {"ssl": True, "ssl_ca_certs": str(self.tls.ca)} if self.tls else {}
        return redis.Redis(
            LOOPBACK, self.port, password=self.password, socket_timeout=5, decode_responses=True, **encrypted
        )

    def _private(self, command: str) -> str:
        return f"{self._secret_prefix}-{command}"

    def _run(self, upstream: "ServerProcess | None") -> None:
        program = self.program or shutil.which("redis-server") or shutil.which("valkey-server")
        if program is None:
            raise SimulatorError("the simulator needs redis-server or valkey-server on PATH")
        lines = [f"bind {LOOPBACK}", 'save ""', f"dir {self.folder}", "repl-diskless-sync-delay 0", *self._listening()]
        lines += [f"rename-command {command} {self._private(command)}" for command in RESTRICTED]
        if self.password:
            lines += [f'requirepass "{self.password}"', f'masterauth "{self.password}"']
        if upstream:
            lines.append(f"replicaof {LOOPBACK} {upstream.port}")
        configuration = self.folder / "node.conf"
        configuration.touch(mode=0o600)
        configuration.write_text("\n".join(lines) + "\n")
        with (self.folder / "node.log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, configuration], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
            )

    def _listening(self) -> list[str]:
        if self.tls is None:
            return [f"port {self.port}"]
        return [
            "port 0",
            f"tls-port {self.port}",
            f"tls-cert-file {self.tls.certificate}",
            f"tls-key-file {self.tls.key}",
            f"tls-ca-cert-file {self.tls.ca}",
            "tls-auth-clients no",
            "tls-replication yes",
        ]

    def _answers(self) -> bool:
        import redis

        until = time.monotonic() + START_LIMIT_SECONDS
        while time.monotonic() < until and self._process is not None and self._process.poll() is None:
            try:
                with self.client() as client:
                    client.ping()
            except redis.RedisError:
                time.sleep(_STEP_SECONDS)
            else:
                return True
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
