"""What is installed and configured, what each can do, and why not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from redistui.model.errors import RedistuiError
from redistui.provider import registry
from redistui.provider.capabilities import Capability, Verb, effective
from redistui.provider.registry import InstalledProvider
from redistui.workspace.workspace import OpenConnection

from .connection_example import connection_example


class ProviderState(StrEnum):
    CONFIGURED = "configured"
    INSTALLED = "installed"  # and no connection uses it
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class KnownProvider:
    """One connection, or with `name` None a type that no connection uses."""

    type: str
    name: str | None
    state: ProviderState
    summary: str = ""
    environment: str = ""
    verbs: Mapping[Verb, Capability] = field(default_factory=dict)
    problem: str = ""
    hint: str = ""
    example: tuple[str, ...] = ()  # how a connection of this type is configured


def known_providers(connections: Iterable[OpenConnection]) -> list[KnownProvider]:
    """Every connection, then every installed type that none uses. Imports the providers."""
    installed = registry.installed()
    configured = [_configured(connection, installed) for connection in connections]
    used = {known.type for known in configured}
    unused = sorted({item.type for item in installed} - used)
    return [*configured, *(_installed(provider_type, installed) for provider_type in unused)]


def missing(known: KnownProvider) -> dict[str, list[str]]:
    """Each reason, to the verbs that lack for it."""
    reasons: dict[str, list[str]] = {}
    for verb, answer in known.verbs.items():
        if not answer.supported:
            reasons.setdefault(answer.reason, []).append(verb.value)
    return reasons


def _configured(connection: OpenConnection, installed: Sequence[InstalledProvider]) -> KnownProvider:
    known = _installed(connection.type, installed)
    broken = connection.provider is None or known.state is ProviderState.UNAVAILABLE
    return KnownProvider(
        connection.type,
        connection.name,
        ProviderState.UNAVAILABLE if broken else ProviderState.CONFIGURED,
        known.summary,
        connection.environment,
        known.verbs,
        connection.problem or known.problem,
        connection.hint or known.hint,
        known.example,
    )


def _installed(provider_type: str, installed: Sequence[InstalledProvider]) -> KnownProvider:
    try:
        provider = registry.load(provider_type, installed)
    except RedistuiError as error:
        unavailable = ProviderState.UNAVAILABLE
        return KnownProvider(provider_type, None, unavailable, problem=error.message, hint=error.hint)
    known = KnownProvider(
        provider_type,
        None,
        ProviderState.INSTALLED,
        provider.summary,
        verbs=effective(provider.capabilities()),
        example=connection_example(provider_type, provider.settings_fields),
    )
    if not registry.sdk_missing(provider):
        return known
    distribution = next(item.distribution for item in installed if item.type == provider_type)
    problem = f"{provider.sdk_module} is not installed"
    hint = registry.extra_hint(provider, distribution)
    return replace(known, state=ProviderState.UNAVAILABLE, problem=problem, hint=hint)
