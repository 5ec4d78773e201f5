"""Following an operation to its end, and telling how it ended."""

import asyncio
import contextlib
import subprocess
from pathlib import Path

from redistui.model.errors import ExitCode, RedistuiError
from redistui.operations.control import Standing, cancel, standing
from redistui.operations.following import follow
from redistui.operations.record import OperationRecord, Phase, read
from redistui.present.drills import drill_text
from redistui.present.operations import exit_code, operation_json, outcome_tone, verdict, way_out
from redistui.store.journal import Journal

from . import output
from .invocation import Invocation
from .telling import Teller

Process = subprocess.Popen[bytes]
_PROGRESS_SECONDS = 0.25


def carry_on(
    invocation: Invocation, journal: Journal, state: Path, operation: str, teller: Teller, process: Process | None
) -> ExitCode:
    """Tell each step until the operation has ended or nobody carries it on. `process` is the runner, where we started
    it; Ctrl-C leaves it running."""
    try:
        record = asyncio.run(_follow(journal, state, operation, teller, process))
    except KeyboardInterrupt:
        teller.end()
        if _heals_when_interrupted(journal, state, operation):
            return _end_early(journal, state, operation, teller)
        output.words(
            f"\noperation {operation} goes on without this terminal\n"
            f"  redistui operations follow {operation} shows it; redistui operations cancel {operation} turns it back"
        )
        return ExitCode.INTERRUPTED
    teller.end()
    now = standing(record, state)
    _tell_end(record, now, journal, teller)
    if invocation.json:
        output.document(operation_json(record, interrupted=now is Standing.INTERRUPTED))
    if record.phase is not Phase.ENDED and process is not None and process.poll() == ExitCode.REFUSED:
        return ExitCode.REFUSED
    return exit_code(record)


async def _follow(
    journal: Journal, state: Path, operation: str, teller: Teller, process: Process | None
) -> OperationRecord:
    is_starting = None if process is None else (lambda: process.poll() is None)
    whispering = asyncio.ensure_future(_tell_progress(journal, operation, teller))
    try:
        async for record in follow(journal, operation, state, is_starting=is_starting):
            teller.tell(record)
    finally:
        whispering.cancel()
    return read(journal, operation)


async def _tell_progress(journal: Journal, operation: str, teller: Teller) -> None:
    """The runner's newest words, beside the step that is running."""
    while True:
        await asyncio.sleep(_PROGRESS_SECONDS)
        if words := journal.progress(operation):
            teller.whisper(words[1])


def _heals_when_interrupted(journal: Journal, state: Path, operation: str) -> bool:
    """Whether it is a drill that runs: it is asked to make the pair whole and to stop."""
    if read(journal, operation).plan.verb != "drill":
        return False
    try:
        cancel(journal, state, operation)
    except RedistuiError:
        return False
    return True


def _end_early(journal: Journal, state: Path, operation: str, teller: Teller) -> ExitCode:
    output.words(f"\nthe drill makes the pair whole and stops; Ctrl-C once more leaves operation {operation} running")
    with contextlib.suppress(KeyboardInterrupt):
        record = asyncio.run(_follow(journal, state, operation, teller, None))
        teller.end()
        _tell_end(record, standing(record, state), journal, teller)
    return ExitCode.INTERRUPTED


def _tell_end(record: OperationRecord, now: Standing, journal: Journal, teller: Teller) -> None:
    if record.state.outcome is not None:
        teller.line("")
        teller.line(verdict(record), outcome_tone(record))
        drill = record.facts.get("drill")
        if isinstance(drill, dict):
            teller.drawn("\n".join(["", *drill_text(drill, teller.look)]))
    else:
        reason = journal.progress(record.id)
        output.words(
            f"redistui: operation {record.id} has not ended and nobody carries it on"
            + (f": {reason[1]}" if reason and reason[0] >= record.last_at else ": its runner was killed")
        )
    if advice := way_out(record, now):
        output.words(f"  {advice}")
