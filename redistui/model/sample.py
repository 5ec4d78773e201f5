"""One reading of one node: what INFO said, typed, or why there is none.

Unknown is None, everywhere. Sizes are bytes, times are seconds, `sampled_at` is seconds since the epoch.
Field names follow INFO's meaning, not its spelling: https://redis.io/docs/latest/commands/info/
"""

from dataclasses import dataclass
from enum import StrEnum

from .endpoint import Address
from .topology import Role


class LinkState(StrEnum):
    UP = "up"
    DOWN = "down"
    SYNCING = "syncing"


@dataclass(frozen=True, slots=True)
class AttachedReplica:
    """A `slaveN` line of a node's INFO. `seconds_since_ack` is the age of the last ACK, not lag."""

    address: Address | None
    state: str
    offset: int | None
    seconds_since_ack: int | None


@dataclass(frozen=True, slots=True)
class DatabaseKeys:
    database: int
    keys: int
    expiring_keys: int


@dataclass(frozen=True, slots=True)
class NodeSample:
    sampled_at: float
    round_trip_seconds: float = 0.0
    # server
    software: str | None = None  # "redis" or "valkey"
    version: str | None = None
    mode: str | None = None  # standalone, cluster, sentinel
    run_id: str | None = None
    process_id: int | None = None
    tcp_port: int | None = None
    uptime_seconds: int | None = None
    server_time: float | None = None  # the server's own clock, seconds since the epoch
    config_file: str | None = None
    # replication
    role: Role = Role.UNKNOWN
    replication_id: str | None = None
    replication_id2: str | None = None
    second_offset: int | None = None
    offset: int | None = None  # master_repl_offset of a primary, slave_repl_offset of a replica
    upstream: Address | None = None
    link: LinkState | None = None
    link_down_seconds: int | None = None
    seconds_since_upstream_io: int | None = None
    sync_left_bytes: int | None = None
    replica_priority: int | None = None
    replica_read_only: bool | None = None
    attached: tuple[AttachedReplica, ...] = ()
    failover_state: str | None = None
    backlog_active: bool | None = None
    backlog_size_bytes: int | None = None
    backlog_first_offset: int | None = None
    backlog_length_bytes: int | None = None
    # memory
    memory_used_bytes: int | None = None
    memory_rss_bytes: int | None = None
    memory_peak_bytes: int | None = None
    memory_max_bytes: int | None = None  # 0: no limit
    memory_policy: str | None = None
    fragmentation_ratio: float | None = None
    dataset_bytes: int | None = None
    replication_buffer_bytes: int | None = None
    client_buffer_bytes: int | None = None
    total_system_memory_bytes: int | None = None
    # clients
    clients: int | None = None
    clients_max: int | None = None
    clients_blocked: int | None = None
    # stats, counters since the server's start
    commands_processed: int | None = None
    operations_per_second: int | None = None
    network_input_bytes: int | None = None
    network_output_bytes: int | None = None
    keyspace_hits: int | None = None
    keyspace_misses: int | None = None
    evicted_keys: int | None = None
    expired_keys: int | None = None
    rejected_connections: int | None = None
    error_replies: int | None = None
    full_resyncs: int | None = None
    partial_resyncs: int | None = None
    partial_resyncs_refused: int | None = None
    last_fork_seconds: float | None = None
    # persistence
    loading: bool | None = None
    loading_eta_seconds: int | None = None
    changes_since_save: int | None = None
    save_in_progress: bool | None = None
    last_save_at: int | None = None
    last_save_ok: bool | None = None
    aof_enabled: bool | None = None
    aof_rewrite_in_progress: bool | None = None
    aof_last_rewrite_ok: bool | None = None
    aof_last_write_ok: bool | None = None
    aof_size_bytes: int | None = None
    # keyspace
    keyspace: tuple[DatabaseKeys, ...] | None = None

    @property
    def keys(self) -> int | None:
        return None if self.keyspace is None else sum(database.keys for database in self.keyspace)


class FailureKind(StrEnum):
    """Why a node gave no sample. Each has its own words and way out (`present`)."""

    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNRESOLVED = "unresolved"
    TIMEOUT = "timeout"
    RESET = "reset"
    AUTHENTICATION = "authentication"
    PERMISSION = "permission"
    TLS = "tls"
    CERTIFICATE = "certificate"
    PROTOCOL = "protocol"
    LOADING = "loading"
    BUSY = "busy"
    UNKNOWN_COMMAND = "unknown-command"
    TOO_MANY_CLIENTS = "too-many-clients"
    SECRET = "secret"
    TUNNEL = "tunnel"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Failure:
    """The newest attempt's failure. `since` is when the node last stopped answering. The message holds no secret."""

    kind: FailureKind
    message: str
    hint: str
    at: float
    since: float
