"""What operators ask of operations that exist."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redistui.config.folders import state_folder
from redistui.config.load import load
from redistui.model.errors import ExitCode
from redistui.model.operation import can_turn_back
from redistui.operations import control
from redistui.operations.control import Standing, standing
from redistui.operations.launch import launch, open_journal
from redistui.operations.record import read
from redistui.operations.subject import secrets_of
from redistui.present.operations import operation_json, operation_text, operations_table
from redistui.store.journal import Journal

from . import output
from .changing import config_file
from .invocation import Invocation
from .operating import carry_on
from .session import ask_for, open_with_passwords, typed_answers
from .telling import Teller


def list_operations(invocation: Invocation, limit: int) -> ExitCode:
    with _journal() as (journal, state):
        records = [read(journal, operation) for operation in journal.operations()[:limit]]
        rows = [(record, standing(record, state)) for record in records]
        if invocation.json:
            told = [operation_json(record, interrupted=now is Standing.INTERRUPTED) for record, now in rows]
            output.document({"operations": told})
        elif rows:
            output.data("\n".join(operations_table(rows, output.look_of_data())))
        else:
            output.words("no operation was begun on this machine yet")
    return ExitCode.DONE


def show(invocation: Invocation, text: str) -> ExitCode:
    with _journal() as (journal, state):
        record = read(journal, control.choose(journal, text))
        now = standing(record, state)
        if invocation.json:
            from redistui.present.plans import plan_json

            told = operation_json(record, interrupted=now is Standing.INTERRUPTED)
            output.document(told | {"plan": plan_json(record.plan), "facts": dict(record.facts)})
        else:
            output.data("\n".join(operation_text(record, now, output.look_of_data())))
    return ExitCode.DONE


def follow(invocation: Invocation, text: str) -> ExitCode:
    with _journal() as (journal, state):
        operation = control.choose(journal, text)
        return carry_on(invocation, journal, state, operation, Teller(as_json=invocation.json), None)


def cancel(invocation: Invocation, text: str) -> ExitCode:
    with _journal() as (journal, state):
        record = control.cancel(journal, state, control.choose(journal, text))
        if can_turn_back(record.state):
            words = "is asked to turn back before its point of no return"
        else:
            words = "has passed its point of no return and is finished forward"
        output.words(f"operation {record.id} {words}; redistui operations follow {record.id} shows how it ends")
        if invocation.json:
            output.document(operation_json(record))
    return ExitCode.DONE


def resume(invocation: Invocation, text: str) -> ExitCode:
    return _go_on(invocation, text, back=False)


def roll_back(invocation: Invocation, text: str) -> ExitCode:
    return _go_on(invocation, text, back=True)


def verify(invocation: Invocation) -> ExitCode:
    """The chains of the journal, all of it."""
    with _journal() as (journal, _):
        problems, head, count = journal.verify(), journal.head(), len(journal.operations())
    if invocation.json:
        output.document({"valid": not problems, "operations": count, "head": head, "problems": list(problems)})
    else:
        for problem in problems:
            output.data(f"broken: {problem}")
        if not problems:
            output.data(f"valid: {count} operation{'' if count == 1 else 's'}, head {head}")
    return ExitCode.FAILED if problems else ExitCode.DONE


def _go_on(invocation: Invocation, text: str, *, back: bool) -> ExitCode:
    with _journal() as (journal, state):
        operation = control.choose(journal, text)
        plan = read(journal, operation).plan
        opened = open_with_passwords(load(invocation.config), str(plan.pair))  # typed secrets are asked for again
        if not back:
            ask_for(secrets_of(opened, plan))
        decide = control.roll_back if back else control.resume
        process = None
        if decide(journal, state, operation):
            process = launch(operation, state, config_file(invocation), typed_answers())
        return carry_on(invocation, journal, state, operation, Teller(as_json=invocation.json), process)


@contextmanager
def _journal() -> Iterator[tuple[Journal, Path]]:
    state = state_folder()
    journal = open_journal(state)
    try:
        yield journal, state
    finally:
        journal.close()
