"""What ElastiCache has, page by page, in the console's words beside the vendor's own, and how it fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redistui_aws import AwsProvider
from redistui_aws.failures import translated
from support.simulated_aws import CREDENTIALS, aws_context, in_this_process, simulated

from redistui.model.errors import ConfigurationError, ProviderError, ProviderErrorKind
from redistui.model.topology import NodeState, Pair, Role
from redistui.provider.capabilities import Verb
from redistui.simulator import ElastiCacheSimulator, FaultKind, SimulatorClock
from redistui.testing.conformance import discovered


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ElastiCacheSimulator]:
    in_this_process(monkeypatch)
    with simulated(tmp_path, clock=SimulatorClock(speed=0)) as simulator:
        yield simulator


async def discover(folder: Path, cloud: ElastiCacheSimulator, **settings: object) -> dict[str, Pair]:
    provider = AwsProvider(aws_context(folder, cloud, **settings))
    try:
        return {pair.key.name: pair for pair in await discovered(provider)}
    finally:
        await provider.close()


async def failure(folder: Path, cloud: ElastiCacheSimulator, **settings: object) -> ProviderError:
    with pytest.raises(ProviderError) as raised:
        await discover(folder, cloud, **settings)
    return raised.value


async def test_every_page_is_read(tmp_path: Path, cloud: ElastiCacheSimulator) -> None:
    for number in range(120):
        cloud.describe_group(f"pair-{number:03}")
    pairs = await discover(tmp_path, cloud)
    assert len(pairs) == 120
    assert all(len(pair.nodes) == 2 for pair in pairs.values())
    assert cloud.calls.count("DescribeReplicationGroups") == 2
    assert cloud.calls.count("DescribeCacheClusters") == 3


async def test_nodes_carry_roles_zones_and_the_vendors_word(tmp_path: Path, cloud: ElastiCacheSimulator) -> None:
    group = cloud.describe_group("orders")
    group.members[1].status = "rebooting cluster nodes"
    first, second = (await discover(tmp_path, cloud))["orders"].nodes
    assert (first.configured_role, second.configured_role) == (Role.PRIMARY, Role.REPLICA)
    assert (first.zone, second.zone) == ("eu-west-1a", "eu-west-1b")
    assert (first.state, first.vendor_state) == (NodeState.RUNNING, "available")
    assert second.state is NodeState.STARTING
    assert "rebooting cluster nodes" in second.vendor_state


async def test_a_status_nobody_knows_is_unknown_beside_its_word(tmp_path: Path, cloud: ElastiCacheSimulator) -> None:
    group = cloud.describe_group("orders")
    group.status = group.members[0].status = "transmogrifying"
    node = (await discover(tmp_path, cloud))["orders"].nodes[0]
    assert (node.state, node.vendor_state) == (NodeState.UNKNOWN, "transmogrifying")


async def test_what_cannot_be_controlled_says_why(tmp_path: Path, cloud: ElastiCacheSimulator) -> None:
    cloud.describe_group("shards", cluster_enabled=True)
    cloud.describe_serverless("quick")
    provider = AwsProvider(aws_context(tmp_path, cloud))
    pairs = {pair.key.name: pair for pair in await discovered(provider)}
    assert set(pairs) == {"shards/0001", "quick"}
    for name, word in (("shards/0001", "cluster mode"), ("quick", "serverless")):
        answers = provider.pair_capabilities(pairs[name])
        for verb in (Verb.PROMOTE, Verb.RESTART):
            assert not answers[verb].supported
            assert word in answers[verb].reason
    assert all(node.configured_role is Role.UNKNOWN for node in pairs["shards/0001"].nodes)
    await provider.close()


async def test_a_group_that_is_being_created_is_told_once_it_has_addresses(
    tmp_path: Path, cloud: ElastiCacheSimulator
) -> None:
    group = cloud.describe_group("orders")
    group.status = "creating"
    assert await discover(tmp_path, cloud) == {}
    group.status = "available"
    assert set(await discover(tmp_path, cloud)) == {"orders"}


async def test_refusals_carry_the_vendors_code_and_request_id(tmp_path: Path, cloud: ElastiCacheSimulator) -> None:
    for kind, code, expected in (
        (FaultKind.DENIED, "AccessDenied", ProviderErrorKind.AUTHENTICATION),
        (FaultKind.EXPIRED, "ExpiredToken", ProviderErrorKind.AUTHENTICATION),
    ):
        cloud.fault("DescribeCacheClusters", kind)
        error = await failure(tmp_path, cloud)
        assert (error.kind, error.code) == (expected, code)
        assert error.request_id
        assert error.request_id in error.message
        assert error.hint


async def test_reading_is_repeated_through_throttling_and_broken_connections(
    tmp_path: Path, cloud: ElastiCacheSimulator
) -> None:
    cloud.describe_group("orders")
    cloud.fault("DescribeReplicationGroups", FaultKind.THROTTLED)
    cloud.fault("DescribeCacheClusters", FaultKind.LOST_ANSWER)
    assert set(await discover(tmp_path, cloud)) == {"orders"}


async def test_wrong_credentials_are_told_without_showing_them(
    tmp_path: Path, cloud: ElastiCacheSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "planted-wrong-secret")
    error = await failure(tmp_path, cloud)
    assert (error.kind, error.code) == (ProviderErrorKind.AUTHENTICATION, "SignatureDoesNotMatch")
    assert "planted" not in f"{error.message}{error.hint}{error!r}"
    for name in CREDENTIALS:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    error = await failure(tmp_path, cloud)
    assert (error.kind, error.message) == (
        ProviderErrorKind.AUTHENTICATION,
        "AWS describe_replication_groups: no credentials were found",
    )


async def test_the_environment_redirects_no_call(
    tmp_path: Path, cloud: ElastiCacheSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    cloud.describe_group("orders")
    assert set(await discover(tmp_path, cloud)) == {"orders"}


@pytest.mark.parametrize("url", ["http://192.0.2.1", "https://me:planted-secret@192.0.2.1", "http://[::1", "nonsense"])
async def test_an_endpoint_that_would_send_secrets_in_the_clear_is_refused(
    tmp_path: Path, cloud: ElastiCacheSimulator, url: str
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        await discover(tmp_path, cloud, endpoint_url=url)
    assert "https" in raised.value.message
    assert "planted" not in raised.value.message


def test_messages_of_the_sdk_are_not_repeated() -> None:
    from botocore.exceptions import EndpointConnectionError, ParamValidationError, ReadTimeoutError

    leaking = "https://host/?AuthToken=planted-secret"
    for error, expected in (
        (EndpointConnectionError(endpoint_url=leaking), ProviderErrorKind.NETWORK),
        (ReadTimeoutError(endpoint_url=leaking), ProviderErrorKind.UNKNOWN),
        (ParamValidationError(report="AuthToken: planted-secret"), ProviderErrorKind.REFUSED),
        (ValueError(f"Invalid endpoint: {leaking}"), ProviderErrorKind.UNKNOWN),
    ):
        told = translated(error, "modify_replication_group", change=True)
        assert told.kind is expected
        assert "planted" not in f"{told.message}{told.hint}{told!r}"
    assert translated(ReadTimeoutError(endpoint_url=leaking), "x", change=False).kind is ProviderErrorKind.NETWORK
