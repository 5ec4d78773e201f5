"""Options of every verb that changes something."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from .options import json_option


@dataclass(frozen=True, slots=True)
class Asked:
    """How a change was asked for. `confirm` is the pair's name, typed ahead."""

    plan: bool = False
    yes: bool = False
    confirm: str = ""
    reason: str = ""
    force: bool = False


_OPTIONS = (
    click.option("--plan", is_flag=True, help="Print the plan and every guard; change nothing."),
    json_option,
    click.option("--yes", is_flag=True, help="Do not ask."),
    click.option("--confirm", default="", metavar="NAME", help="The pair's name, where --yes alone is not enough."),
    click.option("--reason", default="", metavar="TEXT", help="Why; kept in the journal."),
)
_FORCE = click.option("--force", is_flag=True, help="Accept the loss that was shown; overrides no other guard.")


def changing(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every changing verb takes, given to the function as `asked`."""
    return _gathered(function, _OPTIONS)


def changing_at_a_loss(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same with --force."""
    return _gathered(function, (*_OPTIONS, _FORCE))


def _gathered(function: Callable[..., Any], options: tuple[Callable[..., Any], ...]) -> Callable[..., Any]:
    @functools.wraps(function)
    def gathering(
        *arguments: Any, plan: bool, yes: bool, confirm: str, reason: str, force: bool = False, **others: Any
    ) -> Any:
        return function(*arguments, asked=Asked(plan, yes, confirm, reason, force), **others)

    for option in reversed(options):
        gathering = option(gathering)
    return gathering
