"""While the console has the terminal nobody else writes to it: logs, warnings and lost exceptions go to a file."""

import logging
import os
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

MOST_ENTRIES = 200


def open_private(path: Path) -> TextIO:
    """For appending; readable for nobody else."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8")


class Quiet(logging.Handler):
    """As a context: keeps where something happened and of what kind, never its text, which may repeat a secret.

    Each place is told once, and at most MOST_ENTRIES in all: what fails every second must not fill the disk.
    """

    def __init__(self, path: Path | None) -> None:
        super().__init__(logging.WARNING)
        self._path = path
        self._told: set[tuple[str, str]] = set()

    def __enter__(self) -> "Quiet":
        root = logging.getLogger()
        self._others, root.handlers = root.handlers, [self]
        logging.captureWarnings(capture=True)
        self._hooks = threading.excepthook, sys.unraisablehook
        threading.excepthook = self._thread_failed
        sys.unraisablehook = self._unraisable
        return self

    def __exit__(self, *_: object) -> None:
        threading.excepthook, sys.unraisablehook = self._hooks
        logging.captureWarnings(capture=False)
        logging.getLogger().handlers = self._others

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._tell(f"{record.name} {record.levelname.lower()} at {record.module}:{record.lineno}", error)

    def _thread_failed(self, failed: threading.ExceptHookArgs) -> None:
        if failed.exc_type is not SystemExit:
            self._tell(f"thread {failed.thread.name if failed.thread else 'unknown'}", failed.exc_value)

    def _unraisable(self, unraisable: "sys.UnraisableHookArgs") -> None:
        self._tell("in a finalizer", unraisable.exc_value)

    def _tell(self, place: str, error: BaseException | None) -> None:
        kind = "" if error is None else type(error).__name__
        if self._path is None or (place, kind) in self._told or len(self._told) >= MOST_ENTRIES:
            return
        self._told.add((place, kind))
        frames = [] if error is None else traceback.format_tb(error.__traceback__)
        try:
            with open_private(self._path) as log:
                log.write(f"{datetime.now(UTC).isoformat(timespec='seconds')} {place} {kind}".rstrip() + "\n")
                log.writelines(frames)
        except OSError:
            return  # nowhere to tell it
