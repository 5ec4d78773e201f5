"""The process behind a demo pair's sample load: `python -m redistui_embedded.load PAIR_FOLDER`.

Detaches from whoever started it, follows the primary, and ends when the pair's folder is gone.
"""

import fcntl
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from redistui.model.errors import ProviderError

from . import configfile, ports, workload
from .layout import PairFolder, write_private

if TYPE_CHECKING:
    import redis

CLIENT_NAME = "redistui-demo-load"
TICK_SECONDS = 0.1
REPLY_LIMIT_SECONDS = 2.0
RETRY_SECONDS = 0.2


def pid_file(folder: PairFolder) -> Path:
    return folder.path / "load.pid"


def main(arguments: list[str]) -> int:
    folder = PairFolder(Path(arguments[0]))
    lock = os.open(folder.path / "load.lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        # A fork keeps it.
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return 0
    ready, report = os.pipe()
    if os.fork():
        # Return when the load can be found by its pid file.
        os.close(report)
        return 0 if os.read(ready, 1) else 1
    os.close(ready)
    _detach(folder)
    write_private(pid_file(folder), f"{os.getpid()}\n")
    os.write(report, b"running")
    os.close(report)
    run(folder)
    return 0


def run(folder: PairFolder) -> None:
    """Write and read until the pair is gone."""
    import redis

    began = time.monotonic()
    while folder.record_file.exists():
        try:
            primary = _primary(folder)
            if primary is not None:
                with primary:
                    _drive(primary, folder, began)
        except (redis.RedisError, ProviderError, OSError):
            # The node is down, frozen or demoted, or the folder is being removed: look again.
            pass
        time.sleep(RETRY_SECONDS)


def _drive(primary: "redis.Redis", folder: PairFolder, began: float) -> None:
    randomness = random.Random()
    due = time.monotonic()
    owed = 0.0
    while folder.record_file.exists():
        elapsed_seconds = time.monotonic() - began
        owed += workload.rate(elapsed_seconds) * TICK_SECONDS
        pipeline = primary.pipeline(transaction=False)
        for command in workload.commands(elapsed_seconds, int(owed), randomness):
            pipeline.execute_command(*command)  # type: ignore[no-untyped-call]
        owed -= int(owed)
        pipeline.execute()
        # After a hold-up there is nothing to catch up with.
        due = max(due + TICK_SECONDS, time.monotonic() - TICK_SECONDS)
        time.sleep(max(0.0, due - time.monotonic()))


def _primary(folder: PairFolder) -> "redis.Redis | None":
    """A client of the node that says it is the primary; of several, the one with replicas."""
    import redis

    found: list[tuple[int, redis.Redis]] = []
    for record in folder.read().nodes:
        client = _client(record.port, configfile.read(folder.node(record.id).config_file))
        try:
            role = client.execute_command("ROLE")  # type: ignore[no-untyped-call]
        except redis.RedisError:
            client.close()
            continue
        if role[0] == b"master":
            found.append((len(role[2]), client))
        else:
            client.close()
    found.sort(key=lambda entry: entry[0])
    for _, client in found[:-1]:
        client.close()
    return found[-1][1] if found else None


def _client(port: int, stored: configfile.StoredConfig) -> "redis.Redis":
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return redis.Redis(
        host=ports.LOOPBACK,
        port=port,
        password=stored.password.reveal() if stored.password else None,
        client_name=CLIENT_NAME,
        socket_timeout=REPLY_LIMIT_SECONDS,
        socket_connect_timeout=REPLY_LIMIT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        single_connection_client=True,
    )


def _detach(folder: PairFolder) -> None:
    os.umask(0o077)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    log = os.open(folder.path / "load.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for source, target in ((nothing, 0), (nothing, 1), (log, 2)):
        os.dup2(source, target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
