"""The tools for provider authors: the fake provider keeps to the contract, and the clock only moves when told."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
from support.redis_server import RedisServer

from redistui.model.endpoint import Address
from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.topology import Node, Pair, PairKey
from redistui.provider.context import ProviderContext
from redistui.provider.contract import Provider
from redistui.testing import FakeClock, FakeProvider, Pause, make_context
from redistui.testing.conformance import ProviderConformance, discovered


def fake_pair(name: str, address: Address) -> Pair:
    node = Node("a", address, address)
    return Pair(PairKey("test", name), FakeProvider.type, FakeProvider.control, (node,))


@pytest.mark.live
@pytest.mark.requires("redis")
class TestFake(ProviderConformance):
    provider_class: ClassVar[type[Provider]] = FakeProvider

    @pytest.fixture
    def context(self, tmp_path: Path) -> ProviderContext:
        return make_context(tmp_path)

    @pytest.fixture
    def server(self, start_server: Callable[..., RedisServer]) -> RedisServer:
        return start_server()

    @pytest.fixture(autouse=True)
    def provider_with_a_pair(self, server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
        class Prepared(FakeProvider):
            def __init__(self, context: ProviderContext) -> None:
                super().__init__(context, fake_pair("one", server.address))

        monkeypatch.setattr(type(self), "provider_class", Prepared)

    def test_making_one_does_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[override]
        monkeypatch.setattr(type(self), "provider_class", FakeProvider)
        super().test_making_one_does_nothing(tmp_path)


async def test_a_fake_follows_its_script(tmp_path: Path) -> None:
    clock = FakeClock()
    one = fake_pair("one", Address("10.0.0.1", 6379))
    failure = ProviderError(ProviderErrorKind.THROTTLED, "too many requests")
    fake = FakeProvider(make_context(tmp_path), one, Pause(30), failure, clock=clock)
    told: list[Pair] = []

    async def discover() -> None:
        async for pair in fake.discover():
            told.append(pair)  # noqa: PERF401 - told before the failure

    discovering = asyncio.create_task(discover())
    await clock.elapse(29)
    assert told == [one]
    assert not discovering.done()
    await clock.elapse(1)
    with pytest.raises(ProviderError, match="too many"):
        await discovering
    waiting = asyncio.create_task(fake.changed())
    await asyncio.sleep(0)
    fake.answer()
    await asyncio.wait_for(waiting, 1)
    assert await discovered(fake) == []


async def test_the_clock_wakes_sleepers_in_order_and_only_when_told() -> None:
    clock = FakeClock(now=100.0, monotonic=10.0)
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, clock.monotonic()))

    sleeping = [asyncio.create_task(sleeper(name, seconds)) for name, seconds in (("b", 2), ("a", 1), ("c", 60))]
    await asyncio.sleep(0)
    assert clock.sleepers == 3
    await clock.elapse(5)
    assert woken == [("a", 11.0), ("b", 12.0)]
    clock.jump(-3600)
    assert (clock.now(), clock.monotonic()) == (100.0 + 5 - 3600, 15.0)
    sleeping[2].cancel()
    await asyncio.wait(sleeping)
    assert clock.sleepers == 0


def test_the_clock_may_be_moved_from_another_thread() -> None:
    clock = FakeClock()

    async def tick() -> float:
        ticking = asyncio.create_task(clock.sleep(1))
        await asyncio.sleep(0)
        await asyncio.to_thread(clock.advance, 1)
        await asyncio.wait_for(ticking, 1)
        return clock.now()

    assert asyncio.run(tick()) == FakeClock().now() + 1
