"""Every configured connection with its provider, ready to be asked. A broken one never stops the others."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from redistui.config.folders import state_folder
from redistui.config.rules import rules_for
from redistui.config.settings import Configuration, Connection
from redistui.model.errors import ProviderError
from redistui.model.problems import Problem
from redistui.model.rules import RuleSet
from redistui.provider.context import ProviderContext, SecretResolver
from redistui.provider.contract import Provider
from redistui.provider.fields import FieldsError, check
from redistui.provider.registry import InstalledProvider, extra_hint, installed, load, sdk_missing

_CLOSE_LIMIT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class OpenConnection:
    """`provider` is None when it cannot be used: `problem` says why, `hint` what to do.

    `settings` are checked: secrets in them show as references or masked.
    """

    name: str
    type: str
    environment: str
    provider: Provider | None = None
    problem: str = ""
    hint: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)


class Workspace:
    """What monitor and commands start from: the configuration, and a provider for every connection."""

    def __init__(self, configuration: Configuration, connections: tuple[OpenConnection, ...]) -> None:
        self.configuration = configuration
        self.connections = connections
        self._rules: dict[str, RuleSet] = {}

    @classmethod
    def open(cls, configuration: Configuration, secrets: SecretResolver) -> "Workspace":
        """Load the providers and check the settings of every connection. Opens no network connection.

        Raises ConfigurationError for settings that do not fit, with all of them and their lines.
        """
        opening = _Opening(configuration, secrets)
        connections = tuple(opening.connection(connection) for connection in opening.connections())
        if opening.problems:
            raise configuration.source.error(opening.problems)
        return cls(configuration, connections)

    def connection(self, name: str) -> OpenConnection | None:
        return next((connection for connection in self.connections if connection.name == name), None)

    def rules(self, environment: str) -> RuleSet:
        """What is watched in one environment."""
        if environment not in self._rules:
            self._rules[environment] = rules_for(self.configuration, environment)
        return self._rules[environment]

    async def close(self) -> None:
        """Close every provider, within a limit; one that hangs or fails does not keep the others."""
        closing = {
            asyncio.ensure_future(connection.provider.close())
            for connection in self.connections
            if connection.provider is not None
        }
        if not closing:
            return
        done, late = await asyncio.wait(closing, timeout=_CLOSE_LIMIT_SECONDS)
        for task in late:
            task.cancel()
        for task in done:
            task.cancelled() or task.exception()  # seen: at the end nobody is left to tell


@dataclass
class _Opening:
    configuration: Configuration
    secrets: SecretResolver
    problems: list[Problem] = field(default_factory=list)
    _loaded: dict[str, type[Provider]] = field(default_factory=dict)

    @cached_property
    def _installed(self) -> tuple[InstalledProvider, ...]:
        return installed()

    def connections(self) -> tuple[Connection, ...]:
        """Those of the configuration; without a file also what is at hand on this machine."""
        configured = self.configuration.connections
        if self.configuration.path is not None:
            return configured
        taken = {one for connection in configured for one in (connection.name, connection.type)}
        others = (provider.type for provider in self._installed if provider.type not in taken and not provider.problem)
        return (*configured, *(Connection(name, name) for name in others if self._at_hand(name)))

    def _at_hand(self, provider_type: str) -> bool:
        try:
            provider_class = self._provider_class(provider_type)
            return not sdk_missing(provider_class) and provider_class.at_hand()
        except Exception:  # noqa: BLE001 - nobody asked for this one: what is wrong with it is told where it is listed
            return False

    def connection(self, connection: Connection) -> OpenConnection:
        def broken(problem: str, hint: str) -> OpenConnection:
            return OpenConnection(connection.name, connection.type, connection.environment, None, problem, hint)

        try:
            provider_class = self._provider_class(connection.type)
        except ProviderError as error:
            return broken(error.message, error.hint)
        settings = self._settings(connection, provider_class)
        if sdk_missing(provider_class):
            needs = f"The provider {connection.type} needs {provider_class.sdk_module}, which is not installed"
            return broken(needs, extra_hint(provider_class, self._distribution(connection.type)))
        context = ProviderContext(
            name=connection.name,
            environment=connection.environment,
            settings=settings,
            secrets=self.secrets,
            state_folder=state_folder() / "providers" / connection.name,
            config_folder=self.configuration.source.folder,
        )
        try:
            provider = provider_class(context)
        except Exception as error:  # noqa: BLE001 - a plugin that breaks its promise is listed, the others work
            # Its words may repeat a setting that is secret.
            message = f"The provider {connection.type} cannot be made: {type(error).__name__}"
            return broken(message, f"Report it to the makers of {self._distribution(connection.type)}")
        return OpenConnection(connection.name, connection.type, connection.environment, provider, settings=settings)

    def _provider_class(self, provider_type: str) -> type[Provider]:
        if provider_type not in self._loaded:
            self._loaded[provider_type] = load(provider_type, self._installed)
        return self._loaded[provider_type]

    def _settings(self, connection: Connection, provider_class: type[Provider]) -> dict[str, object]:
        source = self.configuration.source
        try:
            return check(
                provider_class.settings_fields,
                connection.settings,
                ("providers", connection.name),
                folder=source.folder,
                refuse_literals=source.refuse_literals,
            )
        except FieldsError as error:
            self.problems += error.problems
            return {}

    def _distribution(self, provider_type: str) -> str:
        return next(provider.distribution for provider in self._installed if provider.type == provider_type)
