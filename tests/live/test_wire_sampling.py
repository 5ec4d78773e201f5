"""Samples of real primaries and replicas, through everything that happens to them."""

import asyncio
import dataclasses

import pytest
from support.redis_server import RedisServer, ReplicatedPair, free_port
from support.waiting import eventually

from redistui.model.endpoint import Address, Endpoint
from redistui.model.sample import FailureKind, LinkState, NodeSample
from redistui.model.topology import Role
from redistui.wire.failures import WireFailure
from redistui.wire.sampler import NodeSampler

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]


@pytest.fixture
async def sampler():
    """As the monitor does: one a node, here one for each endpoint, kept over the whole test."""
    samplers: dict[Address, NodeSampler] = {}

    async def sample(server: RedisServer, **changes: object) -> NodeSample:
        endpoint: Endpoint = server.endpoint(
            **({"reply_timeout_seconds": 0.5, "connect_timeout_seconds": 0.5} | changes)
        )
        return await samplers.setdefault(endpoint.address, NodeSampler()).sample(endpoint)

    yield sample
    for one in samplers.values():
        one.close()


async def failure_of(sampling) -> FailureKind:
    with pytest.raises(WireFailure) as caught:
        await sampling
    return caught.value.kind


async def test_pair_with_two_replicas(start_pair, redis_version, sampler):
    pair: ReplicatedPair = start_pair(redis_version, replicas=2, password="secret", maxmemory="64mb")
    for number in range(20):
        pair.primary.cli("SET", f"key-{number}", "x" * 50)
    pair.wait_equal()
    primary, *replicas = [await sampler(server) for server in pair.servers]
    assert (primary.role, {replica.role for replica in replicas}) == (Role.PRIMARY, {Role.REPLICA})
    assert [replica.upstream for replica in replicas] == [pair.primary.address] * 2
    assert [replica.link for replica in replicas] == [LinkState.UP] * 2
    assert {replica.replication_id for replica in replicas} == {primary.replication_id}
    assert [replica.offset for replica in replicas] == [primary.offset] * 2
    assert {replica.address for replica in primary.attached} == {replica.address for replica in pair.replicas}
    assert {replica.state for replica in primary.attached} == {"online"}
    assert [sample.keys for sample in (primary, *replicas)] == [20, 20, 20]
    assert (primary.memory_max_bytes, primary.full_resyncs) == (64 * 1024 * 1024, 2)
    assert primary.process_id == pair.primary.pid
    assert 0 < primary.round_trip_seconds < 0.5


async def test_sections_give_what_plain_info_gives(start_pair, redis_version, sampler):
    pair: ReplicatedPair = start_pair(redis_version)
    for server in pair.servers:
        first, second, third = [await sampler(server) for _ in range(3)]
        for field in dataclasses.fields(NodeSample):
            known = [getattr(sample, field.name) is not None for sample in (first, second, third)]
            assert known in ([True] * 3, [False] * 3), field.name


async def test_offsets_advance_and_a_replica_lags_by_them(start_pair, redis_version, sampler):
    pair: ReplicatedPair = start_pair(redis_version)
    pair.wait_equal()
    before = await sampler(pair.primary)
    pair.replica.freeze()
    pair.primary.cli("SET", "key", "x" * 100_000)
    after = await sampler(pair.primary)
    assert after.offset - before.offset > 100_000
    assert await failure_of(sampler(pair.replica)) is FailureKind.TIMEOUT
    (attached,) = after.attached
    assert attached.offset < after.offset
    pair.replica.thaw()

    async def caught_up() -> bool:
        return (await sampler(pair.replica)).offset >= after.offset

    await eventually(caught_up, "the replica applied what it missed")


async def test_killed_replica_and_its_return(start_pair, redis_version, sampler):
    pair: ReplicatedPair = start_pair(redis_version)
    assert (await sampler(pair.replica)).link is LinkState.UP
    pair.replica.kill()
    assert await failure_of(sampler(pair.replica)) is FailureKind.REFUSED

    async def gone() -> bool:
        return (await sampler(pair.primary)).attached == ()

    await eventually(gone, "the primary notices")
    pair.replica.run()

    async def linked() -> bool:
        return (await sampler(pair.replica)).link is LinkState.UP

    await eventually(linked, "the replica links again")


async def test_killed_primary_shows_in_the_replicas_link(start_pair, redis_version, sampler):
    pair: ReplicatedPair = start_pair(redis_version)
    pair.primary.kill()

    async def down() -> bool:
        sample = await sampler(pair.replica)
        return sample.link is LinkState.DOWN and sample.link_down_seconds is not None

    await eventually(down, "the link is down")
    sample = await sampler(pair.replica)
    assert (sample.role, sample.upstream) == (Role.REPLICA, pair.primary.address)
    assert await failure_of(sampler(pair.primary)) is FailureKind.REFUSED


