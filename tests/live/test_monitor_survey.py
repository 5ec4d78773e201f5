"""One look for commands: complete, quick, and honest about what one look cannot tell."""

import time
from collections.abc import Callable

import pytest
from support.redis_server import RedisServer, ReplicatedPair
from support.responder import Fault, Responder
from support.watched import AbleProvider, findings_of, listed, only_pair, pair_of, statuses, workspace_of

from redistui.model.snapshot import ProviderPhase, Severity, Status
from redistui.model.topology import PairKey
from redistui.monitor.survey import survey

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]


async def test_one_look_at_a_healthy_pair(start_pair: Callable[..., ReplicatedPair]) -> None:
    pair = start_pair(maxmemory="100mb")
    provider = listed()
    provider.pairs = [pair_of("test", "orders", pair.primary.address, pair.replica.address)]
    began = time.monotonic()
    fleet = await survey(workspace_of(provider))
    assert time.monotonic() - began < 0.5
    told = only_pair(fleet)
    assert told.status is Status.HEALTHY
    assert told.links[0].lag.behind_bytes == 0
    assert [finding.severity for finding in told.findings] == [Severity.INFO]
    assert told.findings[0].message.startswith("one look cannot tell of test/orders: full resyncs")
    assert not provider.closed


async def test_a_duration_is_not_claimed_after_one_look(start_server: Callable[..., RedisServer]) -> None:
    server = start_server()
    server.cli("SET", "filler", "x" * 1_000_000)
    server.cli("CONFIG", "SET", "maxmemory", int(int(server.info()["used_memory"]) * 1.1))
    provider = listed()
    provider.pairs = [pair_of("test", "orders", server.address)]
    fleet = await survey(workspace_of(provider))
    assert findings_of(fleet)["memory-high"].endswith("the rule needs 5 m of it, which one look cannot tell")


async def test_slow_providers_and_silent_nodes_do_not_hold_up_the_look() -> None:
    slow, quick = listed("slow"), listed("quick", AbleProvider)
    slow.delay_seconds = 60
    with Responder({"*": Fault.SILENCE}) as silent:
        quick.pairs = [pair_of("quick", "silent", silent.address)]
        began = time.monotonic()
        fleet = await survey(workspace_of(slow, quick), limit_seconds=1.0)
        assert time.monotonic() - began < 2.0
    assert statuses(fleet) == {"silent": Status.UNKNOWN}
    assert [told.phase for told in fleet.providers] == [ProviderPhase.FAILED, ProviderPhase.READY]
    assert fleet.providers[0].message == "slow did not tell its pairs within 0.8 s"


async def test_only_the_wanted_pair_is_looked_at(start_pair: Callable[..., ReplicatedPair]) -> None:
    pair = start_pair()
    wanted, other = listed("wanted"), listed("other")
    wanted.pairs = [
        pair_of("wanted", name, pair.primary.address, pair.replica.address) for name in ("orders", "sessions")
    ]
    fleet = await survey(workspace_of(wanted, other), only=PairKey("wanted", "orders"))
    assert statuses(fleet) == {"orders": Status.HEALTHY}
    assert other.discoveries == 0
