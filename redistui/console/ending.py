"""How the console ends when nobody asks it to: signals, a terminal that is gone, one that is stuck."""

import asyncio
import contextlib
import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

FORCED_AFTER_SECONDS = 1.6
_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL
_SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)


class Ending:
    """Ends the app on SIGHUP, SIGTERM, SIGINT and the terminal's end, by force where the app cannot.

    `ask` is called once, from any thread, with the exit code.
    """

    def __init__(self, ask: Callable[[int], None]) -> None:
        self._ask = ask
        self.code: int | None = None
        self._finished = threading.Event()
        self._before: dict[signal.Signals, Any] = {}
        self._attributes: list[Any] | None = None

    def __enter__(self) -> "Ending":
        with contextlib.suppress(termios.error, OSError, ValueError):
            self._attributes = termios.tcgetattr(sys.__stdin__ or 0)
        for number in _SIGNALS:
            self._before[number] = signal.signal(number, self._signalled)
        threading.Thread(target=self._watch_terminal, name="redistui-terminal", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._finished.set()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self.code is not None and _terminal_is_gone():
            _write_nowhere()

    def _signalled(self, number: int, _frame: FrameType | None) -> None:
        # A session's SIGHUP is followed by SIGCONT, on which Textual's driver would start again.
        signal.signal(signal.SIGCONT, _nothing)
        self.end(128 + number)

    def end(self, code: int) -> None:
        if self.code is not None:
            return
        self.code = code
        threading.Thread(target=self._force, name="redistui-ending", daemon=True).start()
        self._ask(code)

    def _force(self) -> None:
        """A terminal that takes no more output blocks Textual's loop, which then never sees that it should end."""
        if self._finished.wait(FORCED_AFTER_SECONDS):
            return
        with contextlib.suppress(termios.error, OSError):
            if self._attributes is not None:
                termios.tcsetattr(0, termios.TCSANOW, self._attributes)
        os._exit(self.code or 1)

    def _watch_terminal(self) -> None:
        """Where SIGHUP does not come (nohup, another session), reading a lost terminal would spin for ever."""
        poll = select.poll()
        try:
            poll.register(0, 0)
            while not self._finished.is_set():
                if any(events & _GONE for _, events in poll.poll()):
                    break
        except OSError:
            return
        if not self._finished.is_set():
            self.end(128 + signal.SIGHUP)


def _terminal_is_gone() -> bool:
    poll = select.poll()
    poll.register(0, 0)
    return any(events & _GONE for _, events in poll.poll(0))


def _write_nowhere() -> None:
    """What Python still holds for a lost terminal would fail at the exit, and hide the exit code."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):
        if os.isatty(descriptor) or descriptor == 2:
            os.dup2(nowhere, descriptor)


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """A handler that does nothing, which is not the same as ignoring: SIGCONT still continues."""


def suspend_within(loop: asyncio.AbstractEventLoop) -> None:
    """SIGTSTP as work of the loop. Textual's handler waits for its writer's thread: in the middle of a write of the
    main thread, which holds the writer's lock, it would wait for ever."""
    suspend = signal.getsignal(signal.SIGTSTP)
    if callable(suspend):
        loop.add_signal_handler(signal.SIGTSTP, suspend, signal.SIGTSTP, None)
