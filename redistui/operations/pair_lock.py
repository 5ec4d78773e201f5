"""One operation a pair at a time, two ways: a lock on this machine, and a named connection that other bastions see.

Beside it each operation has a lock of its own, so that it has one runner at a time and a killed one shows.

The named connection is held on every reachable node: it shows in CLIENT LIST to every other account and machine, and
vanishes with its holder. Of two that came at once, the lower client id goes on.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from redistui.model.errors import RedistuiError, RefusedError
from redistui.model.topology import PairKey
from redistui.wire.client import Connection
from redistui.wire.failures import WireFailure

NAME_PREFIX = "redistui-op-"
_LOOKS_SECONDS = 0.3  # somebody who only looks whether it is held holds it for an instant
_STEP_SECONDS = 0.02
_LINE = re.compile(rb"\bid=(\d+)\b.*?\baddr=(\S+).*?\bname=(\S*)")


class PairBusy(RefusedError):
    """Another operation holds the pair."""


class OperationBusy(RefusedError):
    """Another process carries the operation on."""


class LockError(RedistuiError):
    """The locks cannot be kept; nothing may be changed without them."""


@contextlib.contextmanager
def local_lock(state_folder: Path, pair: PairKey) -> Iterator[None]:
    """Held until the block or the process ends. Raises PairBusy."""
    with _held(state_folder, str(pair)) as taken:
        if not taken:
            raise PairBusy(
                f"another operation on {pair} is running on this machine", hint="redistui operations list shows it"
            )
        yield


@contextlib.contextmanager
def operation_lock(state_folder: Path, operation: str) -> Iterator[None]:
    """Held by whoever carries the operation on, or decides how it goes on. Raises OperationBusy."""
    with _held(state_folder, f"operation {operation}") as taken:
        if not taken:
            raise OperationBusy(
                f"operation {operation} is running", hint=f"redistui operations follow {operation} shows it"
            )
        yield


def is_carried(state_folder: Path, operation: str) -> bool:
    """Whether a process on this machine carries the operation on now."""
    descriptor = _open(state_folder, f"operation {operation}")
    try:
        return not _take(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


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


@contextlib.contextmanager
def _held(state_folder: Path, name: str) -> Iterator[bool]:
    descriptor = _open(state_folder, name)
    try:
        until = time.monotonic() + _LOOKS_SECONDS
        while not (taken := _take(descriptor, fcntl.LOCK_EX)) and time.monotonic() < until:
            time.sleep(_STEP_SECONDS)
        yield taken
    finally:
        os.close(descriptor)


def _take(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(state_folder: Path, name: str) -> int:
    folder = state_folder / "locks"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / hashlib.sha256(name.encode()).hexdigest()[:32]
        return os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LockError(
            f"the locks in {folder} cannot be opened: {error.strerror}",
            hint="make room on the disk or mend its permissions; nothing is changed without the locks",
        ) from None
