"""The configuration in effect, as TOML or JSON, without its secrets."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

from redistui.model.endpoint import Address
from redistui.model.problems import Problem
from redistui.model.secret import Secret, SecretReference, SecretSource
from redistui.present.keymap import keymap_problems
from redistui.present.settings import MASKED
from redistui.workspace.workspace import OpenConnection, Workspace

Table = dict[str, object]
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_USER_OF_URL = re.compile(r"://[^/@\s]*@")
_SOURCES = frozenset(source.value for source in SecretSource)


def effective(workspace: Workspace) -> Table:
    """Everything that is set or defaulted, in the shape of the file."""
    configuration = workspace.configuration
    return {
        "journal": _plain(configuration.journal),
        "console": _plain(configuration.console),
        "history": _plain(configuration.history),
        "backups": _plain(configuration.backups),
        "keys": dict(configuration.keys),
        "alerts": _plain(configuration.alerts),
        "environments": {
            name: {key: value for key, value in _table(environment).items() if key != "name"}
            for name, environment in configuration.environments.items()
        },
        "providers": {connection.name: _connection(connection) for connection in workspace.connections},
    }


def mistakes(workspace: Workspace) -> tuple[list[str], list[str]]:
    """What reading alone does not find: providers that cannot be used, their own mistakes, keys; and the ways out."""
    source = workspace.configuration.source
    found: list[Problem] = []
    for connection in workspace.connections:
        path = ("providers", connection.name)
        if connection.problem:
            found.append(Problem(path, f"cannot be used: {connection.problem}"))
        if connection.provider is not None:
            found += [Problem(path, f"is not right: {mistake}") for mistake in connection.provider.mistakes()]
    found += [Problem(("keys", name), words) for name, words in keymap_problems(workspace.configuration.keys)]
    return [source.told(problem) for problem in found], [
        connection.hint for connection in workspace.connections if connection.problem
    ]


def _connection(connection: OpenConnection) -> Table:
    """The settings of a provider that cannot be used are not known to be free of secrets, so they stay out."""
    head: Table = {"type": connection.type, "environment": connection.environment or None}
    if connection.provider is None:
        return head
    return head | {name: _plain(value) for name, value in connection.settings.items()}


def _plain(value: object) -> object:
    if isinstance(value, Secret):
        return MASKED
    if isinstance(value, SecretReference):
        return {value.source.value: _locator(value)}
    if isinstance(value, str):
        return _USER_OF_URL.sub(f"://{MASKED}@", value)
    if isinstance(value, Path | Address):
        return str(value)
    if is_dataclass(value):
        return _table(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _locator(reference: SecretReference) -> object:
    """As the file spells it."""
    if reference.source in {SecretSource.COMMAND, SecretSource.KEYRING}:
        return list(reference.locator)
    return "/".join(reference.locator)


def _table(value: object) -> Table:
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}  # type: ignore[arg-type]


def toml_lines(table: Mapping[str, object], path: tuple[str, ...] = ()) -> Iterator[str]:
    """TOML; what is not set is left out, tables come last."""
    values = {name: value for name, value in table.items() if value is not None}
    plain = {name: value for name, value in values.items() if not _is_table(value) and not _is_tables(value)}
    if path and plain:
        yield f"[{'.'.join(map(_key, path))}]"
    for name, value in plain.items():
        yield f"{_key(name)} = {_value(value)}"
    if plain:
        yield ""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from toml_lines(value, (*path, name))
        elif isinstance(value, list) and _is_tables(value):
            for item in value:
                yield f"[[{'.'.join(map(_key, (*path, name)))}]]"
                yield from (f"{_key(key)} = {_value(inner)}" for key, inner in item.items() if inner is not None)
                yield ""


def _is_table(value: object) -> bool:
    return isinstance(value, dict) and not (len(value) == 1 and set(value) <= _SOURCES)


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _quoted(name)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, dict):
        return (
            "{ " + ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items() if item is not None) + " }"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    """A basic string of TOML."""
    escaped = "".join(
        f"\\{character}" if character in '"\\' else character if character.isprintable() else f"\\U{ord(character):08x}"
        for character in text
    )
    return f'"{escaped}"'
