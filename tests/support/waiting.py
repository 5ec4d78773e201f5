"""Wait for a condition with a limit, instead of sleeping."""

import asyncio
import time
from collections.abc import Awaitable, Callable

STEP_SECONDS = 0.01


def wait_until(condition: Callable[[], bool], what: str, limit_seconds: float = 10.0) -> None:
    deadline = time.monotonic() + limit_seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {limit_seconds:g} s: {what}")
        time.sleep(STEP_SECONDS)


async def eventually(condition: Callable[[], Awaitable[bool]], what: str, limit_seconds: float = 10.0) -> None:
    deadline = time.monotonic() + limit_seconds
    while not await condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {limit_seconds:g} s: {what}")
        await asyncio.sleep(STEP_SECONDS)
