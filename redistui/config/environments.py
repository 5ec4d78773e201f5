"""Reading the environments and their hooks."""

from collections.abc import Mapping
from typing import Any

from redistui.model.check import FieldCheck
from redistui.model.problems import KeyPath, Problem, kind, unknown
from redistui.model.rules import RuleOverride

from . import tables
from .rules import read_rules
from .settings import Command, Environment

_HOOK = 'must be a command such as ["move-vip", "--now"], or a list of commands'


def read_environments(check: FieldCheck, value: object, rules: Mapping[str, RuleOverride]) -> dict[str, Environment]:
    """Every `[environments.NAME]`, its rules over `rules`; what is wrong is in `check.problems`."""
    return {
        name: _environment(check, name, table, rules)
        for name, table in _tables(check, value, ("environments",)).items()
    }


def _environment(
    check: FieldCheck, name: str, table: Mapping[str, object], rules: Mapping[str, RuleOverride]
) -> Environment:
    path: KeyPath = ("environments", name)
    own = {key: item for key, item in table.items() if key not in ("hooks", "rules")}
    settings: dict[str, Any] = check.table(tables.ENVIRONMENT_FIELDS, own, path)
    return Environment(
        name,
        **settings,
        hooks=_hooks(check, table.get("hooks", {}), (*path, "hooks")),
        rules=read_rules(check, table.get("rules", {}), (*path, "rules"), rules),
    )


def _hooks(check: FieldCheck, value: object, path: KeyPath) -> dict[str, tuple[Command, ...]]:
    if not isinstance(value, dict):
        check.problems.append(Problem(path, f"must be a table, not {kind(value)}"))
        return {}
    hooks: dict[str, tuple[Command, ...]] = {}
    for name, written in value.items():
        if name not in tables.HOOKS:
            check.problems.append(unknown((*path, name), name, tables.HOOKS))
            continue
        commands = written if isinstance(written, list) and written and isinstance(written[0], list) else [written]
        if all(_is_command(command) for command in commands):
            hooks[name] = tuple(tuple(command) for command in commands)
        else:
            check.problems.append(Problem((*path, name), _HOOK))
    return hooks


def _is_command(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(word, str) and word for word in value)


def _tables(check: FieldCheck, value: object, path: KeyPath) -> dict[str, Mapping[str, object]]:
    if not isinstance(value, dict):
        check.problems.append(Problem(path, f"must be a table, not {kind(value)}"))
        return {}
    for name, table in value.items():
        if not isinstance(table, dict):
            check.problems.append(Problem((*path, name), f"must be a table, not {kind(table)}"))
    return {name: table for name, table in value.items() if isinstance(table, dict)}
