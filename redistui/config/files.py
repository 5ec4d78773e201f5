"""Reading a small file that is named by an operator: it may be a folder, a pipe, endless, or gone."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from redistui.model.errors import ConfigurationError

OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
OTHERS_MAY_USE = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class FileStatus:
    """Taken of the file that was opened, so that it cannot be exchanged between the look and the reading."""

    owner: int
    mode: int

    @property
    def octal(self) -> str:
        return f"{self.mode:04o}"


def read_file(
    path: Path, name: str, largest_bytes: int, check: Callable[[FileStatus], None]
) -> tuple[bytes, FileStatus]:
    """`check` may refuse the file before it is read. `name` stands in the message of a ConfigurationError."""
    try:
        # Without O_NONBLOCK a pipe without a writer would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise ConfigurationError(f"{name} cannot be read: {error.strerror or error}") from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise ConfigurationError(f"{name} is not a regular file")
        status = FileStatus(found.st_uid, stat.S_IMODE(found.st_mode))
        check(status)
        raw = b""
        while len(raw) <= largest_bytes and (part := os.read(descriptor, largest_bytes + 1 - len(raw))):
            raw += part
    except OSError as error:
        raise ConfigurationError(f"{name} cannot be read: {error.strerror or error}") from None
    finally:
        os.close(descriptor)
    if len(raw) > largest_bytes:
        raise ConfigurationError(f"{name} is larger than {largest_bytes >> 10} KB: that cannot be meant")
    return raw, status
