"""How a node is reached: address, TLS and credentials."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from pathlib import Path

from .secret import Secret

# Resolvers take underscores (Docker service names) and letters beyond ASCII.
_HOST = re.compile(r"[\w.-]+")
_PORT = re.compile(r"0*[1-9][0-9]{0,4}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Address:
    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @classmethod
    def parse(cls, text: str, default_port: int = 6379) -> "Address":
        """Read `host`, `host:port`, `[v6]:port` or a bare v6 address. Raises ValueError with the reason."""
        host, port_text = text.strip(), ""
        if "@" in host or "//" in host:
            # A pasted URL may carry a password, so the text is not repeated.
            raise ValueError("an address is host:port, without a scheme, a user or a password")
        if host.startswith("["):
            host, bracket, rest = host[1:].partition("]")
            if not bracket or ":" not in host or (rest and not rest.startswith(":")):
                raise ValueError(f"{text!r} is not an address: expected [host]:port")
            port_text = rest[1:]
        elif host.count(":") == 1:
            host, _, port_text = host.partition(":")
        if not (_is_v6(host) if ":" in host else _HOST.fullmatch(host)):
            raise ValueError(f"{text!r} is not an address: expected host:port")
        if not port_text:
            return cls(host, default_port)
        if not _PORT.fullmatch(port_text) or int(port_text) > 65535:
            raise ValueError(f"{text!r} is not an address: the port must be 1 to 65535")
        return cls(host, int(port_text))


def _is_v6(host: str) -> bool:
    try:
        return bool(IPv6Address(host))
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """TLS towards a node. Without `ca` the system's authorities are trusted."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    server_name: str | None = None
    verify: bool = True


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Everything needed to open a connection to one node."""

    address: Address
    username: str | None = None
    password: Secret | None = None
    tls: TlsSettings | None = None
    connect_timeout_seconds: float = 3.0
    reply_timeout_seconds: float = 3.0
