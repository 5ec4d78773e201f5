"""A command of the operator's that runs after a change: it gets the operation as JSON on its standard input."""

import asyncio
import contextlib
import json
import os
import signal
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from redistui.model import units

from ..step import StepResult, done, failed, not_done

LIMIT_SECONDS = 60.0
_TAIL_BYTES = 4096
_COMPLAINT_LIMIT = 300


@dataclass
class RunHook:
    """`hidden_variables` hold secrets of the configuration, which the command does not get."""

    command: Sequence[str]
    describe: Callable[[], Mapping[str, object]]
    hidden_variables: Collection[str]
    limit_seconds: float = LIMIT_SECONDS

    async def run(self) -> StepResult:
        # Files instead of pipes: a command that reads nothing, or leaves a daemon behind, holds nothing up.
        with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as output:
            told.write(json.dumps(self.describe()).encode())
            told.seek(0)
            try:
                code = await self._finished(told, output)
            except OSError as error:
                return failed(f"{self.command[0]} cannot be run: {error.strerror}")
            if code is None:
                return failed(
                    f"{self.command[0]} did not end within {units.duration(self.limit_seconds)}, and was ended"
                )
            if code:
                return failed(f"{self.command[0]} ended with {_code(code)}: {_last_words(output)}")
            return done(f"{self.command[0]} ended with exit code 0")

    async def look(self) -> StepResult:
        return not_done("nothing tells whether it ran: it runs once more")

    async def undo(self) -> StepResult:
        # Only used past the point of no return, where nothing is taken back.
        return failed("a hook cannot be undone")

    async def _finished(self, told: BinaryIO, output: BinaryIO) -> int | None:
        process = await asyncio.create_subprocess_exec(
            *self.command,
            stdin=told,
            stdout=output,
            stderr=output,
            env={name: value for name, value in os.environ.items() if name not in self.hidden_variables},
            start_new_session=True,
        )
        try:
            return await asyncio.wait_for(process.wait(), self.limit_seconds)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
            return None


def _code(code: int) -> str:
    return f"exit code {code}" if code > 0 else f"signal {-code}"


def _last_words(output: BinaryIO) -> str:
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - _TAIL_BYTES))
    lines = output.read().decode(errors="replace").strip().splitlines()
    return " · ".join(lines[-2:])[:_COMPLAINT_LIMIT] or "it said nothing"
