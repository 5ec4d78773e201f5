"""A Docker engine of the tests' own, with an image made from this machine's redis-server. Ended by its process id."""

import contextlib
import io
import os
import re
import shutil
import signal
import socket
import subprocess
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docker import APIClient
from docker.errors import APIError
from requests.exceptions import RequestException

from .waiting import wait_until

IMAGE = "redis:7.0"
START_LIMIT_SECONDS = 60.0
_PROGRAMS = ("redis-server", "redis-cli", "sh")
_SYSTEM_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))


def unusable() -> str | None:
    """Why no engine can be started here, or None."""
    absent = [name for name in ("dockerd", "ip", *_PROGRAMS) if shutil.which(name, path=_SYSTEM_PATH) is None]
    if absent:
        return f"{', '.join(absent)} not found"
    return None if os.geteuid() == 0 else "dockerd needs root"


def image() -> bytes:
    """An archive of a root file system: the server, its client, a shell, and the libraries that they need."""
    files = {f"usr/bin/{name}": shutil.which(name) for name in _PROGRAMS}
    for program in tuple(files.values()):
        told = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=True).stdout
        libraries = re.findall(r"(/\S+) \(0x", told)
        files |= {library.lstrip("/"): library for library in libraries}
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as packed:
        for name, source in sorted(files.items()):
            packed.add(os.path.realpath(str(source)), name)
    return archive.getvalue()


