"""From the file to a checked configuration. Every problem of the file is told at once."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redistui.model.check import FieldCheck
from redistui.model.fields import Field
from redistui.model.problems import KeyPath, Problem, dotted, kind, nearest, one_of, unknown
from redistui.model.secret import Secret, SecretReference

from . import tables
from .environments import read_environments
from .folders import configuration_file
from .rules import read_rules
from .settings import (
    AlertSettings,
    BackupSettings,
    Configuration,
    Connection,
    ConsoleSettings,
    Environment,
    HistorySettings,
)
from .source import SourceFile, parse, read_source
from .themes import theme_names

EMBEDDED = "embedded"
_LATER = ("rto_limit_seconds",)


def load(path: Path | None = None) -> Configuration:
    """Read `path`, or the file where redistui looks for it; without one, the pairs of this machine are shown.

    Raises ConfigurationError with file, line, key, what was expected and the nearest known key.
    """
    chosen = path if path is not None else configuration_file()
    if path is None and not chosen.exists():
        named = os.environ.get("REDISTUI_CONFIG")
        notices = (f"REDISTUI_CONFIG names {named}, which does not exist; nothing is configured",) if named else ()
        return Configuration(connections=_with_embedded(()), notices=notices)
    return read(read_source(chosen.expanduser().absolute()))


def read(source: SourceFile) -> Configuration:
    """The configuration that a file's text describes."""
    return _Reader(source, parse(source)).configuration()


def _with_embedded(connections: tuple[Connection, ...]) -> tuple[Connection, ...]:
    if any(connection.type == EMBEDDED for connection in connections):
        return connections
    taken = {connection.name for connection in connections}
    names = ("local", EMBEDDED, *(f"local-{number}" for number in range(2, len(taken) + 3)))
    return (*connections, Connection(next(name for name in names if name not in taken), EMBEDDED))


@dataclass
class _Reader:
    source: SourceFile
    values: dict[str, Any]
    check: FieldCheck = field(init=False)

    def __post_init__(self) -> None:
        self.check = FieldCheck(folder=self.source.folder, refuse_literals=self.source.refuse_literals)

    def configuration(self) -> Configuration:
        for name in self.values:
            if name not in tables.TOP_LEVEL:
                self.check.problems.append(unknown((name,), name, tables.TOP_LEVEL))
        alerts = self._alerts()
        environments = read_environments(self.check, self.values.get("environments", {}), alerts.rules)
        configuration = Configuration(
            path=self.source.path,
            environments=environments,
            connections=_with_embedded(self._connections(environments)),
            keys=self._keys(),
            alerts=alerts,
            history=HistorySettings(retention_seconds=self._table("history", tables.HISTORY_FIELDS).get("retention")),
            backups=self._backups(),
            console=self._console(),
            journal=self._journal(),
            notices=self._notices(),
            source=self.source,
        )
        if self.check.problems:
            raise self.source.error(self.check.problems)
        return configuration

    def _table(self, name: str, fields: tuple[Field, ...]) -> dict[str, Any]:
        return self.check.table(fields, self.values.get(name, {}), (name,))

    def _subtables(self, name: str) -> Mapping[str, object]:
        value = self.values.get(name, {})
        if isinstance(value, dict):
            return value
        self._report((name,), f"must be a table, not {kind(value)}")
        return {}

    def _connections(self, environments: Mapping[str, Environment]) -> tuple[Connection, ...]:
        found = []
        for name, value in self._subtables("providers").items():
            path: KeyPath = ("providers", name)
            if not name.isprintable() or not name.strip(".") or any(part in name for part in "/ \\"):
                self._report(path, "is no name for a connection: it must be without spaces and slashes")
            if not isinstance(value, dict):
                self._report(path, f"must be a table with a type, not {kind(value)}")
                continue
            own = {field.name for field in tables.CONNECTION_FIELDS}
            head = self.check.table(tables.CONNECTION_FIELDS, {key: value[key] for key in value if key in own}, path)
            environment = str(head.get("environment", ""))
            if environment and environment not in environments:
                self._report((*path, "environment"), _names_no("environment", environment, environments))
            settings = {key: item for key, item in value.items() if key not in own}
            found.append(Connection(name, str(head.get("type", "")), environment, settings, self.source.line(path)))
        return tuple(found)

    def _keys(self) -> Mapping[str, str]:
        keys: dict[str, str] = {}
        for action, key in self._subtables("keys").items():
            if isinstance(key, str) and key.strip():
                keys[action] = key
            else:
                self._report(("keys", action), 'must be a key in quotes, for example "ctrl+p" or "f5"')
        return keys

    def _alerts(self) -> AlertSettings:
        alerts = self._subtables("alerts")
        for name in alerts:
            if name != "rules":
                self.check.problems.append(unknown(("alerts", name), name, ("rules",)))
        return AlertSettings(read_rules(self.check, alerts.get("rules", {}), ("alerts", "rules")))

    def _backups(self) -> BackupSettings:
        backups = self._table("backups", tables.BACKUP_FIELDS)
        if "folder" in backups:
            backups["folder"] = self.source.folder / Path(backups["folder"]).expanduser()
        return BackupSettings(**backups)

    def _console(self) -> ConsoleSettings:
        console = ConsoleSettings(**self._table("console", tables.CONSOLE_FIELDS))
        if console.theme is not None and console.theme not in (names := theme_names()):
            self._report(("console", "theme"), _names_no("theme", console.theme, names))
        return console

    def _journal(self) -> Secret | SecretReference | None:
        if "journal" not in self.values:
            return None
        written = self.values["journal"]
        if isinstance(written, str) and not written.startswith(("postgresql://", "postgres://")):
            self._report(("journal",), 'must be "postgresql://HOST/DATABASE" or { env = "NAME" } that holds it')
            return None
        journal = self.check.value(tables.JOURNAL_FIELD, written, ("journal",))
        return journal if isinstance(journal, Secret | SecretReference) else None

    def _notices(self) -> tuple[str, ...]:
        later: list[KeyPath] = [(name,) for name in ("history", "backups", "journal") if name in self.values]
        environments = self.values.get("environments")
        for name, table in environments.items() if isinstance(environments, dict) else ():
            if isinstance(table, dict):
                later += [("environments", name, key) for key in _LATER if key in table]
                hooks = table.get("hooks")
                unused = set(hooks) - set(tables.HOOKS_RUN) if isinstance(hooks, dict) else ()
                later += [("environments", name, "hooks", hook) for hook in sorted(unused)]
        message = "is kept for a later release and changes nothing yet"
        return tuple(self.source.told(Problem(path, message)) for path in later)

    def _report(self, path: KeyPath, message: str) -> None:
        self.check.problems.append(Problem(path, message))


def _names_no(what: str, name: str, known: Iterable[str]) -> str:
    candidates = tuple(known)
    meant = nearest(name, candidates)
    if meant is not None:
        return f"names no {what}; did you mean {meant}?"
    if candidates:
        return f"names no {what}; expected {one_of(candidates)}"
    return f"names no {what}; add a table [{dotted((f'{what}s', name))}]"
