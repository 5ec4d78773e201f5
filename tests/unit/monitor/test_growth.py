"""A monitor that has watched for hours, through everything that happens to servers, is no larger than after minutes."""

import asyncio
import gc
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import pytest
from support.readings import PRIMARY, REPLICA, SETTINGS, primary_sample, replica_sample
from support.watched import listed, pair_of, workspace_of

from redistui.model.endpoint import Endpoint
from redistui.model.sample import FailureKind, LinkState, NodeSample
from redistui.model.snapshot import FleetSnapshot, ServerSettings
from redistui.model.topology import PairKey
from redistui.monitor import node_watch
from redistui.monitor.fleet import Fleet
from redistui.monitor.record import EVENTS, POINTS
from redistui.monitor.timeline import Timeline
from redistui.testing import FakeClock
from redistui.wire.failures import WireFailure

TICKS_OF_AN_ARRIVAL = 10


class Weather:
    """What servers say at each tick: restarts, lost links, swapped roles, full memory, refusals, loading."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock

    @property
    def tick(self) -> int:
        return int(self.clock.monotonic())

    def sample(self, endpoint: Endpoint) -> NodeSample:
        tick, is_primary = self.tick, endpoint.address.port == PRIMARY.port and endpoint.address.host == PRIMARY.host
        if tick % 13 < 2 and is_primary is (tick % 2 == 0):
            kinds = (FailureKind.REFUSED, FailureKind.TIMEOUT, FailureKind.AUTHENTICATION)
            raise WireFailure(kinds[tick % 3], f"{endpoint.address} fails at {tick}", "wait")
        run_id = f"{endpoint.address}-{tick // 17}"
        changes = {"run_id": run_id, "offset": 1_000_000 + tick * 5_000, "replication_id": f"{tick // 40:040x}"}
        if tick % 53 < 4 or is_primary is (tick % 90 < 80):
            full = {"memory_max_bytes": 10 << 20} if tick % 29 < 9 else {}
            sample = primary_sample(**changes, **full, full_resyncs=tick // 7, evicted_keys=tick * 3)
        else:
            link = LinkState.DOWN if tick % 19 < 5 else LinkState.UP
            changes["offset"] = 1_000_000 + tick * 5_000 - (tick % 31) * 1_000_000
            sample = replica_sample(**changes, link=link, upstream=PRIMARY, loading=tick % 37 < 3)
        return replace(sample, sampled_at=self.clock.now())


@pytest.fixture
def weather(monkeypatch: pytest.MonkeyPatch) -> Iterator[Weather]:
    made = Weather(FakeClock())

    class Sampler:
        def __init__(self, clock: object) -> None:
            pass

        async def sample(self, endpoint: Endpoint) -> NodeSample:
            return made.sample(endpoint)

        async def settings(self, endpoint: Endpoint) -> ServerSettings:
            values = {**SETTINGS.values, "maxmemory": str(made.tick % 3), "appendonly": endpoint.address.host}
            return ServerSettings(values)

        async def sentinels(self, endpoint: Endpoint) -> int:
            return made.tick % 2

        def close(self) -> None:
            pass

    monkeypatch.setattr(node_watch, "NodeSampler", Sampler)
    return made


# A run id kept of every restart and every pair that goes is 13,000 bytes in 300 ticks; without it there are 3,000.
@pytest.mark.parametrize(("ticks", "most_bytes"), [(300, 8_000), pytest.param(10_000, 40_000, marks=pytest.mark.long)])
async def test_memory_does_not_grow(weather: Weather, ticks: int, most_bytes: int) -> None:
    provider, published = listed(), [0]
    rules: set[str] = set()
    statuses: set[str] = set()

    def publish(fleet: FleetSnapshot) -> None:
        published[0] += 1
        for pair in fleet.pairs:
            rules.update(told.rule for told in pair.findings)
            statuses.add(pair.status.value)

    fleet = Fleet(workspace_of(provider), Timeline(weather.clock), 1.0, publish)
    running = asyncio.create_task(fleet.run())

    async def watch(rounds: int) -> None:
        for number in range(rounds):
            visitor = pair_of("test", f"visitor-{weather.tick}", PRIMARY, REPLICA)
            provider.pairs = [pair_of("test", "orders", PRIMARY, REPLICA), visitor]
            fleet.refresh()
            await weather.clock.elapse(TICKS_OF_AN_ARRIVAL)
            assert number < 2 or len(fleet.snapshot().pairs) <= 3

    tracemalloc.start(1)
    try:
        await watch((max(POINTS, EVENTS) + 50) // TICKS_OF_AN_ARRIVAL)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        await watch(ticks // TICKS_OF_AN_ARRIVAL)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    watch_of_orders = fleet.watch(PairKey("test", "orders"))
    assert watch_of_orders is not None
    kept = watch_of_orders.record
    assert len(kept.history(0.0).times) == POINTS
    assert len(kept.events(0.0)) == EVENTS
    running.cancel()
    await fleet.close()
    assert published[0] >= ticks
    assert rules >= {"unreachable", "link-down", "split-brain", "roles-differ", "configuration-drift", "evictions"}
    assert statuses >= {"degraded", "down", "unknown"}
    print(f"\n{ticks} ticks: {before} bytes, then {after}")
    assert after - before < most_bytes, f"{after - before} bytes more than {before}"
