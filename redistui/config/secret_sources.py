"""One secret, read here and now: from a variable, a file, the keyring or a command. Every function may block."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from redistui.model.errors import ConfigurationError
from redistui.model.secret import Secret, SecretReference, SecretSource

from .files import OTHERS_MAY_USE, FileStatus, read_file

COMMAND_LIMIT_SECONDS = 10.0
_LARGEST_BYTES = 64 << 10


def fetch(reference: SecretReference) -> Secret:
    """Raises ConfigurationError with the way out, never with the value."""
    return _SOURCES[reference.source](*reference.locator)


def _environment(name: str) -> Secret:
    value = os.environ.get(name)
    if not value:
        raise ConfigurationError(
            f"The environment variable {name} is {'not set' if value is None else 'empty'}",
            hint=f"Set {name} before starting redistui.",
        )
    return Secret(value)


def _file(name: str) -> Secret:
    where = f"The secret file {name}"

    def check(status: FileStatus) -> None:
        if status.mode & OTHERS_MAY_USE:
            raise ConfigurationError(
                f"{where} may be used by others (mode {status.octal})", hint=f"Run: chmod 600 '{name}'"
            )

    raw, _status = read_file(Path(name), where, _LARGEST_BYTES, check)
    return _secret(raw, where)


def _keyring(service: str, user: str) -> Secret:
    try:
        # Optional, and 50 ms and more to import.
        import keyring
    except ImportError:
        raise ConfigurationError(
            "Secrets from the keyring need the extra keyring", hint="pip install 'redistui[keyring]'"
        ) from None
    try:
        value = keyring.get_password(service, user)
    except Exception as error:  # noqa: BLE001 - a keyring's backend is a plugin; its words may hold the secret
        problem = type(error).__name__
        value = None
    else:
        problem = ""
    if problem:
        raise ConfigurationError(
            f"The keyring could not be asked for {service}/{user}: {problem}",
            hint="Unlock it, or choose a backend: keyring --list-backends",
        )
    if not value:
        raise ConfigurationError(
            f"The keyring holds nothing for {service}/{user}", hint=f"Store it: keyring set '{service}' '{user}'"
        )
    return Secret(value)


def _command(*argv: str) -> Secret:
    program = argv[0]
    hint = "Run the command by hand to see what it says; it must print the secret and nothing else."
    try:
        # A session of its own: neither it nor its children can ask on the console's terminal.
        process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
    except OSError as error:
        raise ConfigurationError(f"The secret command {program} cannot be run: {error.strerror or error}") from None
    deadline = time.monotonic() + COMMAND_LIMIT_SECONDS
    code = None
    with process:
        raw = _output(process, deadline)
        if raw is not None and len(raw) <= _LARGEST_BYTES:
            with suppress(subprocess.TimeoutExpired):
                code = process.wait(max(0.0, deadline - time.monotonic()))
        if code is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    if raw is None or (code is None and len(raw) <= _LARGEST_BYTES):
        raise ConfigurationError(
            f"The secret command {program} took longer than {COMMAND_LIMIT_SECONDS:g} s and was ended", hint=hint
        )
    if code:
        ended = f"exit code {code}" if code > 0 else f"signal {-code}"
        raise ConfigurationError(f"The secret command {program} failed with {ended}", hint=hint)
    return _secret(raw, f"The secret command {program}")


def _output(process: "subprocess.Popen[bytes]", deadline: float) -> bytes | None:
    """What the command prints until it closes its output; None when that lasts too long."""
    assert process.stdout is not None
    raw = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while len(raw) <= _LARGEST_BYTES:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                return None
            part = os.read(process.stdout.fileno(), _LARGEST_BYTES)
            if not part:
                break
            raw += part
    return raw


def _kubernetes(namespace: str, name: str, key: str) -> Secret:
    raise ConfigurationError(
        f"The Kubernetes secret {namespace}/{name} ({key}) can only be read by a connection of type kubernetes",
        hint='Elsewhere use { command = ["kubectl", "get", "secret", …] } that prints the decoded value.',
    )


def _secret(raw: bytes, where: str) -> Secret:
    if len(raw) > _LARGEST_BYTES:
        raise ConfigurationError(f"{where} gives more than 64 KB: that is no password")
    text = None
    with suppress(UnicodeDecodeError):
        text = raw.decode()
    if text is None:
        raise ConfigurationError(f"{where} does not give UTF-8 text")
    text = text.removesuffix("\n").removesuffix("\r")
    if not text:
        raise ConfigurationError(f"{where} gives nothing")
    return Secret(text)


_SOURCES: Mapping[SecretSource, Callable[..., Secret]] = {
    SecretSource.ENVIRONMENT: _environment,
    SecretSource.FILE: _file,
    SecretSource.KEYRING: _keyring,
    SecretSource.COMMAND: _command,
    SecretSource.KUBERNETES: _kubernetes,
}
