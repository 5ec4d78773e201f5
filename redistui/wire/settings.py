"""The part of a server's configuration that guards and drift look at. Secrets: only whether they are set."""

from collections.abc import Iterator

import hiredis

from redistui.model.snapshot import ServerSettings

from .client import Connection, Reply
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


async def server_settings(connection: Connection, *, in_one_call: bool = False) -> ServerSettings:
    """Names that a version does not know are left out. A server that refuses is no error: `problem` says why.
    Raises WireFailure when the server does not answer. `in_one_call` is for 7.0 and later: 6.2 takes one name a call.
    """
    wanted = (*NAMES, *SECRET_NAMES)
    calls = [wanted] if in_one_call else [(name,) for name in wanted]
    values: dict[str, str] = {}
    for reply in await connection.pipeline([("CONFIG", "GET", *names) for names in calls]):
        if isinstance(reply, hiredis.ReplyError):
            failure = from_error_reply(str(reply), "CONFIG GET", connection.endpoint)
            return ServerSettings(problem=failure.message)
        if isinstance(reply, list):
            values.update(_values(reply))
    return ServerSettings(values)


def _values(reply: list[Reply]) -> Iterator[tuple[str, str]]:
    for name, value in zip(reply[::2], reply[1::2], strict=False):
        if isinstance(name, bytes) and isinstance(value, bytes):
            known = name.decode("utf-8", "replace")
            text = value.decode("utf-8", "replace")
            yield known, text if known not in SECRET_NAMES else SET if text else NOT_SET
