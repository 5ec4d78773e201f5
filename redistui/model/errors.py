"""Errors an operator may see: what happened, why, and the way out. None of them holds a secret."""

from enum import IntEnum, StrEnum


class ExitCode(IntEnum):
    """Exit codes of the command line; scripts rely on them."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3
    ROLLED_BACK = 4
    UNKNOWN = 5
    INTERRUPTED = 130


class RedistuiError(Exception):
    """An error with a message for the operator and, in `hint`, what to do next."""

    exit_code = ExitCode.FAILED

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(RedistuiError):
    """The command or key was used wrongly: an unknown pair, an ambiguous name, an impossible option."""

    exit_code = ExitCode.USAGE


class RefusedError(RedistuiError):
    """A guard, a lock or the operator said no; nothing was changed."""

    exit_code = ExitCode.REFUSED


class ConfigurationError(RedistuiError):
    """A configuration file or a secret source cannot be used."""

    exit_code = ExitCode.USAGE


class ProviderErrorKind(StrEnum):
    AUTHENTICATION = "authentication"
    NOT_FOUND = "not-found"
    THROTTLED = "throttled"
    CONFLICT = "conflict"
    QUOTA = "quota"
    NETWORK = "network"
    UNSUPPORTED = "unsupported"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class ProviderError(RedistuiError):
    """A provider could not answer or act. `code` and `request_id` are the vendor's own, where it has them."""

    def __init__(
        self,
        kind: ProviderErrorKind,
        message: str,
        *,
        hint: str = "",
        code: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.kind = kind
        self.code = code
        self.request_id = request_id


def safe_words(error: BaseException) -> str:
    """What may be kept and shown of any exception: our own words and the system's; of others only their type, since
    their text may hold a secret."""
    if isinstance(error, RedistuiError):
        return error.message
    return f"{type(error).__name__}: {error}" if isinstance(error, OSError) else type(error).__name__
