"""Data to stdout, words to stderr; plain where the terminal is plain."""

import contextlib
import json
import os
import signal
import sys
from typing import TextIO

from redistui.present.table import Look
from redistui.present.text import locale_is_plain

DEBUG_VARIABLE = "REDISTUI_DEBUG"
"""Environment variable with which mistakes of the program are told in full, on stderr."""


def data(text: str) -> None:
    """A line, or lines, of the answer. Raises BrokenPipeError when nobody reads any more."""
    if sys.stdout is not None:  # closed by `>&-`
        sys.stdout.write(text + "\n")


def flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def words(text: str) -> None:
    """What is not data: progress, warnings, errors."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(look(sys.stderr).lines(text) + "\n")
            sys.stderr.flush()


def document(value: object) -> None:
    """One JSON document."""
    data(json.dumps(value, indent=2, ensure_ascii=not _is_unicode(sys.stdout)))


def json_line(value: object) -> None:
    """One JSON document on one line, seen at once by whoever reads."""
    data(json.dumps(value, ensure_ascii=not _is_unicode(sys.stdout)))
    flush()


def look(stream: TextIO | None) -> Look:
    """What the terminal behind the stream shows. See https://no-color.org."""
    if stream is None:
        return Look()
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM", "dumb") == "dumb" or not stream.isatty()
    return Look(colour=not plain, unicode=_is_unicode(stream) and not locale_is_plain(os.environ))


def look_of_data() -> Look:
    return look(sys.stdout)


def prepare() -> None:
    """Let no character that a stream cannot encode end the command."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def end_by_closed_pipe() -> int:
    """End the way other tools end when their reader is gone: by SIGPIPE, in silence."""
    write_nowhere()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.raise_signal(signal.SIGPIPE)
    return 128 + signal.SIGPIPE


def write_nowhere() -> None:
    """What Python still holds for a stream that takes nothing would fail once more at the exit, with a traceback."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_unicode(stream: TextIO | None) -> bool:
    return stream is not None and (stream.encoding or "").lower().replace("-", "") == "utf8"
