"""Reboots of simulated ElastiCache nodes: a rebooted one comes back empty, and nothing is lost by it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from support.operating import Place, assert_ended
from support.simulated_aws import CloudSite, ask, in_this_process, simulated, told_role
from support.waiting import wait_until

from redistui.config.load import load
from redistui.config.secrets import Secrets
from redistui.model.errors import RefusedError
from redistui.model.operation import Outcome
from redistui.model.topology import PairKey
from redistui.simulator import ElastiCacheSimulator, FaultKind
from redistui.simulator.replication_group import ReplicationGroup
from redistui.workspace.workspace import Workspace

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

MODIFY, REBOOT = "ModifyReplicationGroup", "RebootCacheCluster"


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[ElastiCacheSimulator]:
    with simulated(tmp_path) as simulator:
        yield simulator


@pytest.fixture
def group(cloud: ElastiCacheSimulator) -> ReplicationGroup:
    return cloud.add_group("orders")


@pytest.fixture
def site(tmp_path: Path, cloud: ElastiCacheSimulator) -> CloudSite:
    return CloudSite.make(tmp_path, cloud)


@pytest.fixture
async def place(site: CloudSite, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    in_this_process(monkeypatch)
    for name, value in site.command.environment().items():
        if name.startswith("REDISTUI_"):
            monkeypatch.setenv(name, value)
    workspace = Workspace.open(load(), Secrets())
    yield Place(site.journal.state, workspace, PairKey("cloud", "orders"))
    await workspace.close()


async def test_a_replica_is_rebooted_by_one_call(site: CloudSite, group: ReplicationGroup, place: Place) -> None:
    ask(group, "orders-001", "SET", "kept", "yes")
    assert_ended(await place.perform("restart", node="orders-002"), Outcome.DONE)
    assert site.sent() == [REBOOT]
    assert ask(group, "orders-002", "GET", "kept") == "yes"
    assert told_role(group, "orders-001") == "master"


async def test_a_lost_answer_reboots_once(
    site: CloudSite, cloud: ElastiCacheSimulator, group: ReplicationGroup, place: Place
) -> None:
    cloud.fault(REBOOT, FaultKind.LOST_ANSWER)
    record = await place.perform("restart", node="orders-002")
    assert_ended(record, Outcome.UNKNOWN)
    wait_until(lambda: group.members[1].status == "available", "it is back")
    assert await place.resume(record.id) is Outcome.DONE
    assert site.sent() == [REBOOT]


async def test_a_primary_is_not_rebooted_with_its_data(site: CloudSite, group: ReplicationGroup, place: Place) -> None:
    plan = await place.plan("restart", node="orders-001")
    with pytest.raises(RefusedError, match="comes back empty"):
        place.begin(plan, force=True)
    assert site.sent() == []


async def test_a_lone_primary_is_rebooted_only_when_its_loss_is_accepted(
    site: CloudSite, cloud: ElastiCacheSimulator, place: Place
) -> None:
    group = cloud.add_group("orders", nodes=1)
    ask(group, "orders-001", "SET", "lost", "yes")
    plan = await place.plan("restart")
    with pytest.raises(RefusedError, match="loses everything"):
        place.begin(plan)
    assert_ended(await place.perform("restart", force=True), Outcome.DONE)
    assert ask(group, "orders-001", "GET", "lost") is None


async def test_a_rolling_restart_keeps_every_key(site: CloudSite, group: ReplicationGroup, place: Place) -> None:
    ask(group, "orders-001", "SET", "kept", "yes")
    assert_ended(await place.perform("restart"), Outcome.DONE)
    assert site.sent() == [REBOOT, MODIFY, MODIFY, MODIFY, REBOOT]
    assert (told_role(group, "orders-001"), told_role(group, "orders-002")) == ("slave", "master")
    assert ask(group, "orders-001", "GET", "kept") == "yes"
    assert group.automatic_failover == "enabled"
