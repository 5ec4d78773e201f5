"""A connection from the command line: a static pair that stands in no file."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from redistui.config.load import load
from redistui.config.settings import Configuration, Connection
from redistui.model.endpoint import Address
from redistui.model.errors import UsageError

from .invocation import Invocation

CONNECTION_NAME = "connect"


@dataclass(frozen=True, slots=True)
class Password:
    environment: str | None
    file: Path | None
    ask: bool

    def reference(self) -> dict[str, object] | None:
        """Where the password is, in the configuration's own terms."""
        sources: list[dict[str, object]] = []
        if self.environment is not None:
            sources.append({"env": self.environment})
        if self.file is not None:
            sources.append({"file": str(self.file)})
        if self.ask:
            sources.append({"prompt": "Password"})
        if len(sources) > 1:
            raise UsageError("the password can come from one place only", hint="redistui connect --help")
        return sources[0] if sources else None


@dataclass(frozen=True, slots=True)
class Tls:
    wanted: bool
    ca: Path | None
    certificate: Path | None
    key: Path | None
    server_name: str | None
    insecure: bool

    def settings(self) -> dict[str, object] | None:
        if (self.certificate is None) != (self.key is None):
            raise UsageError("--cert and --key belong together", hint="redistui connect --help")
        files = {"ca": self.ca, "certificate": self.certificate, "key": self.key}
        settings: dict[str, object] = {name: str(file) for name, file in files.items() if file is not None}
        if self.server_name is not None:
            settings["server_name"] = self.server_name
        if self.insecure:
            settings["verify"] = False
        return settings if settings or self.wanted else None


def configured(
    invocation: Invocation, addresses: Sequence[str], user: str | None, password: Password, tls: Tls
) -> tuple[Configuration, str]:
    """The configuration with this one connection instead of all others, and the pair to open."""
    primary, *replicas = _read(addresses)
    pair: dict[str, object] = {
        "name": str(primary),
        "primary": str(primary),
        "replicas": [str(address) for address in replicas],
        "discover": True,
        "username": user,
        "password": password.reference(),
        "tls": tls.settings(),
    }
    settings = {"pairs": [{name: value for name, value in pair.items() if value is not None}]}
    connection = Connection(CONNECTION_NAME, "static", settings=settings)
    return (
        dataclasses.replace(load(invocation.config), connections=(connection,)),
        f"{CONNECTION_NAME}/{primary}",
    )


def _read(addresses: Sequence[str]) -> list[Address]:
    try:
        read = [Address.parse(address) for address in addresses]
    except ValueError as error:
        raise UsageError(str(error), hint="redistui connect 10.0.0.5:6379 10.0.0.6:6379") from None
    return list(dict.fromkeys(read))
