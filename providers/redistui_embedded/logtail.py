"""The end of a log file, without reading the rest."""

import os
from pathlib import Path

_BLOCK_BYTES = 64 * 1024
_LIMIT_BYTES = 8 * 1024 * 1024


def tail(path: Path, lines: int) -> list[str]:
    """The newest lines, oldest first. A file that does not exist yet has none."""
    if lines <= 0:
        return []
    try:
        with path.open("rb") as file:
            start = position = file.seek(0, os.SEEK_END)
            end, blocks, breaks = position, [], 0
            # One break more than lines: the newest line ends with one.
            while position and breaks <= lines and end - start < _LIMIT_BYTES:
                start = max(0, position - _BLOCK_BYTES)
                file.seek(start)
                block = file.read(position - start)
                blocks.append(block)
                breaks += block.count(b"\n")
                position = start
    except FileNotFoundError:
        return []
    return b"".join(reversed(blocks)).decode(errors="replace").splitlines()[-lines:]
