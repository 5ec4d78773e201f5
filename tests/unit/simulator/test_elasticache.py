"""The simulated ElastiCache as a stock SDK client sees it: signatures, the model, transitions on its own clock."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.simulated_aws import simulated

from redistui.simulator import ElastiCacheSimulator, FaultKind, SimulatorClock
from redistui.simulator.replication_group import ReplicationGroup
from redistui.simulator.simulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY

MakeClient = Callable[..., Any]


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[ElastiCacheSimulator]:
    with simulated(tmp_path, clock=SimulatorClock(speed=0), transition_seconds=60) as simulator:
        yield simulator


@pytest.fixture
def make_client(cloud: ElastiCacheSimulator) -> Iterator[MakeClient]:
    import boto3
    from botocore.config import Config

    made: list[Any] = []

    def make(secret: str = SECRET_ACCESS_KEY, **config: Any) -> Any:
        session = boto3.Session(ACCESS_KEY_ID, secret, region_name=REGION)
        client = session.client(
            "elasticache", endpoint_url=cloud.url, config=Config(retries={"total_max_attempts": 1}, **config)
        )
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client: MakeClient) -> Any:
    return make_client()


@pytest.fixture
def group(cloud: ElastiCacheSimulator) -> ReplicationGroup:
    return cloud.describe_group("orders")


def refusal(call: Callable[..., Any], **parameters: Any) -> tuple[str, int]:
    from botocore.exceptions import ClientError

    with pytest.raises(ClientError) as raised:
        call(**parameters)
    response = raised.value.response
    assert response["ResponseMetadata"]["RequestId"]
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def described(client: Any) -> dict[str, Any]:
    [told] = client.describe_replication_groups(ReplicationGroupId="orders")["ReplicationGroups"]
    return dict(told)


def modify(client: Any, **parameters: Any) -> Any:
    return client.modify_replication_group(ReplicationGroupId="orders", ApplyImmediately=True, **parameters)


def test_a_wrong_secret_does_not_match(make_client: MakeClient) -> None:
    assert refusal(make_client("wrong").describe_replication_groups) == ("SignatureDoesNotMatch", 403)


def test_what_the_model_does_not_know_is_refused(client: Any, make_client: MakeClient) -> None:
    def add_parameter(params: dict[str, Any], **_: Any) -> None:
        params["body"]["Invented"] = "1"

    client.meta.events.register("before-call.elasticache.DescribeReplicationGroups", add_parameter)
    assert refusal(client.describe_replication_groups)[0] == "InvalidParameterValue"
    lax = make_client(parameter_validation=False)
    assert refusal(lax.reboot_cache_cluster, CacheClusterId="orders-001")[0] == "MissingParameter"
    assert refusal(lax.describe_users)[0] == "InvalidAction"


def test_what_is_not_there_has_the_vendors_code(client: Any) -> None:
    assert refusal(client.describe_replication_groups, ReplicationGroupId="none") == (
        "ReplicationGroupNotFoundFault",
        404,
    )
    assert refusal(client.describe_cache_clusters, CacheClusterId="none") == ("CacheClusterNotFound", 404)


def test_node_details_are_told_when_asked_for(client: Any, group: ReplicationGroup) -> None:
    plain = client.describe_cache_clusters()["CacheClusters"]
    detailed = client.describe_cache_clusters(ShowCacheNodeInfo=True)["CacheClusters"]
    assert [cluster["CacheClusterId"] for cluster in plain] == ["orders-001", "orders-002"]
    assert not plain[0].get("CacheNodes")
    assert detailed[0]["CacheNodes"][0]["Endpoint"]["Port"] == 6379


def test_pages_lead_to_the_end(client: Any, cloud: ElastiCacheSimulator) -> None:
    for number in range(45):
        cloud.describe_group(f"pair-{number:03}")
    pages = list(client.get_paginator("describe_replication_groups").paginate(PaginationConfig={"PageSize": 20}))
    assert [len(page["ReplicationGroups"]) for page in pages] == [20, 20, 5]


def test_a_change_walks_through_its_states_on_the_clock(
    client: Any, cloud: ElastiCacheSimulator, group: ReplicationGroup
) -> None:
    assert refusal(modify, client=client, PrimaryClusterId="orders-002")[0] == "InvalidParameterCombination"
    assert refusal(modify, client=client, AutomaticFailoverEnabled=False)[0] == "InvalidParameterCombination"
    modify(client, AutomaticFailoverEnabled=False, MultiAZEnabled=False)
    assert (described(client)["Status"], described(client)["AutomaticFailover"]) == ("modifying", "disabling")
    assert refusal(modify, client=client, PrimaryClusterId="orders-002")[0] == "InvalidReplicationGroupState"
    cloud.clock.advance(60)
    assert (described(client)["Status"], described(client)["AutomaticFailover"]) == ("available", "disabled")
    modify(client, PrimaryClusterId="orders-002")
    assert described(client)["PendingModifiedValues"] == {"PrimaryClusterId": "orders-002"}
    cloud.clock.advance(60)
    members = described(client)["NodeGroups"][0]["NodeGroupMembers"]
    assert [member["CurrentRole"] for member in members] == ["replica", "primary"]


def test_without_apply_immediately_nothing_happens(client: Any, group: ReplicationGroup) -> None:
    client.modify_replication_group(ReplicationGroupId="orders", AutomaticFailoverEnabled=False, MultiAZEnabled=False)
    assert described(client)["Status"] == "available"


def test_a_reboot_is_told_by_events(client: Any, cloud: ElastiCacheSimulator, group: ReplicationGroup) -> None:
    client.reboot_cache_cluster(CacheClusterId="orders-002", CacheNodeIdsToReboot=["0001"])
    [told] = client.describe_cache_clusters(CacheClusterId="orders-002")["CacheClusters"]
    assert told["CacheClusterStatus"] == "rebooting cluster nodes"
    again = {"CacheClusterId": "orders-002", "CacheNodeIdsToReboot": ["0001"]}
    assert refusal(client.reboot_cache_cluster, **again) == ("InvalidCacheClusterState", 400)
    cloud.clock.advance(60)
    events = client.describe_events(SourceType="cache-cluster", SourceIdentifier="orders-002")["Events"]
    assert [event["Message"] for event in events] == ["Cache node 0001 shutdown", "Cache node 0001 restarted"]


def test_faults_strike_as_planned(client: Any, cloud: ElastiCacheSimulator, group: ReplicationGroup) -> None:
    from botocore.exceptions import ConnectionClosedError

    cloud.fault("DescribeReplicationGroups", FaultKind.THROTTLED)
    assert refusal(client.describe_replication_groups) == ("Throttling", 400)
    cloud.fault("ModifyReplicationGroup", FaultKind.LOST_REQUEST)
    with pytest.raises(ConnectionClosedError):
        modify(client, AutomaticFailoverEnabled=False, MultiAZEnabled=False)
    assert described(client)["Status"] == "available"
    cloud.fault("ModifyReplicationGroup", FaultKind.LOST_ANSWER)
    with pytest.raises(ConnectionClosedError):
        modify(client, AutomaticFailoverEnabled=False, MultiAZEnabled=False)
    assert described(client)["Status"] == "modifying"


@pytest.mark.live
@pytest.mark.requires("redis")
def test_real_servers_stand_under_it_and_refuse_what_the_vendor_refuses(
    client: Any, cloud: ElastiCacheSimulator
) -> None:
    import redis

    group = cloud.add_group("orders")
    first, second = (member.server for member in group.members)
    assert first is not None
    assert second is not None
    with first.client() as primary, second.client() as replica:
        primary.set("key", "value")
        assert primary.wait(1, 5000) == 1
        assert replica.get("key") == "value"
        for command in (
            ["CONFIG", "GET", "save"],
            ["REPLICAOF", "NO", "ONE"],
            ["BGSAVE"],
            ["SHUTDOWN"],
            ["DEBUG", "SLEEP", "0"],
        ):
            with pytest.raises(redis.ResponseError, match="unknown command"):
                replica.execute_command(*command)
        modify(client, AutomaticFailoverEnabled=False, MultiAZEnabled=False)
        cloud.clock.advance(60)
        modify(client, PrimaryClusterId="orders-002")
        cloud.clock.advance(60)
        assert described(client)["Status"] == "available"
        assert (primary.role()[0], replica.role()[0]) == ("slave", "master")
