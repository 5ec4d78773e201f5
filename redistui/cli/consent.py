"""Asking the operator before something changes."""

import sys

from redistui.model.errors import RefusedError, UsageError
from redistui.model.plan import Confirmation, Plan
from redistui.operations.consent import is_name_of, require_reason

from . import output
from .changes import Asked

_YES = frozenset({"y", "yes"})


def require_way_to_ask(asked: Asked) -> None:
    """Without a terminal nobody can be asked: raises UsageError before anything is looked at."""
    if not (asked.plan or asked.yes or _has_terminal()):
        raise UsageError("there is no terminal to ask on", hint="--yes does it without asking, --plan only shows it")


def consented_name(plan: Plan, asked: Asked) -> str:
    """The name that was typed, where one is wanted. Raises UsageError, or RefusedError when declined."""
    require_reason(plan, asked.reason)
    if plan.confirmation is Confirmation.TYPED_NAME:
        return _typed_name(plan, asked)
    if not asked.yes and _ask(f"{plan.verb} {plan.pair}? [y/N] ").lower() not in _YES:
        raise RefusedError("declined: nothing was changed")
    return ""


def _typed_name(plan: Plan, asked: Asked) -> str:
    if asked.yes:
        return asked.confirm  # judged when the operation begins
    typed = _ask(f"{plan.verb} {plan.pair}: type the name of the pair ({plan.pair.name}) to go on: ")
    if not is_name_of(plan, typed):
        raise RefusedError("declined: the name was not typed, nothing was changed")
    return typed


def _ask(question: str) -> str:
    """Asked beside the data; the end of input is no answer."""
    output.flush()
    sys.stderr.write(output.look(sys.stderr).text(question))
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def _has_terminal() -> bool:
    return bool(sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty())
