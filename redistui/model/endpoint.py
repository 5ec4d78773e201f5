"""How a node is reached: address, TLS and credentials."""

from dataclasses import dataclass
from pathlib import Path

from .secret import Secret


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
        if host.startswith("["):
            host, bracket, rest = host[1:].partition("]")
            if not bracket or (rest and not rest.startswith(":")):
                raise ValueError(f"{text!r} is not an address: expected [host]:port")
            port_text = rest[1:]
        elif host.count(":") == 1:
            host, _, port_text = host.partition(":")
        if not host or any(character.isspace() for character in host):
            raise ValueError(f"{text!r} is not an address: expected host:port")
        if not port_text:
            return cls(host, default_port)
        if not port_text.isascii() or not port_text.isdigit() or not 0 < int(port_text) < 65536:
            raise ValueError(f"{text!r} is not an address: the port must be 1 to 65535")
        return cls(host, int(port_text))


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
