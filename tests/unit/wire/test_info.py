"""INFO of real servers becomes a typed sample; garbage becomes None, never an exception and never a guess."""

import dataclasses
import types
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.responder import info_text

from redistui.model.endpoint import Address
from redistui.model.sample import AttachedReplica, DatabaseKeys, LinkState, NodeSample
from redistui.model.topology import Role
from redistui.wire.info import InfoParser, parse_info

VERSIONS = ("6.2", "7.0", "8.2", "valkey-8.1")
ROLES = ("primary", "replica")
TEXTS = tuple(info_text(version, role) for version in VERSIONS for role in ROLES)


def parse(text: str) -> NodeSample:
    return parse_info(text.encode(), 100.0, 0.001)


def changed(text: str, **values: str) -> str:
    """The text with lines of these names replaced."""
    lines = text.split("\r\n")
    for name, value in values.items():
        at = next(number for number, line in enumerate(lines) if line.startswith(f"{name}:"))
        lines[at] = f"{name}:{value}"
    return "\r\n".join(lines)


@pytest.mark.parametrize("version", VERSIONS)
def test_primary_of_a_real_server(version):
    sample = parse(info_text(version, "primary"))
    assert sample.software == ("valkey" if "valkey" in version else "redis")
    assert sample.version.startswith(version.removeprefix("valkey-"))
    assert (sample.mode, sample.role, sample.config_file) == (
        "standalone",
        Role.PRIMARY,
        "/srv/redis/primary/redis.conf",
    )
    assert len(sample.run_id) == len(sample.replication_id) == 40
    assert (sample.replication_id2, sample.second_offset) == (None, None)
    assert (sample.upstream, sample.link, sample.replica_read_only, sample.replica_priority) == (None, None, None, None)
    (replica,) = sample.attached
    assert (replica.address.host, replica.state) == ("127.0.0.1", "online")
    assert 0 < replica.offset <= sample.offset
    assert (sample.backlog_active, sample.backlog_first_offset) == (True, 1)
    assert (sample.memory_max_bytes, sample.memory_policy) == (100 * 1024 * 1024, "allkeys-lru")
    assert (sample.clients_max, sample.error_replies, sample.full_resyncs) == (10000, 1, 1)
    assert (sample.keyspace_hits, sample.keyspace_misses) == (1, 1)
    assert (sample.loading, sample.aof_enabled, sample.last_save_ok, sample.aof_last_write_ok) == (
        False,
        True,
        True,
        True,
    )
    assert sample.keyspace == (DatabaseKeys(0, 70, 20), DatabaseKeys(3, 1, 0))
    assert sample.keys == 71
    assert sample.failover_state == "no-failover"
    assert 0 < sample.last_fork_seconds < 0.1
    assert abs(sample.server_time - sample.last_save_at) < 60


@pytest.mark.parametrize("version", VERSIONS)
def test_replica_of_a_real_server(version):
    sample, primary = (parse(info_text(version, role)) for role in ("replica", "primary"))
    assert (sample.role, sample.link) == (Role.REPLICA, LinkState.UP)
    assert sample.upstream == Address("127.0.0.1", primary.tcp_port)
    assert sample.replication_id == primary.replication_id
    assert sample.offset == primary.attached[0].offset or sample.offset <= primary.offset
    assert (sample.replica_priority, sample.replica_read_only, sample.attached) == (100, True, ())
    assert sample.seconds_since_upstream_io >= 0
    assert (sample.link_down_seconds, sample.sync_left_bytes, sample.loading_eta_seconds) == (None, None, None)


@pytest.mark.parametrize("text", TEXTS)
def test_every_field_is_known_that_this_role_has(text):
    sample = parse(text)
    unknown = {field.name for field in dataclasses.fields(sample) if getattr(sample, field.name) is None}
    passing = {"second_offset", "replication_id2", "link_down_seconds", "sync_left_bytes", "loading_eta_seconds"}
    of_replicas = {"upstream", "link", "seconds_since_upstream_io", "replica_priority", "replica_read_only"}
    assert unknown == passing | (of_replicas if sample.role is Role.PRIMARY else set())


def test_names_and_v6_addresses_of_peers():
    text = changed(info_text("7.0", "replica"), master_host="fd00::1", master_port="7000")
    assert parse(text).upstream == Address("fd00::1", 7000)
    text = changed(
        info_text("7.0", "primary"),
        slave0="ip=replica-1.example.net,port=6380,state=wait_bgsave,offset=0,lag=-1\r\n"
        "slave1:ip=::1,port=6381,state=online,offset=17,lag=0,type=replica",
        connected_slaves="2",
    )
    assert parse(text).attached == (
        AttachedReplica(Address("replica-1.example.net", 6380), "wait_bgsave", 0, None),
        AttachedReplica(Address("::1", 6381), "online", 17, 0),
    )


def test_link_states_of_a_replica():
    text = info_text("7.0", "replica")
    down = parse(
        changed(text, master_link_status="down\r\nmaster_link_down_since_seconds:12", master_last_io_seconds_ago="-1")
    )
    assert (down.link, down.link_down_seconds, down.seconds_since_upstream_io) == (LinkState.DOWN, 12, None)
    syncing = parse(
        changed(text, master_link_status="down", master_sync_in_progress="1\r\nmaster_sync_left_bytes:1024")
    )
    assert (syncing.link, syncing.sync_left_bytes) == (LinkState.SYNCING, 1024)
    assert parse(changed(text, master_sync_in_progress="1\r\nmaster_sync_left_bytes:-1")).sync_left_bytes is None
    assert parse(changed(text, master_link_status="sideways")).link is None


