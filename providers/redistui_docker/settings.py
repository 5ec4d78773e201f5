"""The settings of a Docker connection, typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redistui.model.endpoint import TlsSettings
from redistui.model.secret import Secret, SecretReference


@dataclass(frozen=True, slots=True)
class Login:
    """How to log in to servers, as configured. None: as the container tells."""

    username: str | None = None
    password: Secret | SecretReference | None = None
    tls: TlsSettings | None = None


@dataclass(frozen=True, slots=True)
class EngineTls:
    ca: Path | None
    certificate: Path | None
    key: Path | None
    verify: bool


@dataclass(frozen=True, slots=True)
class DockerSettings:
    """`general` is for every pair, `pairs` for those by name."""

    host: str | None
    tls: EngineTls | None
    general: Login
    pairs: Mapping[str, Login]

    def of_pair(self, name: str) -> Login:
        own = self.pairs.get(name, Login())
        return Login(own.username or self.general.username, own.password, own.tls or self.general.tls)


def read(settings: Mapping[str, Any], config_folder: Path) -> DockerSettings:
    tables = settings.get("pairs", ())
    tls = settings.get("tls")
    return DockerSettings(
        host=settings.get("host") or None,
        tls=None if tls is None else EngineTls(*_files(tls, config_folder), verify=tls.get("verify", True)),
        general=_login(settings, config_folder),
        pairs={table["name"]: _login(table, config_folder) for table in tables},
    )


def _login(table: Mapping[str, Any], config_folder: Path) -> Login:
    tls = table.get("redis_tls")
    return Login(
        username=table.get("username"),
        password=table.get("password"),
        tls=None
        if tls is None
        else TlsSettings(
            *_files(tls, config_folder), server_name=tls.get("server_name"), verify=tls.get("verify", True)
        ),
    )


def _files(table: Mapping[str, Any], folder: Path) -> tuple[Path | None, Path | None, Path | None]:
    ca, certificate, key = (
        folder / Path(name).expanduser() if (name := table.get(kind)) else None for kind in ("ca", "certificate", "key")
    )
    return ca, certificate, key
