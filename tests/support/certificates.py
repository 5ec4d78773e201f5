"""Certificates for servers under test: good, expired, of an unknown authority, for another name."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificates:
    ca: Path
    certificate: Path
    key: Path


class Authority:
    """One certificate authority, kept in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._authority = trustme.CA()
        self.path = folder / "ca.pem"
        self._authority.cert_pem.write_to_path(str(self.path))

    def issue(self, *names: str, expired: bool = False) -> Certificates:
        names = names or ("127.0.0.1", "localhost")
        stem = f"{'expired-' if expired else ''}{names[0]}"
        now = dt.datetime.now(dt.UTC)
        start, end = (now - dt.timedelta(days=30), now - dt.timedelta(days=1)) if expired else (None, None)
        issued = self._authority.issue_cert(*names, not_before=start, not_after=end)
        certificate, key = self._folder / f"{stem}.pem", self._folder / f"{stem}.key"
        key.touch(mode=0o600)
        issued.private_key_pem.write_to_path(str(key))
        for position, blob in enumerate(issued.cert_chain_pems):
            blob.write_to_path(str(certificate), append=position > 0)
        return Certificates(self.path, certificate, key)
