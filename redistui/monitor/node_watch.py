"""Sampling one node: its connection, its newest reading, its back-off."""

import asyncio
from dataclasses import replace
from typing import Protocol

from redistui.model.endpoint import Endpoint
from redistui.model.errors import ConfigurationError, ProviderError, ProviderErrorKind, RedistuiError
from redistui.model.facts import NodeReading
from redistui.model.rates import Increase, increases, rates, totals
from redistui.model.sample import Failure, FailureKind, NodeSample
from redistui.model.snapshot import ServerSettings
from redistui.model.topology import Node
from redistui.wire.failures import WireFailure
from redistui.wire.sampler import NodeSampler

from .timeline import Timeline

# A secret may be asked of the operator, who needs a moment.
_ENDPOINT_LIMIT_SECONDS = 120.0
_SETTINGS_EVERY_SECONDS = 60.0
# With these the same endpoint will not do better next time: ask the provider anew.
_ASK_AGAIN = frozenset(FailureKind) - {FailureKind.TIMEOUT, FailureKind.LOADING, FailureKind.BUSY}


class EndpointSource(Protocol):
    async def __call__(self, node: Node) -> Endpoint: ...


class NodeWatch:
    __slots__ = (
        "_closed",
        "_endpoint",
        "_endpoint_source",
        "_increases",
        "_sampler",
        "_settings_at",
        "_settings_of",
        "_timeline",
        "began_at",
        "failures",
        "in_flight",
        "next_at",
        "reading",
    )

    def __init__(self, node: Node, endpoint_source: EndpointSource, timeline: Timeline) -> None:
        self._timeline = timeline
        self._endpoint_source = endpoint_source
        self._closed = False
        self._endpoint: Endpoint | None = None
        self._sampler = NodeSampler(timeline)
        self._increases: tuple[Increase, ...] = ()
        self._settings_at = 0.0
        self._settings_of: str | None = None
        self.reading = NodeReading(node)
        self.in_flight = False
        self.began_at = 0.0
        self.failures = 0
        self.next_at = 0.0

    def described(self, node: Node) -> None:
        """What the provider says of the node now."""
        if node == self.reading.node:
            return
        if node.address != self.reading.node.address:
            self._endpoint = None
        self.reading = replace(self.reading, node=node)

    def begin(self) -> None:
        """An attempt is about to start."""
        self.in_flight = True
        self.began_at = self._timeline.monotonic()

    def forget_endpoint(self) -> None:
        self._endpoint = None
        self.next_at = 0.0

    async def sample(self) -> bool:
        """One attempt. True when it gave a sample. Never raises but for cancellation."""
        self.begin()
        try:
            if self._endpoint is None:
                await self._find_endpoint()
                self.began_at = self._timeline.monotonic()
            assert self._endpoint is not None
            self._took(await self._sampler.sample(self._endpoint))
        except Exception as error:  # noqa: BLE001 - whatever a provider or a server does, the other nodes go on
            if not self._timeline.stalled_since(self.began_at):  # else it is this program that was late
                self.fail(*_failure_of(error))
            return False
        finally:
            self.in_flight = False
            self._close_again()
        return True

    async def _find_endpoint(self) -> None:
        try:
            async with asyncio.timeout(_ENDPOINT_LIMIT_SECONDS):
                self._endpoint = await self._endpoint_source(self.reading.node)
        except TimeoutError:
            raise ProviderError(ProviderErrorKind.NETWORK, "the provider does not tell how to connect") from None

    def _took(self, sample: NodeSample) -> None:
        now = self._timeline.monotonic()
        former = self.reading
        before = former.sample
        self._increases = increases(before, sample, now, self._increases)
        self.failures = 0
        self.reading = NodeReading(
            former.node,
            sample,
            now,
            None,
            None,
            rates(before, sample, now - former.sampled_at),
            former.settings,
            former.sentinels,
            totals(self._increases) if self._increases else _NOTHING,
        )

    def fail(self, kind: FailureKind, message: str, hint: str = "") -> None:
        now = self._timeline.monotonic()
        self.failures += 1
        since = self.reading.failing_since
        if since is None:
            since = self.began_at
        offset = self._timeline.offset
        failure = Failure(kind, message, hint, now + offset, since + offset)
        self.reading = replace(self.reading, failure=failure, failing_since=since, rates=None)
        if kind in _ASK_AGAIN:
            self._endpoint = None

    @property
    def wants_settings(self) -> bool:
        sample = self.reading.sample
        if sample is None or self.reading.failure is not None or self._endpoint is None:
            return False
        due = self._timeline.monotonic() - self._settings_at >= _SETTINGS_EVERY_SECONDS
        return due or self._settings_of != sample.run_id

    async def fetch_settings(self) -> None:
        """What is asked rarely: settings, and whether Sentinels watch. A failure shows with the next sample."""
        sample, endpoint = self.reading.sample, self._endpoint
        if sample is None or endpoint is None:
            return
        self._settings_at, self._settings_of = self._timeline.monotonic(), sample.run_id
        try:
            settings = await self._sampler.settings(endpoint)
            sentinels = await self._sampler.sentinels(endpoint)
        except WireFailure:
            return
        except Exception as error:  # noqa: BLE001 - an answer nobody expected must not end the samples
            settings, sentinels = ServerSettings(problem=f"they cannot be read: {type(error).__name__}"), None
        finally:
            self._close_again()
        self.reading = replace(self.reading, settings=settings, sentinels=sentinels)

    def move(self, seconds: float) -> None:
        """The machine's clock was set: everything that is shown moves with it."""
        sample, failure = self.reading.sample, self.reading.failure
        if sample is not None:
            sample = replace(sample, sampled_at=sample.sampled_at + seconds)
        if failure is not None:
            failure = replace(failure, at=failure.at + seconds, since=failure.since + seconds)
        self.reading = replace(self.reading, sample=sample, failure=failure)

    def close(self) -> None:
        self._closed = True
        self._sampler.close()

    def _close_again(self) -> None:
        """What was under way when the node was dropped may have opened its connection again."""
        if self._closed:
            self._sampler.close()


_NOTHING: dict[str, int] = {}


def _failure_of(error: Exception) -> tuple[FailureKind, str, str]:
    if isinstance(error, WireFailure):
        return error.kind, error.message, error.hint
    if isinstance(error, ConfigurationError):
        return FailureKind.SECRET, error.message, error.hint
    if isinstance(error, ProviderError):
        kind = FailureKind.TUNNEL if error.kind is ProviderErrorKind.NETWORK else FailureKind.OTHER
        kind = FailureKind.SECRET if error.kind is ProviderErrorKind.AUTHENTICATION else kind
        return kind, error.message, error.hint
    if isinstance(error, RedistuiError):
        return FailureKind.OTHER, error.message, error.hint
    # The words of an unexpected error may hold anything, a secret too.
    return FailureKind.OTHER, f"unexpected {type(error).__name__}", "report it to the makers of the provider"
