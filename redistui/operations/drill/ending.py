"""After a drill: is every acknowledged write still there? Nothing of the probe's stays. No SCAN: it knows its keys."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import hiredis

from redistui.wire.failures import WireFailure

from .client import Line, key
from .tally import Times

_BATCH = 500
_ANSWER_SECONDS = 10.0
_KEYS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Lost:
    """Acknowledged writes that are missing; `times` are those of the first and the last (monotonic)."""

    count: int = 0
    times: tuple[float, ...] = ()
    keys: tuple[str, ...] = ()
    problem: str = ""  # why it is not known


async def check(line: Line | None, prefix: str, writes: Sequence[Times]) -> Lost:
    """Ask the primary for every acknowledged key."""
    if line is None:
        return Lost(problem="no node answers as the primary: what was lost is not known")
    count, times, keys = 0, list[float](), list[str]()
    for batch in _batches(_acknowledged(prefix, writes)):
        try:
            replies = await line.connection.pipeline(
                [("EXISTS", name) for name, _ in batch], timeout_seconds=_ANSWER_SECONDS
            )
        except WireFailure as failure:
            return Lost(problem=f"not every write could be looked for: {failure.message}")
        for (name, at), reply in zip(batch, replies, strict=True):
            if isinstance(reply, hiredis.ReplyError):
                return Lost(problem=f"not every write could be looked for: {reply}")
            if reply != 1:
                count += 1
                times.append(at)
                keys.append(name)
    span = (min(times), max(times)) if times else ()
    return Lost(count, span, tuple(keys[:_KEYS_SHOWN]))


async def remove(line: Line | None, prefix: str, writes: Sequence[Times]) -> int:
    """Unlink whatever was written; how many keys stay until they expire."""
    left = sum(map(len, writes))
    if line is None:
        return left
    for batch in _batches(_written(prefix, writes)):
        command = ("UNLINK", *(name for name, _ in batch))
        try:
            (reply,) = await line.connection.pipeline([command], timeout_seconds=_ANSWER_SECONDS)
        except WireFailure:
            return left
        if not isinstance(reply, hiredis.ReplyError):
            left -= len(batch)
    return left


def _acknowledged(prefix: str, writes: Sequence[Times]) -> Iterator[tuple[str, float]]:
    for writer, written in enumerate(writes):
        for number, at in enumerate(written):
            if at >= 0:
                yield key(prefix, writer, number), at


def _written(prefix: str, writes: Sequence[Times]) -> Iterator[tuple[str, float]]:
    for writer, written in enumerate(writes):
        for number, at in enumerate(written):
            yield key(prefix, writer, number), at


def _batches(names: Iterator[tuple[str, float]]) -> Iterator[list[tuple[str, float]]]:
    while batch := list(islice(names, _BATCH)):
        yield batch