@dataclass
class DockerEngine:
    """Its bridge has an address range of its own; packet filter and forwarding of the machine stay as they are."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None
    containers: list[str] = field(default_factory=list)
    networks: list[str] = field(default_factory=list)

    @property
    def socket(self) -> Path:
        return self.folder / "docker.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def bridge(self) -> str:
        return f"rtd{os.getpid() % 1_000_000}"

    @property
    def subnet(self) -> str:
        return f"10.{200 + os.getpid() % 50}"

    @contextlib.contextmanager
    def client(self) -> Iterator[APIClient]:
        client = APIClient(base_url=self.url, version="auto", timeout=30)
        try:
            yield client
        finally:
            client.close()

    def start(self) -> None:
        if not Path(f"/sys/class/net/{self.bridge}").exists():
            _ip("link", "add", self.bridge, "type", "bridge")
            _ip("address", "add", f"{self.subnet}.0.1/24", "dev", self.bridge)
            _ip("link", "set", self.bridge, "up")
        command = [
            str(shutil.which("dockerd", path=_SYSTEM_PATH)),
            f"--data-root={self.folder / 'data'}",
            f"--exec-root={self.folder / 'exec'}",
            f"--host={self.url}",
            f"--pidfile={self.folder / 'pid'}",
            f"--bridge={self.bridge}",
            f"--default-address-pool=base={self.subnet}.128.0/17,size=24",
            "--iptables=false",
            "--ip-forward=false",
            "--ip-masq=false",
        ]
        (self.folder / "pid").unlink(missing_ok=True)
        environment = os.environ | {"PATH": _SYSTEM_PATH}
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True
            )
        wait_until(self._answers, "dockerd answers", START_LIMIT_SECONDS)

    def _answers(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            last = (self.folder / "log").read_text(errors="replace").splitlines()[-3:]
            raise RuntimeError("dockerd ended: " + " | ".join(last))
        with socket.socket(socket.AF_UNIX) as knocking:
            if knocking.connect_ex(str(self.socket)) != 0:
                return False
        with contextlib.closing(APIClient(base_url=self.url, version="1.41", timeout=30)) as client:
            try:
                return bool(client.ping())
            except (APIError, RequestException):  # it listens before it serves
                return False

    def load_image(self) -> None:
        changes = ["EXPOSE 6379", "VOLUME /data", "WORKDIR /data", "ENV PATH=/usr/bin", 'CMD ["redis-server"]']
        name, _, tag = IMAGE.partition(":")
        with self.client() as client:
            client.import_image_from_data(image(), repository=name, tag=tag, changes=changes)

    def run(
        self,
        name: str,
        *arguments: str,
        publish: str = "",
        network: str | None = None,
        labels: Mapping[str, str] | None = None,
        variables: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
        aliases: Sequence[str] = (),
        command: Sequence[str] | None = None,
        **settings: Any,
    ) -> str:
        """Start a container with a server of these arguments; returns its id. Published at an address."""
        with self.client() as client:
            ports = {6379: (publish, None)} if publish else {}
            host = client.create_host_config(port_bindings=ports, network_mode=network, **settings.pop("host", {}))
            endpoint = client.create_endpoint_config(aliases=list(aliases))
            created = client.create_container(
                IMAGE,
                list(command or ("redis-server", *arguments)),
                name=name,
                labels=dict(labels or {}),
                environment=dict(variables or {}),
                ports=list(ports),
                host_config=host,
                networking_config=client.create_networking_config({network: endpoint}) if network else None,
                **settings,
            )["Id"]
            self.containers.append(created)
            if files:
                client.put_archive(created, "/", _archive(files))
            client.start(created)
        return str(created)

    def pair(self, name: str, *arguments: str, **settings: Any) -> tuple[str, str]:
        """A primary and its replica on the default bridge, known to each other by address."""
        arguments = ("--protected-mode", "no", "--repl-diskless-sync-delay", "0", *arguments)
        primary = self.run(f"{name}-primary", *arguments, publish="127.0.0.1", **settings)
        address = self.address(primary)
        follow = ("--replicaof", address, "6379")
        replica = self.run(f"{name}-replica", *arguments, *follow, **settings)
        return primary, replica

    def network(self, name: str) -> str:
        with self.client() as client:
            self.networks.append(client.create_network(name, driver="bridge")["Id"])
        return name

    def inspect(self, container: str) -> dict[str, Any]:
        with self.client() as client:
            return dict(client.inspect_container(container))

    def address(self, container: str) -> str:
        networks = self.inspect(container)["NetworkSettings"]["Networks"]
        return str(next(iter(networks.values()))["IPAddress"])

    def cli(self, container: str, *arguments: str) -> str:
        """redis-cli within a container."""
        with self.client() as client:
            started = client.exec_create(container, ["redis-cli", *arguments])["Id"]
            return client.exec_start(started).decode()

    def linked(self, replica: str, *arguments: str) -> None:
        """Wait until a replica follows its primary."""
        wait_until(
            lambda: "master_link_status:up" in self.cli(replica, *arguments, "info", "replication"), "the link is up"
        )

    def clear(self) -> None:
        """Remove what a test made."""
        with self.client() as client:
            for container in self.containers:
                with contextlib.suppress(Exception):
                    client.remove_container(container, force=True, v=True)
            for network in self.networks:
                with contextlib.suppress(Exception):
                    client.remove_network(network)
        self.containers.clear()
        self.networks.clear()

    def kill(self) -> None:
        """As a crash does. The containers go on without it."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self._end_containerd()

    def stop(self) -> None:
        """End it with everything that it started, and take its bridge away."""
        if self.process is None:
            return
        try:
            if self.process.poll() is not None:
                self.start()  # it alone can end what a killed one left
            self.clear()
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
        finally:
            if self.process.poll() is None:
                self.kill()
            for mount in reversed(Path("/proc/mounts").read_text().splitlines()):
                place = mount.split()[1]
                if place.startswith(f"{self.folder}/"):
                    subprocess.run(["umount", "--lazy", place], capture_output=True, check=False)
            subprocess.run(["ip", "link", "delete", self.bridge], capture_output=True, check=False)

    def _end_containerd(self) -> None:
        """It dies with its dockerd, and may stay as a zombie that the next dockerd would take for a living one."""
        pid_file = self.folder / "exec/containerd/containerd.pid"
        with contextlib.suppress(OSError, ValueError):
            process = Path("/proc") / pid_file.read_text().strip()
            wait_until(lambda: not process.exists() or not (process / "cmdline").read_bytes(), "containerd is gone")
            pid_file.unlink()


def _archive(files: Mapping[str, str]) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as packed:
        for name, text in files.items():
            member = tarfile.TarInfo(name.lstrip("/"))
            member.size, member.mode = len(text.encode()), 0o644
            packed.addfile(member, io.BytesIO(text.encode()))
    return archive.getvalue()


def _ip(*arguments: str) -> None:
    subprocess.run([str(shutil.which("ip", path=_SYSTEM_PATH)), *arguments], check=True, capture_output=True)
