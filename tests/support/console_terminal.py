"""The console on a made-up fleet, on a real pseudo-terminal."""

import json
import os
import sys
import time

from . import console_child
from .pseudo_terminal import PseudoTerminal
from .waiting import wait_until


def command(**orders: object) -> list[str]:
    return [sys.executable, console_child.__file__, json.dumps(orders)]


def environment(**changes: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"TERM": "xterm-256color", "LANG": "C.UTF-8", "COLUMNS": "", "LINES": ""} | changes


def open_console(
    variables: dict[str, str] | None = None, columns: int = 80, rows: int = 24, **orders: object
) -> PseudoTerminal:
    """`orders` are those of support.console_child."""
    return PseudoTerminal(command(**orders), environment(**(variables or {})), columns, rows)


def ended_within(console: PseudoTerminal, seconds: float) -> int:
    begin = time.monotonic()
    wait_until(lambda: console.process.poll() is not None, "the console ends", seconds + 3)
    assert time.monotonic() - begin <= seconds
    return int(console.process.wait())
