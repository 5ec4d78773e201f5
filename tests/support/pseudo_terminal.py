"""A program on a real pseudo-terminal, and what its screen shows."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import pyte

END_LIMIT_SECONDS = 5.0


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class PseudoTerminal:
    """Starts a command as the leader of a session whose terminal is the pseudo-terminal."""

    def __init__(
        self, command: Sequence[str | Path], environment: Mapping[str, str], columns: int = 80, rows: int = 24
    ) -> None:
        self.bytes_read = 0
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._lock = threading.Lock()
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            # Where a test run sets these, Textual believes them more than the terminal.
            env={name: value for name, value in environment.items() if name not in ("COLUMNS", "LINES")},
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(theirs)
        self._stopped = threading.Event()
        self._flowing = threading.Event()
        self._flowing.set()
        self._gone = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while not self._stopped.is_set():
            if not self._flowing.wait(0.1):
                continue
            ready, _, _ = select.select([self._ours], [], [], 0.1)
            if not ready:
                continue
            try:
                data = os.read(self._ours, 65536)
            except OSError:  # Linux answers EIO once the last writer is gone
                return
            if not data:
                return
            with self._lock:
                self.bytes_read += len(data)
                self._stream.feed(data)

    @property
    def text(self) -> str:
        with self._lock:
            return "\n".join(line.rstrip() for line in self._screen.display)

    def send(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        with self._lock:
            self._screen.resize(rows, columns)
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def wipe(self) -> None:
        """What stood there is gone, as after a shell has written over it."""
        with self._lock:
            self._screen.erase_in_display(2)

    def hold(self) -> None:
        """Stop reading, as a stuck terminal does."""
        self._flowing.clear()

    def release(self) -> None:
        self._flowing.set()

    def hang_up(self) -> None:
        """The terminal is gone."""
        self._gone = True
        self._stopped.set()
        self._flowing.set()
        self._reader.join(END_LIMIT_SECONDS)
        os.close(self._ours)

    @property
    def echoes(self) -> bool:
        """Whether the terminal is in its usual mode, as a shell needs it."""
        return bool(termios.tcgetattr(self._ours)[3] & termios.ECHO)

    def wait(self, what: str | Callable[[str], bool], limit_seconds: float = 10.0) -> float:
        """Wait until the screen shows a text; returns the seconds it took."""
        shows = (lambda text: what in text) if isinstance(what, str) else what
        begin = time.monotonic()
        while not shows(self.text):
            if time.monotonic() - begin > limit_seconds:
                raise AssertionError(f"no {what} on the screen within {limit_seconds} s:\n{self.text}")
            if self.process.poll() is not None and not self._reader.is_alive():
                raise AssertionError(f"ended with {self.process.returncode} before {what}:\n{self.text}")
            time.sleep(0.02)
        return time.monotonic() - begin

    def settle(self, quiet_seconds: float = 0.2, limit_seconds: float = 3.0) -> None:
        """Wait until nothing has been drawn for a moment; a live screen is given up at the limit."""
        begin, seen, since = time.monotonic(), self.bytes_read, time.monotonic()
        while time.monotonic() - since < quiet_seconds and time.monotonic() - begin < limit_seconds:
            time.sleep(0.02)
            if self.bytes_read != seen:
                seen, since = self.bytes_read, time.monotonic()

    def close(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGHUP)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(END_LIMIT_SECONDS)
        if self.process.poll() is None:
            self.process.kill()
        code = self.process.wait(END_LIMIT_SECONDS)
        self._stopped.set()
        self._flowing.set()
        self._reader.join(END_LIMIT_SECONDS)
        if not self._gone:
            os.close(self._ours)
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
