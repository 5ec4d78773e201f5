"""What is installed and configured, what each can do, and why not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from redistui.model.errors import RedistuiError
from redistui.present.table import Cell, Column, Look, Tone, render
from redistui.provider import registry
from redistui.provider.capabilities import Capability, Verb, effective
from redistui.workspace.workspace import OpenConnection

from .invocation import Invocation
from .session import open_quietly


class ProviderState(StrEnum):
    CONFIGURED = "configured"
    INSTALLED = "installed"  # and no connection uses it
    UNAVAILABLE = "unavailable"


_TONES = {
    ProviderState.CONFIGURED: Tone.GOOD,
    ProviderState.INSTALLED: Tone.PLAIN,
    ProviderState.UNAVAILABLE: Tone.BAD,
}


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


def known_providers(invocation: Invocation) -> list[KnownProvider]:
    installed = registry.installed()
    configured = [_configured(connection, installed) for connection in open_quietly(invocation).connections]
    used = {known.type for known in configured}
    unused = sorted({item.type for item in installed} - used)
    return [*configured, *(_installed(type_, installed) for type_ in unused)]


def _configured(connection: OpenConnection, installed: Sequence[registry.InstalledProvider]) -> KnownProvider:
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
    )


def _installed(type_: str, installed: Sequence[registry.InstalledProvider]) -> KnownProvider:
    try:
        provider = registry.load(type_, installed)
    except RedistuiError as error:
        return KnownProvider(type_, None, ProviderState.UNAVAILABLE, problem=error.message, hint=error.hint)
    verbs = effective(provider.capabilities())
    if registry.sdk_missing(provider):
        distribution = next(item.distribution for item in installed if item.type == type_)
        problem, hint = f"{provider.sdk_module} is not installed", registry.extra_hint(provider, distribution)
        return KnownProvider(type_, None, ProviderState.UNAVAILABLE, provider.summary, "", verbs, problem, hint)
    return KnownProvider(type_, None, ProviderState.INSTALLED, provider.summary, verbs=verbs)


def providers_json(known: Sequence[KnownProvider]) -> list[dict[str, object]]:
    return [
        {
            "type": item.type,
            "name": item.name,
            "state": item.state.value,
            "summary": item.summary or None,
            "environment": item.environment or None,
            "verbs": {
                verb.value: {"supported": answer.supported, "reason": answer.reason or None}
                for verb, answer in item.verbs.items()
            },
            "problem": item.problem or None,
            "hint": item.hint or None,
        }
        for item in known
    ]


_COLUMNS = (Column("TYPE"), Column("NAME"), Column("ENVIRONMENT"), Column("STATE"), Column("CAN"), Column("WHAT IT IS"))


def providers_text(known: Sequence[KnownProvider], look: Look) -> Iterator[str]:
    yield from render(_COLUMNS, [_row(item) for item in known], look)
    for item in known:
        if item.problem:
            yield ""
            yield look.toned(look.text(f"{item.name or item.type}: {item.problem}"), Tone.BAD)
            if item.hint:
                yield f"  {look.text(item.hint)}"
    yield ""
    for item in {item.type: item for item in known}.values():
        for reason, verbs in _missing(item).items():
            yield look.text(f"{item.type} cannot {', '.join(verbs)}: {reason}")


def _row(item: KnownProvider) -> list[Cell | str]:
    can = [verb.value for verb, answer in item.verbs.items() if answer.supported]
    state = Cell(item.state.value, _TONES[item.state])
    return [item.type, item.name or "–", item.environment, state, ", ".join(["watch", *can]), item.summary]


def _missing(item: KnownProvider) -> dict[str, list[str]]:
    """Reason to the verbs that lack for it."""
    reasons: dict[str, list[str]] = {}
    for verb, answer in item.verbs.items():
        if not answer.supported:
            reasons.setdefault(answer.reason, []).append(verb.value)
    return reasons
