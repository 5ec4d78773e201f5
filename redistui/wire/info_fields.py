"""Which lines of INFO are wanted, and what each means. Unknown or malformed is None, never a guess."""

import math
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from redistui.model.endpoint import Address
from redistui.model.sample import AttachedReplica, DatabaseKeys, LinkState
from redistui.model.topology import Role

INTEGERS: Mapping[str, str] = {
    "process_id": "process_id",
    "tcp_port": "tcp_port",
    "uptime_in_seconds": "uptime_seconds",
    "second_repl_offset": "second_offset",
    "master_link_down_since_seconds": "link_down_seconds",
    "master_last_io_seconds_ago": "seconds_since_upstream_io",
    "master_sync_left_bytes": "sync_left_bytes",
    "slave_priority": "replica_priority",
    "repl_backlog_size": "backlog_size_bytes",
    "repl_backlog_first_byte_offset": "backlog_first_offset",
    "repl_backlog_histlen": "backlog_length_bytes",
    "used_memory": "memory_used_bytes",
    "used_memory_rss": "memory_rss_bytes",
    "used_memory_peak": "memory_peak_bytes",
    "maxmemory": "memory_max_bytes",
    "used_memory_dataset": "dataset_bytes",
    "mem_total_replication_buffers": "replication_buffer_bytes",
    "mem_clients_normal": "client_buffer_bytes",
    "total_system_memory": "total_system_memory_bytes",
    "connected_clients": "clients",
    "maxclients": "clients_max",
    "blocked_clients": "clients_blocked",
    "total_commands_processed": "commands_processed",
    "instantaneous_ops_per_sec": "operations_per_second",
    "total_net_input_bytes": "network_input_bytes",
    "total_net_output_bytes": "network_output_bytes",
    "keyspace_hits": "keyspace_hits",
    "keyspace_misses": "keyspace_misses",
    "evicted_keys": "evicted_keys",
    "expired_keys": "expired_keys",
    "rejected_connections": "rejected_connections",
    "total_error_replies": "error_replies",
    "sync_full": "full_resyncs",
    "sync_partial_ok": "partial_resyncs",
    "sync_partial_err": "partial_resyncs_refused",
    "loading_eta_seconds": "loading_eta_seconds",
    "rdb_changes_since_last_save": "changes_since_save",
    "rdb_last_save_time": "last_save_at",
    "aof_current_size": "aof_size_bytes",
}
BOOLEANS: Mapping[str, str] = {
    "slave_read_only": "replica_read_only",
    "repl_backlog_active": "backlog_active",
    "loading": "loading",
    "rdb_bgsave_in_progress": "save_in_progress",
    "rdb_last_bgsave_status": "last_save_ok",
    "aof_enabled": "aof_enabled",
    "aof_rewrite_in_progress": "aof_rewrite_in_progress",
    "aof_last_bgrewrite_status": "aof_last_rewrite_ok",
    "aof_last_write_status": "aof_last_write_ok",
}
TEXTS: Mapping[str, str] = {
    "run_id": "run_id",
    "config_file": "config_file",
    "master_replid": "replication_id",
    "master_failover_state": "failover_state",
    "maxmemory_policy": "memory_policy",
}
SETTLED = (
    *("software", "version", "mode", "server_time", "role", "replication_id2", "offset", "upstream", "link"),
    *("fragmentation_ratio", "replication_buffer_bytes", "last_fork_seconds", "attached", "keyspace"),
)
"""Fields that take more than one line, or more than reading one; `settle` gives them in this order, from FACTS."""
FACTS = (
    *("redis_version", "server_name", "valkey_version", "redis_mode", "server_mode", "server_time_usec", "role"),
    *("master_replid2", "master_repl_offset", "slave_repl_offset", "master_host", "master_port", "master_link_status"),
    *("master_sync_in_progress", "mem_fragmentation_ratio", "mem_total_replication_buffers", "mem_clients_slaves"),
    "latest_fork_usec",
)
REPLICAS, DATABASES, KEYSPACE = "slave#:", "db#:", "# Keyspace"

_TRUTH: Mapping[str | None, bool] = {"0": False, "1": True, "err": False, "ok": True}
_ROLES: Mapping[object, Role] = {"master": Role.PRIMARY, "slave": Role.REPLICA, "sentinel": Role.SENTINEL}
_LINKS: Mapping[object, LinkState] = {"up": LinkState.UP, "down": LinkState.DOWN}
_NO_REPLICATION_ID = "0" * 40
_REPLICA = re.compile(r"slave\d+:ip=([^,]*),port=(\d*),state=([^,]*),offset=(-?\d*),lag=(-?\d*)", re.ASCII).match
_DATABASE = re.compile(r"^db(\d{1,9}):keys=(\d{1,19}),expires=(\d{1,19})", re.ASCII | re.MULTILINE).findall


def integer(text: str | None) -> int | None:
    """A number that cannot be negative: INFO writes -1 for unknown."""
    try:
        value = int(text or "")
    except ValueError:
        return None
    return value if value >= 0 else None


boolean: Callable[[str | None], bool | None] = _TRUTH.get


def settle(facts: Mapping[str, str]) -> tuple[object, ...]:
    """The fields SETTLED, from the texts of FACTS and of the families of lines."""
    get = facts.get
    role = _ROLES.get(get("role"), Role.UNKNOWN)
    offset = upstream = link = None
    if role is Role.PRIMARY:
        offset = integer(get("master_repl_offset"))
    elif role is Role.REPLICA:
        offset = integer(get("slave_repl_offset"))
        upstream = _address(get("master_host"), get("master_port"))
        link = LinkState.SYNCING if get("master_sync_in_progress") == "1" else _LINKS.get(get("master_link_status"))
    # Valkey reports 7.2.4 as its redis_version for ever.
    version = get("valkey_version") or get("redis_version")
    second_id = get("master_replid2")
    clock, fork = integer(get("server_time_usec")), integer(get("latest_fork_usec"))
    replicas, databases = get(REPLICAS), get(DATABASES)
    return (
        (get("server_name") or "redis") if version else None,
        version,
        get("redis_mode") or get("server_mode"),
        None if clock is None else clock / 1e6,
        role,
        None if second_id == _NO_REPLICATION_ID else second_id,
        offset,
        upstream,
        link,
        _decimal(get("mem_fragmentation_ratio")),
        integer(get("mem_total_replication_buffers") or get("mem_clients_slaves")),  # 6.2 has the second only
        None if fork is None else fork / 1e6,
        () if replicas is None else tuple(map(_attached_replica, replicas.split("\r\n"))),
        _databases(databases) if databases is not None else () if KEYSPACE in facts else None,
    )


def _attached_replica(line: str) -> AttachedReplica:
    """`slave0:ip=…,port=…,state=online,offset=…,lag=…[,type=replica]`; the ip may be an announced host name."""
    match = _REPLICA(line)
    if match is None:
        return AttachedReplica(None, "", None, None)
    host, port, state, offset, seconds = match.groups()
    return AttachedReplica(_address(host, port), state, integer(offset), integer(seconds))


def _databases(lines: str) -> tuple[DatabaseKeys, ...]:
    return tuple([DatabaseKeys(int(number), int(keys), int(expiring)) for number, keys, expiring in _DATABASE(lines)])


@lru_cache(maxsize=4096)
def _address(host: str | None, port_text: str | None) -> Address | None:
    port = integer(port_text)
    return Address(host, port) if host and port else None


def _decimal(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None
