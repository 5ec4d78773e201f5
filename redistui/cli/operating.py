"""Following an operation to its end, and telling how it ended."""

import asyncio
import subprocess
from pathlib import Path

from redistui.model.errors import ExitCode
from redistui.operations.control import Standing, standing
from redistui.operations.following import follow
from redistui.operations.record import OperationRecord, Phase, read
from redistui.present.operations import OUTCOME_TONES, exit_code, operation_json, verdict, way_out
from redistui.store.journal import Journal

from . import output
from .invocation import Invocation
from .telling import Teller

Process = subprocess.Popen[bytes]


def carry_on(
    invocation: Invocation, journal: Journal, state: Path, operation: str, teller: Teller, process: Process | None
) -> ExitCode:
    """Tell each step until the operation has ended or nobody carries it on. `process` is the runner, where we started
    it; Ctrl-C leaves it running."""
    try:
        record = asyncio.run(_follow(journal, state, operation, teller, process))
    except KeyboardInterrupt:
        teller.end()
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
    async for record in follow(journal, operation, state, is_starting=is_starting):
        teller.tell(record)
    return read(journal, operation)


def _tell_end(record: OperationRecord, now: Standing, journal: Journal, teller: Teller) -> None:
    if record.state.outcome is not None:
        teller.line("")
        teller.line(verdict(record), OUTCOME_TONES[record.state.outcome])
    else:
        reason = journal.progress(record.id)
        output.words(
            f"redistui: operation {record.id} has not ended and nobody carries it on"
            + (f": {reason[1]}" if reason and reason[0] >= record.last_at else ": its runner was killed")
        )
    if advice := way_out(record, now):
        output.words(f"  {advice}")
