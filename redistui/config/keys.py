"""Keys that the operator gave to actions."""

from collections.abc import Iterable

from redistui.model.problems import unknown

from .settings import Configuration


def check_keys(configuration: Configuration, actions: Iterable[str]) -> None:
    """Raises ConfigurationError when `[keys]` names an action that does not exist."""
    known = tuple(actions)
    problems = [unknown(("keys", name), name, known) for name in configuration.keys if name not in known]
    if problems:
        raise configuration.source.error(problems)
