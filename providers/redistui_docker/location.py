"""Where the engine is: as configured, as the environment says, or a socket of this machine."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from redistui.model.errors import ConfigurationError, ProviderError, ProviderErrorKind

from .settings import DockerSettings, EngineTls

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Location:
    """`published_host` is where ports are found that containers publish on every address of the engine's machine."""

    url: str
    tls: EngineTls | None
    published_host: str

    @property
    def local(self) -> bool:
        return self.published_host == LOOPBACK

    def __str__(self) -> str:
        return self.url


def sockets() -> Iterator[Path]:
    """Where engines listen on this machine, the usual one first."""
    yield Path("/var/run/docker.sock")
    yield Path.home() / ".docker/run/docker.sock"
    yield Path.home() / ".docker/desktop/docker.sock"
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime:
        yield Path(runtime) / "docker.sock"
        yield Path(runtime) / "podman/podman.sock"
    yield Path("/run/podman/podman.sock")


def at_hand() -> bool:
    """Whether an engine can be expected without any configuration. Opens no connection."""
    host = os.environ.get("DOCKER_HOST", "").strip()
    if host:
        return not host.startswith("unix://") or Path(host.removeprefix("unix://")).exists()
    return any(socket.exists() for socket in sockets())


def locate(settings: DockerSettings) -> Location:
    """Raises ConfigurationError for an address that is none."""
    configured = settings.host or os.environ.get("DOCKER_HOST", "").strip()
    if not configured:
        found = next((socket for socket in sockets() if socket.exists()), next(sockets()))
        return Location(f"unix://{found}", None, LOOPBACK)
    if configured.startswith("/"):
        configured = f"unix://{configured}"
    parts = urlsplit(configured)
    if parts.scheme == "ssh":
        raise ProviderError(
            ProviderErrorKind.UNSUPPORTED,
            "an engine over ssh:// is not in this release of redistui",
            hint="forward its socket (ssh -L /tmp/docker.sock:/var/run/docker.sock HOST) and set host = "
            '"unix:///tmp/docker.sock"',
        )
    if parts.username or parts.password:
        raise ConfigurationError(
            "host of a Docker engine takes no user or password", hint="use `tls` with a client key"
        )
    if parts.scheme == "unix" and parts.path:
        return Location(configured, None, LOOPBACK)
    if parts.scheme in ("tcp", "http", "https") and parts.hostname:
        tls = settings.tls or (_tls_of_environment() if not settings.host else None)
        local = parts.hostname in ("localhost", LOOPBACK, "::1")
        return Location(configured, tls, LOOPBACK if local else parts.hostname)
    raise ConfigurationError(
        f"{configured} is no address of a Docker engine",
        hint='host is "unix:///path/docker.sock" or "tcp://host:2376"',
    )


def _tls_of_environment() -> EngineTls | None:
    folder, verify = os.environ.get("DOCKER_CERT_PATH"), os.environ.get("DOCKER_TLS_VERIFY")
    if not folder and not verify:
        return None
    path = Path(folder) if folder else Path.home() / ".docker"
    return EngineTls(path / "ca.pem", path / "cert.pem", path / "key.pem", verify=bool(verify))
