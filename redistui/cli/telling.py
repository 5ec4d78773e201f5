"""Tells an operation's steps as they tick: one line a step, and on a terminal the current one below."""

import os
import shutil
import sys
from typing import TextIO

from redistui.model.operation import Direction, StepStatus
from redistui.operations.record import OperationRecord
from redistui.present.operations import step_text
from redistui.present.table import Look, Tone
from redistui.present.text import width

from . import output

_ERASE_LINE = "\r\x1b[2K"


class Teller:
    """Writes to stdout, or to stderr where stdout is for the JSON document."""

    def __init__(self, *, as_json: bool) -> None:
        self._stream: TextIO | None = sys.stderr if as_json else sys.stdout
        self._look = output.look(self._stream)
        self._live = bool(self._stream and self._stream.isatty()) and os.environ.get("TERM", "dumb") != "dumb"
        self._before: OperationRecord | None = None
        self._current = ""
        self._step = ""

    @property
    def look(self) -> Look:
        return self._look

    def line(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        """A finished line, in words of its own."""
        self._write(self._look.toned(self._look.lines(text), tone) if text else "")

    def drawn(self, lines: str) -> None:
        """Lines that are safe to show already."""
        self._write(lines)

    def tell(self, record: OperationRecord) -> None:
        """What is new since the last time."""
        before, self._before = self._before, record
        steps = list(enumerate(record.state.steps))
        turned = record.state.direction is Direction.BACKWARD
        if turned and (before is None or before.state.direction is Direction.FORWARD):
            self.line("turning back: what was done is undone, the newest first")
        for index, step in reversed(steps) if turned else steps:
            if step.status in (StepStatus.PENDING, StepStatus.RUNNING):
                continue
            if before is None or before.state.steps[index] != step:
                self._write(step_text(record, index, self._look))
        running = [index for index, step in steps if step.status is StepStatus.RUNNING]
        self._step = step_text(record, running[0], self._look) if running and record.state.outcome is None else ""
        self._show(self._step)

    def whisper(self, words: str) -> None:
        """What the runner says of the running step; only where the line can be drawn anew."""
        if self._step:
            self._show(f"{self._step}  {self._look.text(words)}")

    def end(self) -> None:
        """Leave nothing half drawn."""
        self._show("")

    def _write(self, text: str) -> None:
        if self._stream is None:
            return
        self._stream.write((_ERASE_LINE if self._current else "") + text + "\n" + self._current)
        self._stream.flush()

    def _show(self, text: str) -> None:
        if not self._live or self._stream is None or text == self._current:
            return
        columns = shutil.get_terminal_size().columns
        while width(text) >= columns:
            text = text[:-1]
        self._stream.write((_ERASE_LINE if self._current else "") + text)
        self._stream.flush()
        self._current = text
