"""The configuration as the rest of redistui sees it: checked, frozen, with everything that was left out filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from redistui.model.rules import RuleOverride
from redistui.model.secret import Secret, SecretReference

from .source import SourceFile

Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Environment:
    """What is allowed in one environment, and its limits. `hooks` are the commands to run after a verb."""

    name: str
    read_only: bool = False
    protected: bool = False
    require_reason: bool = False
    max_lag_bytes: int | None = None
    rto_limit_seconds: float | None = None
    hooks: Mapping[str, tuple[Command, ...]] = field(default_factory=dict)
    rules: Mapping[str, RuleOverride] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Connection:
    """One configured place that runs pairs. `settings` are as written, unchecked, and may hold a password."""

    name: str
    type: str
    environment: str = ""
    settings: Mapping[str, object] = field(default_factory=dict, repr=False)
    line: int | None = None


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """Changed rules and own rules, for every environment."""

    rules: Mapping[str, RuleOverride] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HistorySettings:
    retention_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class BackupSettings:
    folder: Path | None = None
    keep: int | None = None
    keep_days: int | None = None


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """`low_bandwidth` None: decided by looking at the terminal."""

    theme: str | None = None
    low_bandwidth: bool | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """`notices` tells which settings are kept for a later release and change nothing yet.

    `journal` is the address of a shared journal, which may hold a password; None: in the state folder.
    """

    path: Path | None = None
    environments: Mapping[str, Environment] = field(default_factory=dict)
    connections: tuple[Connection, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    alerts: AlertSettings = field(default_factory=AlertSettings)
    history: HistorySettings = field(default_factory=HistorySettings)
    backups: BackupSettings = field(default_factory=BackupSettings)
    console: ConsoleSettings = field(default_factory=ConsoleSettings)
    journal: Secret | SecretReference | None = None
    notices: tuple[str, ...] = ()
    source: SourceFile = field(default_factory=SourceFile)

    def environment(self, name: str) -> Environment:
        """The environment of that name; one without any limits where nothing is configured."""
        return self.environments.get(name) or Environment(name)
