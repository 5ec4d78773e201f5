"""Finding the pairs of one provider, again and again; a provider that is slow or fails delays nobody."""

import asyncio
from collections.abc import Callable

from redistui.model.errors import RedistuiError
from redistui.model.snapshot import ProviderPhase, ProviderSnapshot
from redistui.model.topology import Pair, PairKey
from redistui.provider.contract import Provider
from redistui.workspace.workspace import OpenConnection

from .timeline import Timeline

DISCOVERY_LIMIT_SECONDS = 60.0
_SLOW_SECONDS = 3.0
_FIRST_RETRY_SECONDS = 1.0
_LONGEST_RETRY_SECONDS = 30.0
# A provider whose `changed` returns at once is not asked more often than this.
_SHORTEST_ROUND_SECONDS = 1.0


class Discovery:
    """`found` is called for every pair as it is told, `gone` with the keys that a whole discovery no longer told."""

    def __init__(
        self,
        connection: OpenConnection,
        timeline: Timeline,
        found: Callable[[Pair], None],
        gone: Callable[[set[PairKey]], None],
        phase_changed: Callable[[], None],
    ) -> None:
        self.connection = connection
        self._timeline = timeline
        self._found = found
        self._gone = gone
        self._phase_changed = phase_changed
        self._known: set[PairKey] = set()
        self._phase = ProviderPhase.DISCOVERING
        self._phase_at = timeline.monotonic()
        self._message, self._hint = "", ""
        self._again = asyncio.Event()
        if connection.provider is None:
            self._phase, self._message, self._hint = ProviderPhase.FAILED, connection.problem, connection.hint

    def again(self) -> None:
        """Ask now instead of waiting."""
        self._again.set()

    async def run(self) -> None:
        provider = self.connection.provider
        if provider is None:
            return
        retry_seconds = _FIRST_RETRY_SECONDS
        while True:
            self._again.clear()
            began = self._timeline.monotonic()
            if await self.discover():
                retry_seconds = _FIRST_RETRY_SECONDS
                await self._until_changed(provider, began)
            else:
                await self._wait(retry_seconds)
                retry_seconds = min(retry_seconds * 2, _LONGEST_RETRY_SECONDS)

    async def discover(self, limit_seconds: float = DISCOVERY_LIMIT_SECONDS) -> bool:
        """One discovery. What a failing one told is kept with what was known before."""
        provider = self.connection.provider
        if provider is None:
            return False
        told: set[PairKey] = set()
        try:
            async with asyncio.timeout(limit_seconds):
                async for pair in provider.discover():
                    told.add(pair.key)
                    self._known.add(pair.key)
                    self._found(pair)
        except Exception as error:  # noqa: BLE001 - a plugin that breaks its promise is told about, the others work
            self._enter(ProviderPhase.FAILED, *_problem(error, self.connection, limit_seconds))
            return False
        vanished, self._known = self._known - told, told
        if vanished:
            self._gone(vanished)
        self._enter(ProviderPhase.READY)
        return True

    def _enter(self, phase: ProviderPhase, message: str = "", hint: str = "") -> None:
        if (phase, message) == (self._phase, self._message):
            return
        self._phase, self._message, self._hint = phase, message, hint
        self._phase_at = self._timeline.monotonic()
        self._phase_changed()

    async def _until_changed(self, provider: Provider, began: float) -> None:
        changed = asyncio.ensure_future(provider.changed())
        asked = asyncio.ensure_future(self._again.wait())
        try:
            await asyncio.wait({changed, asked}, return_when=asyncio.FIRST_COMPLETED)
            failed = changed.done() and changed.exception() is not None
        finally:
            for waiting in (changed, asked):
                waiting.cancel()
            await asyncio.gather(changed, asked, return_exceptions=True)
        rest = _SHORTEST_ROUND_SECONDS - (self._timeline.monotonic() - began)
        if failed:  # a provider that cannot tell about changes is asked at leisure
            rest = _LONGEST_RETRY_SECONDS
        if rest > 0:
            await self._wait(rest)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._again.wait()
        except TimeoutError:
            return

    @property
    def snapshot(self) -> ProviderSnapshot:
        message, hint = self._message, self._hint
        if self._phase is ProviderPhase.DISCOVERING:
            waited = self._timeline.monotonic() - self._phase_at
            if waited > _SLOW_SECONDS:
                message = f"{self.connection.name} is slow to answer"
                hint = f"it is given up and asked again after {DISCOVERY_LIMIT_SECONDS:.0f} s"
        since = self._phase_at + self._timeline.offset
        connection = self.connection
        return ProviderSnapshot(
            connection.name,
            connection.type,
            connection.environment,
            self._phase,
            len(self._known),
            message,
            hint,
            round(since, 3),
        )


def _problem(error: Exception, connection: OpenConnection, limit_seconds: float) -> tuple[str, str]:
    if isinstance(error, RedistuiError):
        return error.message, error.hint
    if isinstance(error, TimeoutError):
        return f"{connection.name} did not tell its pairs within {limit_seconds:g} s", "it is asked again by itself"
    # The words of an unexpected error may hold anything, a secret too.
    kind = type(error).__name__
    return f"the provider {connection.type} failed unexpectedly: {kind}", "report it to the makers of the provider"
