"""The pair screen on a real pair, watched by the real monitor."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from support.redis_server import ReplicatedPair
from support.watched import listed, pair_of, watching
from textual.pilot import Pilot

from redistui.console.app import RedistuiApp
from redistui.console.widgets.lines import Lines
from redistui.model.topology import PairKey

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

TWO_TICKS = 2.0 + 0.6
StartPair = Callable[..., ReplicatedPair]


class Screen:
    def __init__(self, pilot: Pilot[int]) -> None:
        self.pilot = pilot

    def text(self) -> str:
        found = [widget for widget in self.pilot.app.screen.query(Lines) if widget.is_on_screen]
        return "\n".join(line.text for widget in found for line in widget.lines)

    async def shows(self, *words: str, limit_seconds: float = 5.0) -> None:
        deadline = time.monotonic() + limit_seconds
        while missing := [one for one in words if one not in self.text()]:
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {limit_seconds} s: {missing}\n{self.text()}")
            await self.pilot.pause(0.02)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()


@asynccontextmanager
async def opened(pair: ReplicatedPair, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Screen]:
    provider = listed()
    provider.pairs = [pair_of("test", "orders", pair.primary.address, *(each.address for each in pair.replicas))]
    with watching(provider) as monitor:
        app = RedistuiApp(monitor)
        async with app.run_test(size=size) as pilot:
            app.open_pair(PairKey("test", "orders"))
            yield Screen(pilot)


async def test_every_panel_of_every_version(redis_version: str, start_pair: StartPair) -> None:
    pair = start_pair(redis_version)
    pair.primary.cli("SET", "[red]订单", "1", "EX", "1000")
    pair.primary.cli("CONFIG", "SET", "slowlog-log-slower-than", "0")
    pair.primary.cli("CONFIG", "SET", "maxmemory", "100mb")
    async with opened(pair) as screen:
        await screen.shows("● primary", "link up", "0 B behind", "same id", str(pair.replica.address), "of 100 MB")
        await screen.press("1")
        await screen.shows(f"clients of a {pair.primary.address}")
        await screen.press("2")
        await screen.shows(f"slow commands of a {pair.primary.address}")
        await screen.press("3")
        await screen.shows("DATABASE", "EXPIRING")
        await screen.press("4")
        await screen.shows("LAST SAVE", "AOF")
        await screen.press("5")
        await screen.shows("maxmemory", "compared settings differ")
        await screen.press("9")
        await screen.shows("MEMORY DOCTOR", "peak.allocated")
        await screen.press("8")
        await screen.shows(f"write  {pair.primary.address}", f"read   {pair.replica.address}")


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_killed_replica_is_told_within_two_ticks_and_comes_back(
    size: tuple[int, int], start_pair: StartPair
) -> None:
    pair = start_pair()
    async with opened(pair, size) as screen:
        await screen.shows("link up", "0 B behind")
        pair.replica.kill()
        await screen.shows("refuses connections", limit_seconds=TWO_TICKS)
        pair.replica.run()
        await screen.shows("link up", "0 B behind", limit_seconds=10)
        assert "refuses connections for" not in screen.text()


async def test_a_frozen_primary_keeps_its_last_numbers_with_their_age(start_pair: StartPair) -> None:
    pair = start_pair()
    async with opened(pair) as screen:
        await screen.shows("Memory of a", "link up")
        pair.primary.freeze()
        try:
            await screen.shows("does not answer", "as of", limit_seconds=10)
            assert "used " in screen.text()
        finally:
            pair.primary.thaw()
        await screen.shows("● primary", limit_seconds=10)


async def test_clients_of_a_dead_node_are_refused_in_words(start_pair: StartPair) -> None:
    pair = start_pair()
    async with opened(pair) as screen:
        await screen.shows("link up")
        pair.primary.kill()
        await screen.press("1")
        await screen.shows("gave no list of clients", "refuses the connection")
