"""A real sshd on loopback for this user only, with keys of its own."""

import os
import pwd
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Self

from .redis_server import free_port
from .waiting import wait_until

START_LIMIT_SECONDS = 10.0
END_LIMIT_SECONDS = 5.0
CONFIGURATION = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
PidFile {folder}/sshd.pid
AuthorizedKeysFile {folder}/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
"""


def _find(name: str) -> str:
    found = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin")))
    assert found is not None, f"{name} not found"
    return found


class SshServer:
    """Listens on `port`; `client(port)` is the command line of an ssh that reaches it, also through another port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        folder.mkdir(mode=0o700, parents=True)
        for key in ("host_key", "user_key"):
            command = [_find("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)]
            subprocess.run(command, check=True, timeout=30, stdin=subprocess.DEVNULL)
        shutil.copy(folder / "user_key.pub", folder / "authorized_keys")
        (folder / "sshd_config").write_text(CONFIGURATION.format(port=self.port, folder=folder))
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd refuses to start as root without it
        self._log = (folder / "sshd.log").open("wb")
        command = [_find("sshd"), "-D", "-e", "-f", str(folder / "sshd_config")]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        wait_until(self._listens, f"sshd on port {self.port}", START_LIMIT_SECONDS)

    def _listens(self) -> bool:
        assert self.process.poll() is None, (self.folder / "sshd.log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def client(self, port: int | None = None) -> list[str]:
        options = {
            "IdentityFile": self.folder / "user_key",
            "IdentitiesOnly": "yes",
            "UserKnownHostsFile": "/dev/null",
            "StrictHostKeyChecking": "no",
            "LogLevel": "ERROR",
            "BatchMode": "yes",
            "ServerAliveInterval": "2",
        }
        words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        user = pwd.getpwuid(os.geteuid()).pw_name
        return [_find("ssh"), "-F", "none", *words, "-p", str(port or self.port), f"{user}@127.0.0.1"]

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(END_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(END_LIMIT_SECONDS)
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
