"""The process that carries out one operation, in a session of its own, so that no terminal or console takes it along.

Started by `launch`; typed secrets come by standard input, never by arguments or environment.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import traceback
from pathlib import Path

from redistui import __version__
from redistui.config.folders import state_folder
from redistui.config.load import load
from redistui.config.secrets import Secrets
from redistui.model.clock import SYSTEM_CLOCK
from redistui.model.errors import ConfigurationError, ExitCode, RedistuiError, RefusedError, safe_words
from redistui.model.operation import Direction, Entry, EntryKind, Outcome
from redistui.model.topology import Pair
from redistui.provider.contract import Provider
from redistui.store.journal import Journal, JournalError
from redistui.workspace.references import environment_variables
from redistui.workspace.workspace import Workspace

from .actions.table import make_step
from .document import operation_json
from .engine import Engine
from .gather import EndpointSource
from .pair_lock import NAME_PREFIX, OperationBusy, check_alone, local_lock, operation_lock
from .places import journal_path
from .recheck import refusals
from .record import OperationRecord, read
from .session import NodeSession
from .subject import Subject, locate
from .surroundings import Surroundings
from .verbs import gather


async def run(operation: str, workspace: Workspace, journal: Journal, state: Path) -> Outcome:
    """Take the operation and carry it to an end, or leave it open and raise when it cannot be taken."""
    with operation_lock(state, operation):
        record = read(journal, operation)
        if record.state.outcome is not None:
            return record.state.outcome
        try:
            return await _run(record, workspace, journal, state)
        except JournalError:
            raise
        except RedistuiError as error:
            if not read(journal, operation).untouched:
                raise
            return _refuse(journal, operation, (error.message,))


async def _run(record: OperationRecord, workspace: Workspace, journal: Journal, state: Path) -> Outcome:
    operation = record.id
    with local_lock(state, record.plan.pair):
        subject = await locate(workspace, record)
        sessions = _sessions(record, subject.provider, subject.pair)
        try:
            await _open_all(sessions)
            await check_alone([s.connection for s in sessions.values() if s.connection], NAME_PREFIX + operation)
            journal.append(operation, Entry(EntryKind.ATTACH, SYSTEM_CLOCK.now(), _identity()))
            if refused := await _refused(record, workspace, subject):
                return _refuse(journal, operation, refused)
            hidden = environment_variables(workspace, subject.secrets)
            return await _carry_out(record, journal, state, subject, sessions, hidden)
        finally:
            for session in sessions.values():
                await session.close()


async def _carry_out(
    record: OperationRecord,
    journal: Journal,
    state_folder: Path,
    subject: Subject,
    sessions: dict[str, NodeSession],
    hidden_variables: frozenset[str],
) -> Outcome:
    facts = dict(record.facts)
    around = Surroundings(
        operation=record.id,
        pair=subject.pair,
        plan=record.plan,
        sessions=sessions,
        provider=subject.provider,
        design=subject.design,
        clock=SYSTEM_CLOCK,
        facts=facts,
        progress=lambda words: journal.report_progress(record.id, SYSTEM_CLOCK.now(), words),
        cancelled=lambda: read(journal, record.id).state.cancelled,
        state_folder=state_folder,
        describe=lambda: operation_json(read(journal, record.id)),
        hidden_variables=hidden_variables,
    )
    try:
        steps = [make_step(planned, around) for planned in record.plan.steps]
    except KeyError as error:
        raise RefusedError(
            f"this version of redistui cannot carry the plan out: it knows no {error}",
            hint=f"it was made by version {record.plan.console_version}, or a node is not there any more",
        ) from None
    engine = Engine(journal, record.id, record.state, steps, SYSTEM_CLOCK, facts)
    return _end(journal, record.id, await engine.run(), facts)


async def _refused(record: OperationRecord, workspace: Workspace, subject: Subject) -> tuple[str, ...]:
    """The guards once more, before anything was done: the world may have moved since the plan was shown."""
    if not record.untouched or record.state.direction is Direction.BACKWARD:
        return ()
    facts = await gather(
        workspace, subject.provider, subject.pair, SYSTEM_CLOCK, verb=record.plan.verb, design=subject.design
    )
    return refusals(record.plan, facts, force=record.force)


def _sessions(record: OperationRecord, provider: Provider, pair: Pair) -> dict[str, NodeSession]:
    """A fresh start acts on the very processes that were shown; what is resumed is looked at as it is now."""
    return {
        node.id: NodeSession(
            node,
            EndpointSource(provider, pair, node),
            record.plan.based_on[node.id].run_id if record.untouched and node.id in record.plan.based_on else None,
            NAME_PREFIX + record.id,
            SYSTEM_CLOCK,
        )
        for node in pair.nodes
    }


async def _open_all(sessions: dict[str, NodeSession]) -> None:
    """Warm connections to every node that answers; a dead one is the business of guards and steps."""
    await asyncio.gather(*(session.open() for session in sessions.values()), return_exceptions=True)


def _refuse(journal: Journal, operation: str, reasons: tuple[str, ...]) -> Outcome:
    """Nothing was changed; the reasons are kept with the end."""
    payload = {"outcome": Outcome.ROLLED_BACK.value, "refused": list(reasons)}
    journal.append(operation, Entry(EntryKind.END, SYSTEM_CLOCK.now(), payload))
    return Outcome.ROLLED_BACK


def _end(journal: Journal, operation: str, outcome: Outcome, facts: dict[str, object]) -> Outcome:
    journal.append(operation, Entry(EntryKind.END, SYSTEM_CLOCK.now(), {"outcome": outcome.value, "facts": facts}))
    return outcome


def _identity() -> dict[str, object]:
    return {"process": os.getpid(), "host": os.uname().nodename, "version": __version__}


def main() -> int:
    parser = argparse.ArgumentParser(prog="redistui-runner", description=__doc__)
    parser.add_argument("operation")
    parser.add_argument("--config", type=Path)
    options = parser.parse_args()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    typed: dict[str, str] = json.loads(sys.stdin.read() or "{}")
    state = state_folder()
    journal = Journal(journal_path(state))
    try:
        return asyncio.run(_main(options.operation, options.config, typed, journal, state))
    except OperationBusy:
        return int(ExitCode.REFUSED)  # who carries it on tells how it goes
    except RedistuiError as error:
        print(error.message, file=sys.stderr)
        with contextlib.suppress(JournalError):
            journal.report_progress(options.operation, SYSTEM_CLOCK.now(), error.message)
        return int(error.exit_code)
    except Exception as error:  # noqa: BLE001 - its text may hold a secret, and would stand in the log
        print(safe_words(error), file=sys.stderr)
        traceback.print_tb(error.__traceback__)
        return int(ExitCode.UNKNOWN)
    finally:
        journal.close()


async def _main(operation: str, config: Path | None, typed: dict[str, str], journal: Journal, state: Path) -> int:
    def answer(words: str) -> str:
        if words not in typed:
            raise ConfigurationError(f"the secret {words!r} has to be typed", hint="redistui operations resume asks")
        return typed[words]

    workspace = Workspace.open(load(config), Secrets(prompt=answer))
    try:
        await run(operation, workspace, journal, state)
    finally:
        await workspace.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