async def test_frozen_primary_keeps_the_link_up_and_io_age_grows(start_pair, redis_version, sampler):
    pair: ReplicatedPair = start_pair(redis_version)
    pair.primary.freeze()

    async def ageing() -> bool:
        sample = await sampler(pair.replica)
        return sample.link is LinkState.UP and (sample.seconds_since_upstream_io or 0) >= 1

    await eventually(ageing, "the age of the last I/O grows")
    assert await failure_of(sampler(pair.primary)) is FailureKind.TIMEOUT
    pair.primary.thaw()
    assert (await sampler(pair.primary)).role is Role.PRIMARY


async def test_sync_in_progress(start_pair, redis_version, sampler):
    pair: ReplicatedPair = start_pair(redis_version, repl_diskless_sync="no", save='""')
    pair.primary.cli("DEBUG", "POPULATE", 2000, "key", 1000)
    pair.primary.cli("CONFIG", "SET", "rdb-key-save-delay", 1000)
    pair.replica.cli("REPLICAOF", "NO", "ONE")
    pair.replica.cli("SET", "other", "history")
    pair.replica.cli("DEBUG", "CHANGE-REPL-ID")
    pair.replica.cli("REPLICAOF", "127.0.0.1", pair.primary.address.port)

    async def syncing() -> bool:
        return (await sampler(pair.replica)).link is LinkState.SYNCING

    await eventually(syncing, "a full resync is in progress")
    pair.primary.cli("CONFIG", "SET", "rdb-key-save-delay", 0)

    async def up() -> bool:
        return (await sampler(pair.replica)).link is LinkState.UP

    await eventually(up, "the full resync is done", 20)
    assert (await sampler(pair.primary)).full_resyncs == 2


async def test_promotion_changes_roles_and_keeps_the_history(start_pair, redis_version, sampler):
    pair: ReplicatedPair = start_pair(redis_version)
    old = await sampler(pair.primary)
    pair.replica.cli("REPLICAOF", "NO", "ONE")
    new = await sampler(pair.replica)
    assert (new.role, new.upstream, new.link) == (Role.PRIMARY, None, None)
    assert new.replication_id2 == old.replication_id != new.replication_id
    assert new.second_offset == new.offset + 1 or new.second_offset <= new.offset


async def test_reconnects_at_once_after_its_connection_was_killed(start_server, redis_version, sampler):
    server: RedisServer = start_server(redis_version)
    first = await sampler(server)
    server.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    second = await sampler(server)
    assert second.run_id == first.run_id
    names = [line for line in server.cli("CLIENT", "LIST").splitlines() if "name=redistui-monitor" in line]
    assert len(names) == 1


async def test_another_server_at_the_address(start_server, sampler):
    server: RedisServer = start_server("8.2")
    before = await sampler(server)
    await sampler(server)
    server.kill()
    server.version = "6.2"
    server.settings.pop("enable_debug_command")
    (server.folder / "redis.conf").unlink()
    server.run()
    after = await sampler(server)
    assert (before.version[:3], after.version[:3]) == ("8.2", "6.2")
    assert (await sampler(server)).run_id != before.run_id


async def test_changed_credentials_are_used_at_once(start_server, redis_version, sampler):
    server: RedisServer = start_server(redis_version, password="old")
    await sampler(server)
    server.cli("CONFIG", "SET", "requirepass", "new")
    server.password = "new"
    server.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    assert (await sampler(server)).role is Role.PRIMARY


async def test_loading_server_says_so(start_server, redis_version, sampler):
    server: RedisServer = start_server(redis_version, rdbcompression="no")
    server.cli("DEBUG", "POPULATE", 10_000, "key", 1000)  # it answers after each 2 MB
    server.cli("SAVE")
    server.cli("CONFIG", "SET", "key-load-delay", 50)  # microseconds a key
    reload = asyncio.create_task(asyncio.to_thread(server.cli, "DEBUG", "RELOAD", "NOSAVE"))

    async def loading() -> bool:
        return (await sampler(server)).loading is True

    await eventually(loading, "the server is loading and answers", 5)
    sample = await sampler(server)
    assert sample.loading_eta_seconds is None or sample.loading_eta_seconds >= 0
    await reload
    assert (await sampler(server)).loading is False


@pytest.mark.parametrize("host", ["localhost", "::1"])
async def test_names_and_v6(start_server, sampler, host):
    server: RedisServer = start_server(bind="127.0.0.1 ::1", port=free_port())
    sample = await sampler(server, address=Address(host, server.address.port), connect_timeout_seconds=2.0)
    assert sample.tcp_port == server.address.port
