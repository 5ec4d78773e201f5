"""What only the place knows where a change is begun: open ends in the journal, and whether a logout would end it."""

from dataclasses import replace
from pathlib import Path

from redistui.model.plan import Guard, Plan
from redistui.store.journal import Journal

from ..control import Standing, standing, unfinished
from ..operator import current
from ..survival import survival
from .judge import fails, passes, warns

# They undo what an unfinished operation may have left behind.
_ALWAYS_ALLOWED = frozenset({"unpause"})


def with_history(plan: Plan, journal: Journal, state_folder: Path) -> Plan:
    """The plan with its last guards. The runner needs none of them: it holds the pair's lock, and it runs."""
    warning = survival(current().user).warning
    outlives = [warns("runner outlives this login", "no", "yes", warning)] if warning else []
    return replace(plan, guards=(*plan.guards, *outlives, _nothing_unfinished(plan, journal, state_folder)))


def _nothing_unfinished(plan: Plan, journal: Journal, state_folder: Path) -> Guard:
    name, limit = "no other operation on the pair", "none unfinished"
    for record in unfinished(journal, plan.pair):
        match standing(record, state_folder):
            case Standing.INTERRUPTED if record.untouched or plan.verb in _ALWAYS_ALLOWED:
                continue
            case Standing.INTERRUPTED:
                way_out = f"redistui operations resume {record.id}, or rollback {record.id}"
                return fails(name, f"{record.id} was interrupted", limit, f"end it first: {way_out}")
            case Standing.WATCHING:
                return warns(
                    name, f"{record.id} is watching", limit, f"redistui operations show {record.id} tells what"
                )
            case _:
                message = f"wait until it has ended: redistui operations follow {record.id}"
                return fails(name, f"{record.id} is running", limit, message)
    return passes(name, "none", limit)