def test_after_a_promotion_the_second_history_is_known():
    text = changed(info_text("7.0"), master_replid2="a" * 40, second_repl_offset="5001")
    sample = parse(text)
    assert (sample.replication_id2, sample.second_offset) == ("a" * 40, 5001)


def test_sentinel_has_no_replication():
    sample = parse("# Server\r\nredis_version:7.0.15\r\nredis_mode:sentinel\r\nrun_id:1\r\n")
    assert (sample.mode, sample.role, sample.offset, sample.keyspace) == ("sentinel", Role.UNKNOWN, None, None)


def test_no_keys_differ_from_no_keyspace():
    assert parse("# Keyspace\r\n").keyspace == ()
    assert parse("").keyspace is None
    assert parse("").keys is None


def test_malformed_values_are_unknown():
    text = changed(
        info_text("7.0"),
        used_memory="lots",
        maxmemory="",
        loading="perhaps",
        mem_fragmentation_ratio="nan",
        role="king",
        slave0="ip=,port=x,state",
        db0="keys=many",
        connected_clients="-5",
        total_commands_processed="9" * 5000,
    )
    sample = parse(text)
    assert (sample.memory_used_bytes, sample.memory_max_bytes, sample.loading) == (None, None, None)
    assert (sample.fragmentation_ratio, sample.role, sample.offset) == (None, Role.UNKNOWN, None)
    assert sample.attached == (AttachedReplica(None, "", None, None),)
    assert sample.keyspace == (DatabaseKeys(3, 1, 0),)
    assert (sample.clients, sample.commands_processed) == (None, None)
    assert sample.clients_max == 10000


def test_a_sample_stays_what_it_is():
    sample = parse(info_text())
    assert sample == dataclasses.replace(sample)
    assert hash(sample) == hash(parse(info_text()))
    with pytest.raises(dataclasses.FrozenInstanceError):
        sample.offset = 1


def test_the_same_parser_follows_every_change():
    """Orders of lines that come and go: replicas, databases, a link that goes down, another server at the address."""
    base = info_text("7.0", "replica")
    down = changed(base, master_link_status="down\r\nmaster_link_down_since_seconds:3")
    one_replica = changed(base, connected_slaves="1\r\nslave0:ip=h,port=1,state=online,offset=5,lag=0")
    more_keys = base + "db7:keys=1,expires=0,avg_ttl=0\r\n"
    parser = InfoParser()
    for text in (base, base, base, down, down, down, one_replica, base, more_keys, more_keys, *TEXTS, base):
        assert parser.parse(text.encode(), 100.0, 0.001) == parse(text)


def has_type(value: object, annotation: object) -> bool:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (types.UnionType, typing.Union):
        return any(has_type(value, one) for one in arguments)
    if origin is tuple:
        return isinstance(value, tuple) and all(has_type(item, arguments[0]) for item in value)
    if dataclasses.is_dataclass(annotation) and isinstance(value, annotation):
        return all(has_type(getattr(value, name), kind) for name, kind in typing.get_type_hints(annotation).items())
    return type(value) is annotation


HINTS = typing.get_type_hints(NodeSample)
wild_values = st.one_of(
    st.integers().map(str),
    st.floats().map(str),
    st.text(max_size=20),
    st.sampled_from(
        ["ok", "err", "up", "down", "1", "0", "-1", "master", "slave", "ip=a,port=1,state=x,offset=1,lag=1"]
    ),
)


@st.composite
def wild_info(draw: st.DrawFn) -> str:
    lines = draw(st.sampled_from(TEXTS)).split("\r\n")
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        name = lines[at].partition(":")[0]
        action = draw(st.sampled_from(["change", "drop", "repeat", "junk", "move"]))
        if action == "change":
            lines[at] = f"{name}:{draw(wild_values)}"
        elif action == "drop":
            del lines[at]
        elif action == "repeat":
            lines.insert(at, f"{name}:{draw(wild_values)}")
        elif action == "junk":
            lines.insert(at, draw(st.text(max_size=30)))
        else:
            lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))
        lines = lines or [""]
    return draw(st.sampled_from(["\r\n", "\n"])).join(lines)


def surrogate_free(text: str) -> bytes:
    return text.encode("utf-8", "replace")


@given(wild_info(), wild_info())
def test_wild_replies_have_typed_samples_and_leave_no_trace(first, second):
    parser = InfoParser()
    for text in (first, first, second, first, second, second, second):
        raw = surrogate_free(text)
        sample = parser.parse(raw, 100.0, 0.001)
        assert sample == parse_info(raw, 100.0, 0.001)
        wrong = [name for name, kind in HINTS.items() if not has_type(getattr(sample, name), kind)]
        assert wrong == []


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(raw):
    parser = InfoParser()
    assert parser.parse(raw, 1.0, 0.1) == parser.parse(raw, 1.0, 0.1) == parser.parse(raw, 1.0, 0.1)
