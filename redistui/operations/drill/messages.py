"""What the runner and its probe tell each other: one JSON object a line, over pipes. Orders hold passwords."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from redistui.model.endpoint import Address, Endpoint, TlsSettings
from redistui.model.secret import Secret


@dataclass(frozen=True, slots=True)
class TargetOrder:
    id: str
    host: str
    port: int
    replica: bool = False
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: Mapping[str, str | bool | None] | None = None

    @classmethod
    def of(cls, node_id: str, endpoint: Endpoint, *, replica: bool) -> "TargetOrder":
        tls = endpoint.tls
        return cls(
            id=node_id,
            host=endpoint.address.host,
            port=endpoint.address.port,
            replica=replica,
            username=endpoint.username,
            password=None if endpoint.password is None else endpoint.password.reveal(),
            tls=None
            if tls is None
            else {
                "ca": _text(tls.ca),
                "certificate": _text(tls.certificate),
                "key": _text(tls.key),
                "server_name": tls.server_name,
                "verify": tls.verify,
            },
        )

    def endpoint(self) -> Endpoint:
        return Endpoint(
            Address(self.host, self.port),
            username=self.username,
            password=None if self.password is None else Secret(self.password),
            tls=None if self.tls is None else _tls(self.tls),
        )


@dataclass(frozen=True, slots=True)
class Order:
    prefix: str
    targets: tuple[TargetOrder, ...]
    writes_per_second: int
    limit_seconds: float = 600.0
    expiry_seconds: int = 900


@dataclass(frozen=True, slots=True)
class Pulse:
    """Four times a second, for the eye. `strip` is the last seconds: (acknowledged, failed) a stretch."""

    ok_per_second: float
    failed_per_second: float
    acknowledged: int
    longest_gap_seconds: float
    strip: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """All that the probe saw. Times are seconds since the epoch."""

    started_at: float
    ended_at: float
    slot_seconds: float
    slots_ok: tuple[int, ...]
    slots_failed: tuple[int, ...]
    acknowledged: int
    unknown: int
    refused: int
    errors: Mapping[str, int]
    gaps: tuple[tuple[float, float], ...]  # start, seconds
    moves: tuple[tuple[float, str], ...]  # from when on writes were acknowledged by which node
    reads: int = 0
    read_errors: int = 0
    longest_read_gap_seconds: float = 0.0
    checked_on: str = ""  # the node that was asked for every acknowledged write
    check_problem: str = ""
    lost: int = 0
    lost_at: tuple[float, ...] = ()  # when lost writes were acknowledged: the first and the last
    lost_keys: tuple[str, ...] = ()  # some of them
    keys_left: int = 0
    cut_short: bool = False  # the probe's own limit ended it


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _tls(told: Mapping[str, str | bool | None]) -> TlsSettings:
    files = {name: Path(str(told[name])) if told.get(name) else None for name in ("ca", "certificate", "key")}
    name = told.get("server_name")
    return TlsSettings(**files, server_name=str(name) if name else None, verify=bool(told.get("verify", True)))
