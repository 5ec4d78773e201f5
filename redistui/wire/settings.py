"""The part of a server's configuration that guards and drift look at. Secrets: only whether they are set."""

import hiredis

from redistui.model.snapshot import ServerSettings

from .client import Connection
from .replies import from_error_reply

NAMES = (
    *("maxmemory", "maxmemory-policy", "maxclients", "databases", "timeout", "tcp-keepalive"),
    *("appendonly", "appendfsync", "save", "stop-writes-on-bgsave-error", "shutdown-timeout"),
    *("repl-backlog-size", "repl-backlog-ttl", "repl-timeout", "repl-ping-replica-period", "repl-diskless-sync"),
    *("repl-diskless-sync-delay", "repl-diskless-load", "repl-disable-tcp-nodelay"),
    *("min-replicas-to-write", "min-replicas-max-lag", "replica-read-only", "replica-priority"),
    *("replica-serve-stale-data", "replica-announce-ip", "replica-announce-port"),
    *("client-output-buffer-limit", "masteruser", "tls-replication", "tls-port"),
)
SECRET_NAMES = ("requirepass", "masterauth", "tls-key-file-pass")
SET, NOT_SET = "set", "not set"


async def server_settings(connection: Connection) -> ServerSettings:
    """Names that a version does not know are left out. A server that refuses is no error: `problem` says why.
    Raises WireFailure when the server does not answer."""
    wanted = (*NAMES, *SECRET_NAMES)
    # One name each: 6.2 takes no list.
    replies = await connection.pipeline([("CONFIG", "GET", name) for name in wanted])
    values: dict[str, str] = {}
    for name, reply in zip(wanted, replies, strict=True):
        if isinstance(reply, hiredis.ReplyError):
            failure = from_error_reply(str(reply), "CONFIG GET", connection.endpoint)
            return ServerSettings(problem=failure.message)
        if not isinstance(reply, list) or len(reply) != 2 or not isinstance(reply[1], bytes):
            continue
        value = reply[1].decode("utf-8", "replace")
        values[name] = (SET if value else NOT_SET) if name in SECRET_NAMES else value
    return ServerSettings(values)
