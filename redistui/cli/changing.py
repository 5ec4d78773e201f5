"""The one way in which a command changes something: look, plan, show, ask, begin, follow to the end."""

from collections.abc import Callable, Mapping
from pathlib import Path

from redistui.config.folders import state_folder
from redistui.config.load import load
from redistui.model.clock import SYSTEM_CLOCK
from redistui.model.errors import ExitCode
from redistui.model.plan import Plan
from redistui.operations.consent import require_guards
from redistui.operations.guards.history import with_history
from redistui.operations.launch import begin, launch, open_journal
from redistui.operations.verbs import plan_found
from redistui.present.plans import artifacts_text, plan_json, plan_text
from redistui.store.journal import Journal
from redistui.workspace.workspace import Workspace

from . import output
from .changes import Asked
from .consent import consented_name, require_way_to_ask
from .discovery import find_pair
from .invocation import Invocation
from .operating import carry_on
from .session import ask, open_with_passwords, typed_answers
from .telling import Teller


def change(invocation: Invocation, verb: str, pair: str, values: Mapping[str, str], asked: Asked) -> ExitCode:
    """Run a verb of `operations.verbs.PLANNERS`; the exit code is that of its outcome."""
    return carry_out(invocation, asked, lambda: _plan(invocation, verb, pair, values))


def carry_out(invocation: Invocation, asked: Asked, make: Callable[[], Plan]) -> ExitCode:
    """The same for the plan that `make` makes."""
    require_way_to_ask(asked)
    state = state_folder()
    journal = open_journal(state)
    try:
        plan = with_history(make(), journal, state)
        if asked.plan:
            return _show_only(invocation, plan, asked)
        return _carry_out(invocation, plan, asked, journal, state)
    finally:
        journal.close()


def _plan(invocation: Invocation, verb: str, text: str, values: Mapping[str, str]) -> Plan:
    async def look(workspace: Workspace) -> Plan:
        found = await find_pair(workspace, text)
        return await plan_found(verb, workspace, found.provider, found.pair, values, SYSTEM_CLOCK)

    return ask(open_with_passwords(load(invocation.config), text), look)


def _show_only(invocation: Invocation, plan: Plan, asked: Asked) -> ExitCode:
    if invocation.json:
        output.document(plan_json(plan))
    else:
        look = output.look_of_data()
        output.data("\n".join((*plan_text(plan, look), *artifacts_text(plan, look))))
    output.flush()
    require_guards(plan, force=asked.force)
    return ExitCode.DONE


def _carry_out(invocation: Invocation, plan: Plan, asked: Asked, journal: Journal, state: Path) -> ExitCode:
    teller = Teller(as_json=invocation.json)
    teller.drawn("\n".join(plan_text(plan, teller.look)))
    require_guards(plan, force=asked.force)
    typed_name = consented_name(plan, asked)
    operation = begin(journal, plan, reason=asked.reason, force=asked.force, typed_name=typed_name)
    process = launch(operation, state, config_file(invocation), typed_answers())
    teller.line(f"\noperation {operation}")
    return carry_on(invocation, journal, state, operation, teller, process)


def config_file(invocation: Invocation) -> Path | None:
    """For a runner: it may outlive the folder it was started from."""
    return None if invocation.config is None else invocation.config.absolute()
