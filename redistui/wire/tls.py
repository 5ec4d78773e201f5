"""TLS contexts: made once for each setting, again when a file of it changes."""

import ssl
from functools import lru_cache
from pathlib import Path

from redistui.model.endpoint import Endpoint, TlsSettings
from redistui.model.sample import FailureKind

from .failures import WireFailure


def context_for(settings: TlsSettings) -> ssl.SSLContext:
    """Raises WireFailure when a file is missing or not what it should be."""
    stamps = tuple(_changed_at(path) for path in (settings.ca, settings.certificate, settings.key))
    return _context(settings, stamps)


def server_name(endpoint: Endpoint) -> str | None:
    """The name that the certificate must carry."""
    if endpoint.tls is None:
        return None
    return endpoint.tls.server_name or endpoint.address.host


def _changed_at(path: Path | None) -> int:
    if path is None:
        return 0
    try:
        return path.stat().st_mtime_ns
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error


@lru_cache(maxsize=256)  # reading the system's authorities takes 10 to 20 ms
def _context(settings: TlsSettings, _stamps: tuple[int, ...]) -> ssl.SSLContext:
    context = ssl.create_default_context() if settings.ca is None else _trusting(settings.ca)
    if not settings.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if settings.certificate is not None:
        try:
            context.load_cert_chain(settings.certificate, settings.key, password=_refuse_passphrase)
        except ValueError:
            raise _unusable(settings.key or settings.certificate, "it is protected by a passphrase") from None
        except OSError as error:
            raise _unusable(settings.certificate, _reason(error)) from error
    return context


def _trusting(authority: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(authority))
    except OSError as error:
        raise _unusable(authority, _reason(error)) from error


def _refuse_passphrase() -> str:
    # Without this OpenSSL asks on the terminal, in the middle of the console.
    raise ValueError


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "not a PEM file").replace("_", " ").lower()
    return (error.strerror or str(error)).lower()


def _unusable(path: Path, reason: str) -> WireFailure:
    return WireFailure(FailureKind.CERTIFICATE, f"cannot use {path}: {reason}", "check the files named under `tls`")
