"""The last words after an exception that nobody caught: short on the terminal, in full in the log, without values."""

import io
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from .quiet import open_private


class _Silent(Console):
    """Takes the place of Textual's error console, whose traceback shows local variables."""

    def __init__(self) -> None:
        super().__init__(file=io.StringIO())

    def print(self, *objects: object, **options: object) -> None:
        """Nothing: a local variable may hold a password."""


class CrashReport:
    def __init__(self, log_path: Path | None) -> None:
        self.console: Console = _Silent()
        self._log_path = log_path
        self._first: BaseException | None = None

    def note(self) -> None:
        """Keep the exception that is being handled, if there is one."""
        if self._first is None:
            self._first = sys.exc_info()[1]

    def tell(self) -> str | None:
        """Write the log; what to print, or None when nothing happened."""
        if self._first is None:
            return None
        kind = type(self._first).__name__
        where = traceback.extract_tb(self._first.__traceback__)
        place = f" at {Path(where[-1].filename).name}:{where[-1].lineno}" if where else ""
        told = f"redistui: the console ended because of a mistake of its own: {kind}{place}."
        return f"{told}\nThe servers are not touched. {self._logged()}"

    def _logged(self) -> str:
        error = self._first
        if self._log_path is None or error is None:
            return "Please report it."
        try:
            with open_private(self._log_path) as log:
                log.write(f"{datetime.now(UTC).isoformat(timespec='seconds')} {type(error).__name__}\n")
                # Frames without the exception's text and without locals: both may repeat a secret.
                log.writelines(traceback.format_tb(error.__traceback__))
        except OSError as problem:
            return f"Its log {self._log_path} cannot be written: {problem.strerror}."
        return f"Please report it with {self._log_path}."
