"""One console at a time: an advisory lock on a folder, gone with its holder."""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from redistui.model.errors import ProviderError, ProviderErrorKind

LIMIT_SECONDS = 30.0
_STEP_SECONDS = 0.02


@asynccontextmanager
async def locked(folder: Path, what: str, limit_seconds: float = LIMIT_SECONDS) -> AsyncIterator[None]:
    """Hold the folder's lock. Waits for another holder, then raises ProviderError."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise ProviderError(ProviderErrorKind.NOT_FOUND, f"{what} is gone ({folder}: {error.strerror})") from None
    try:
        deadline = time.monotonic() + limit_seconds
        while not _taken(descriptor):
            if time.monotonic() > deadline:
                raise ProviderError(
                    ProviderErrorKind.CONFLICT,
                    f"another redistui has been busy with {what} for {limit_seconds:.0f} s",
                    hint="wait for it, or end it, and try again",
                )
            await asyncio.sleep(_STEP_SECONDS)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
