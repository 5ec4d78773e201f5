"""One operation a pair at a time, two ways: a lock on this machine, and a named connection that other bastions see.

The named connection is held on every reachable node: it shows in CLIENT LIST to every other account and machine, and
vanishes with its holder. Of two that came at once, the lower client id goes on.
"""

import contextlib
import fcntl
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from redistui.model.errors import RedistuiError
from redistui.model.topology import PairKey
from redistui.wire.client import Connection
from redistui.wire.failures import WireFailure

NAME_PREFIX = "redistui-op-"
_LINE = re.compile(rb"\bid=(\d+)\b.*?\baddr=(\S+).*?\bname=(\S*)")


class PairBusy(RedistuiError):
    """Another operation holds the pair."""


@contextlib.contextmanager
def local_lock(state_folder: Path, pair: PairKey) -> Iterator[None]:
    """Held until the block or the process ends. Raises PairBusy at once."""
    descriptor = _open(state_folder, pair)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PairBusy(
                f"another operation on {pair} is running on this machine", hint="redistui operations list shows it"
            ) from None
        yield
    finally:
        os.close(descriptor)


def is_locked(state_folder: Path, pair: PairKey) -> bool:
    """Whether a runner on this machine holds the pair now."""
    descriptor = _open(state_folder, pair)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


async def check_alone(connections: Sequence[Connection], own_name: str) -> None:
    """Raises PairBusy when another operation's connection is on one of the nodes and was there first.

    `connections` carry `own_name` already, so of two that look at the same time at least one sees the other.
    A user who may not list clients sees nothing: the lock of this machine still holds.
    """
    for connection in connections:
        try:
            listed = await connection.call("CLIENT", "LIST")
            own_id = await connection.call("CLIENT", "ID")
        except WireFailure:
            continue
        for line in listed.splitlines() if isinstance(listed, bytes) else ():
            found = _LINE.search(line)
            if found is None or not found[3].startswith(NAME_PREFIX.encode()) or found[3] == own_name.encode():
                continue
            if isinstance(own_id, int) and int(found[1]) < own_id:
                raise PairBusy(
                    f"operation {found[3].decode()} from {found[2].decode(errors='replace')} holds "
                    f"{connection.endpoint.address}",
                    hint="wait until it has ended: redistui operations list on the machine it comes from",
                )


def _open(state_folder: Path, pair: PairKey) -> int:
    folder = state_folder / "locks"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = hashlib.sha256(str(pair).encode()).hexdigest()[:32]
    return os.open(folder / name, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
