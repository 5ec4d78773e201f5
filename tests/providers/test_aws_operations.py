"""ElastiCache pairs changed by the real command in a simulated cloud: real roles, lost answers, killed runners."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.simulated_aws import CloudSite, ask, simulated, told_role
from support.waiting import wait_until

from redistui.model.operation import EntryKind
from redistui.simulator import ElastiCacheSimulator, FaultKind
from redistui.simulator.replication_group import ReplicationGroup

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

MODIFY = "ModifyReplicationGroup"


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[ElastiCacheSimulator]:
    with simulated(tmp_path) as simulator:
        yield simulator


@pytest.fixture
def group(cloud: ElastiCacheSimulator) -> ReplicationGroup:
    return cloud.add_group("orders")


@pytest.fixture
def site(tmp_path: Path, cloud: ElastiCacheSimulator, group: ReplicationGroup) -> CloudSite:
    return CloudSite.make(tmp_path, cloud)


def switch_failover_off(group: ReplicationGroup) -> None:
    group.automatic_failover = group.multi_az = "disabled"


def assert_promoted(group: ReplicationGroup) -> None:
    assert group.primary == "orders-002"
    assert told_role(group, "orders-002") == "master"
    assert told_role(group, "orders-001") == "slave"


def test_the_fleet_shows_what_the_cloud_has(site: CloudSite, cloud: ElastiCacheSimulator) -> None:
    cloud.describe_serverless("quick")
    cloud.describe_group("shards", cluster_enabled=True)
    told = site.command("pairs", "--json").json
    assert told["errors"] == []
    pairs = {pair["name"]: pair for pair in told["pairs"] if pair["provider"] == "cloud"}
    assert set(pairs) == {"orders", "quick", "shards/0001"}
    assert pairs["orders"]["control"] == "managed"
    assert pairs["orders"]["status"] == "healthy"
    refused = site.command("promote", "cloud/shards/0001", "--plan")
    assert refused.code != 0
    assert "cluster mode" in refused.err
    refused = site.command("promote", "cloud/quick", "--plan")
    assert "serverless" in refused.err


def test_promote_without_automatic_failover_is_one_call(site: CloudSite, group: ReplicationGroup) -> None:
    switch_failover_off(group)
    ask(group, "orders-001", "SET", "kept", "yes")
    plan = site.run("promote", "--plan").json
    assert [step["call"] for step in plan["steps"] if "ModifyReplicationGroup" in step["call"]] == [
        "ModifyReplicationGroup ReplicationGroupId=orders PrimaryClusterId=orders-002 ApplyImmediately=true"
    ]
    done = site.run("promote")
    assert done.code == 0, done.err
    assert_promoted(group)
    assert ask(group, "orders-002", "GET", "kept") == "yes"
    assert site.sent() == [MODIFY]


def test_promote_turns_automatic_failover_off_and_on_again(site: CloudSite, group: ReplicationGroup) -> None:
    done = site.run("promote")
    assert done.code == 0, (done.out, done.err)
    assert_promoted(group)
    assert (group.automatic_failover, group.multi_az) == ("enabled", "enabled")
    assert site.sent() == [MODIFY] * 3
    assert done.json["outcome"] == "done"


def test_a_lost_answer_is_unknown_and_is_looked_at(
    site: CloudSite, cloud: ElastiCacheSimulator, group: ReplicationGroup
) -> None:
    switch_failover_off(group)
    cloud.fault(MODIFY, FaultKind.LOST_ANSWER)
    assert site.run("promote").code == 5
    assert site.sent() == [MODIFY]
    done = site.resume()
    assert done.code == 0, (done.out, done.err)
    assert_promoted(group)
    assert site.sent() == [MODIFY]


def test_a_busy_group_may_be_busy_with_the_call_that_was_lost(
    site: CloudSite, cloud: ElastiCacheSimulator, group: ReplicationGroup
) -> None:
    switch_failover_off(group)
    group.tells_pending = False
    cloud.cloud.transition_seconds = 4.0
    cloud.fault(MODIFY, FaultKind.LOST_ANSWER)
    assert site.run("promote").code == 5
    assert group.status == "modifying"
    assert site.resume().code == 0
    assert_promoted(group)
    assert site.sent() == [MODIFY]


def test_a_lost_answer_with_failover_off_is_resumed_until_it_is_on_again(
    site: CloudSite, cloud: ElastiCacheSimulator, group: ReplicationGroup
) -> None:
    cloud.cloud.transition_seconds = 2.0
    command = site.command.start("promote", "orders", "--yes", "--confirm", "orders", "--json")
    wait_until(lambda: group.automatic_failover == "disabling", "automatic failover is being turned off", 20)
    cloud.cloud.transition_seconds = 0.4
    cloud.fault(MODIFY, FaultKind.LOST_ANSWER)
    out, err = command.communicate(timeout=30)
    assert command.returncode == 5, (out, err)
    assert b"turned off" in out
    assert group.automatic_failover == "disabled"
    assert site.resume().code == 0
    assert_promoted(group)
    assert group.automatic_failover == "enabled"
    assert site.sent() == [MODIFY] * 3


def test_a_group_in_the_middle_of_a_change_is_refused(site: CloudSite, group: ReplicationGroup) -> None:
    group.status = "modifying"
    refused = site.run("promote")
    assert refused.code == 3
    assert "group is available: modifying" in refused.err
    group.status, group.automatic_failover = "available", "enabling"
    refused = site.run("promote")
    assert refused.code == 3
    assert "automatic failover is settled" in refused.err
    assert site.sent() == []


def test_a_snapshot_is_waited_for(site: CloudSite, group: ReplicationGroup) -> None:
    switch_failover_off(group)
    group.status = "snapshotting"
    command = site.command.start("promote", "orders", "--yes", "--confirm", "orders")
    wait_until(lambda: any(one.entry.kind is EntryKind.INTENT for one in site.journal.entries()), "it runs", 20)
    assert site.sent() == []
    group.status = "available"
    out, err = command.communicate(timeout=30)
    assert command.returncode == 0, (out, err)
    assert_promoted(group)


def test_a_lost_request_is_sent_after_a_look(
    site: CloudSite, cloud: ElastiCacheSimulator, group: ReplicationGroup
) -> None:
    switch_failover_off(group)
    cloud.fault(MODIFY, FaultKind.LOST_REQUEST)
    assert site.run("promote").code == 5
    assert group.primary == "orders-001"
    assert site.resume().code == 0
    assert_promoted(group)
    assert site.sent() == [MODIFY, MODIFY]


def test_an_internal_failure_is_unknown(site: CloudSite, cloud: ElastiCacheSimulator, group: ReplicationGroup) -> None:
    switch_failover_off(group)
    cloud.fault(MODIFY, FaultKind.FAILING)
    assert site.run("promote").code == 5
    assert site.sent() == [MODIFY]


def test_a_runner_killed_before_its_answer_sends_nothing_twice(
    site: CloudSite, cloud: ElastiCacheSimulator, group: ReplicationGroup
) -> None:
    switch_failover_off(group)
    held = cloud.fault(MODIFY, FaultKind.HELD_ANSWER)
    command = site.command.start("promote", "orders", "--yes", "--confirm", "orders")
    try:
        assert held.reached.wait(20)
        site.journal.kill_runner()
    finally:
        command.kill()
        command.communicate()
    cloud.faults.release()
    assert site.resume().code == 0
    assert_promoted(group)
    assert site.sent() == [MODIFY]


@pytest.mark.parametrize("way", ["resume", "rollback"])
def test_a_runner_killed_while_failover_is_off_leaves_it_on_in_the_end(
    site: CloudSite, cloud: ElastiCacheSimulator, group: ReplicationGroup, way: str
) -> None:
    cloud.cloud.transition_seconds = 3.0
    command = site.command.start("promote", "orders", "--yes", "--confirm", "orders")
    try:
        wait_until(lambda: group.automatic_failover == "disabling", "automatic failover is being turned off", 20)
        site.journal.kill_runner()
    finally:
        command.kill()
        command.communicate()
    cloud.cloud.transition_seconds = 0.4
    wait_until(lambda: group.automatic_failover == "disabled", "automatic failover is off", 20)
    ended = site.command("operations", way, "last", "--json")
    assert ended.code == (0 if way == "resume" else 4), (ended.out, ended.err)
    assert (group.automatic_failover, group.multi_az) == ("enabled", "enabled")
    if way == "resume":
        assert_promoted(group)
    else:
        assert told_role(group, "orders-001") == "master"
    assert site.sent() == [MODIFY] * (3 if way == "resume" else 2)


def test_a_refused_promotion_turns_failover_on_again(
    site: CloudSite, cloud: ElastiCacheSimulator, group: ReplicationGroup
) -> None:
    cloud.cloud.transition_seconds = 2.0
    command = site.command.start("promote", "orders", "--yes", "--confirm", "orders", "--json")
    wait_until(lambda: group.automatic_failover == "disabling", "automatic failover is being turned off", 20)
    cloud.cloud.transition_seconds = 0.4
    cloud.fault(MODIFY, FaultKind.DENIED)
    out, err = command.communicate(timeout=30)
    assert command.returncode == 4, (out, err)
    assert b"AccessDenied" in out
    assert group.primary == "orders-001"
    assert group.automatic_failover == "enabled"


def test_throttling_is_waited_for(site: CloudSite, cloud: ElastiCacheSimulator, group: ReplicationGroup) -> None:
    switch_failover_off(group)
    cloud.fault(MODIFY, FaultKind.THROTTLED, 2)
    assert site.run("promote").code == 0
    assert_promoted(group)
    assert site.sent() == [MODIFY] * 3


def test_credentials_that_expire_while_waiting_end_in_unknown(
    site: CloudSite, cloud: ElastiCacheSimulator, group: ReplicationGroup
) -> None:
    switch_failover_off(group)
    cloud.cloud.transition_seconds = 3.0
    command = site.command.start("promote", "orders", "--yes", "--confirm", "orders", "--json")
    wait_until(lambda: bool(group.pending), "the promotion runs", 20)
    expired = cloud.fault("DescribeReplicationGroups", FaultKind.EXPIRED, 1000)
    out, err = command.communicate(timeout=30)
    assert command.returncode == 5, (out, err)
    assert b"ExpiredToken" in out
    expired.times = 0
    assert site.resume().code == 0
    assert_promoted(group)
    assert site.sent() == [MODIFY]


def test_a_read_only_environment_refuses(tmp_path: Path, cloud: ElastiCacheSimulator, group: ReplicationGroup) -> None:
    site = CloudSite.make(tmp_path, cloud, environment="read_only = true")
    assert site.run("promote").code == 3
    assert site.sent() == []


def test_no_secret_reaches_the_kept_files(
    site: CloudSite, cloud: ElastiCacheSimulator, group: ReplicationGroup
) -> None:
    switch_failover_off(group)
    cloud.fault(MODIFY, FaultKind.DENIED)
    site.run("promote")
    for path, text in site.journal.kept_texts():
        assert b"simulated-secret" not in text, path
