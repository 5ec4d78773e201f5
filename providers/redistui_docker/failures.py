"""What the SDK raises, as errors that an operator can act on."""

import errno
import ssl
from collections.abc import Iterator

from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.secret import Secret

from .location import Location

_LONGEST_REASON = 200
_KINDS = {
    401: ProviderErrorKind.AUTHENTICATION,
    403: ProviderErrorKind.AUTHENTICATION,
    404: ProviderErrorKind.NOT_FOUND,
    409: ProviderErrorKind.CONFLICT,
    501: ProviderErrorKind.UNSUPPORTED,
}


def masked(text: str, secrets: tuple[Secret, ...]) -> str:
    """The text without these secrets: programs repeat their arguments in logs and errors."""
    for secret in sorted(secrets, key=lambda secret: -len(secret.reveal())):
        if secret:
            text = text.replace(secret.reveal(), "***")
    return text


def too_slow(location: Location, limit_seconds: float) -> ProviderError:
    return ProviderError(
        ProviderErrorKind.NETWORK,
        f"the Docker engine at {location} does not answer within {limit_seconds:g} s",
        hint="look at the engine: docker info; journalctl -u docker",
    )


def from_sdk(error: Exception, location: Location, secrets: tuple[Secret, ...] = ()) -> ProviderError:
    """`error` is anything that docker, requests or the operating system raised."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        explanation = " ".join(str(getattr(error, "explanation", "") or "").split())
        return ProviderError(
            _KINDS.get(status, ProviderErrorKind.UNKNOWN),
            f"the Docker engine refuses: {masked(explanation, secrets)[:_LONGEST_REASON] or f'HTTP {status}'}",
            hint="look at the engine's log: journalctl -u docker",
            code=str(status),
        )
    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return _not_trusted(location)
        if isinstance(cause, OSError) and (known := _from_os(cause, location)):
            return known
    if any("timed out" in str(cause).lower() for cause in causes):
        return too_slow(location, 10.0)
    # Its words may hold anything.
    kinds = type(error).__name__
    return ProviderError(
        ProviderErrorKind.NETWORK,
        f"the Docker engine at {location} cannot be asked: {kinds}",
        hint=f"try it by hand: docker -H {location} ps",
    )


def _from_os(error: OSError, location: Location) -> ProviderError | None:
    if isinstance(error, FileNotFoundError):
        return ProviderError(
            ProviderErrorKind.NETWORK,
            f"no Docker engine listens at {location}: there is no such socket",
            hint="start it (systemctl start docker), or set host of this connection",
        )
    if isinstance(error, PermissionError):
        return ProviderError(
            ProviderErrorKind.AUTHENTICATION,
            f"this user may not use the Docker engine at {location}",
            hint="join the group docker (sudo usermod -aG docker $USER) and log in again",
        )
    if isinstance(error, ConnectionRefusedError):
        return ProviderError(
            ProviderErrorKind.NETWORK,
            f"no Docker engine answers at {location}: it is not running",
            hint="start it: systemctl start docker",
        )
    if isinstance(error, ConnectionResetError | BrokenPipeError) or error.errno in (errno.ECONNRESET, errno.EPIPE):
        return ProviderError(
            ProviderErrorKind.NETWORK,
            f"the Docker engine at {location} cut the connection",
            hint="it may just be ending; it is asked again by itself",
        )
    if isinstance(error, TimeoutError):
        return too_slow(location, 10.0)
    return None


def _not_trusted(location: Location) -> ProviderError:
    return ProviderError(
        ProviderErrorKind.AUTHENTICATION,
        f"the Docker engine at {location} and this console do not agree on TLS",
        hint="check tls.ca, tls.certificate and tls.key of this connection",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it wraps; requests and urllib3 keep causes in arguments."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, tuple):
            waiting += one
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
