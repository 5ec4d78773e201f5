"""One console at a time: an advisory lock on a folder, gone with its holder, and work that is done before it ends."""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

from redistui.model.errors import ProviderError, ProviderErrorKind

LIMIT_SECONDS = 30.0
_STEP_SECONDS = 0.02

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


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


async def uninterrupted(
    function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Result:
    """Run in a thread. Cancelling takes effect at its end: a thread cannot be stopped, and the lock must outlast it."""
    task = asyncio.create_task(asyncio.to_thread(function, *args, **kwargs))
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        task.exception()
        raise asyncio.CancelledError
    return task.result()


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
