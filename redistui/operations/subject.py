"""What an operation is about: a pair that is there, or the design of one that is not there yet."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from redistui.model.endpoint import Address
from redistui.model.errors import ProviderError, ProviderErrorKind, UsageError
from redistui.model.plan import Plan
from redistui.model.secret import SecretReference
from redistui.model.topology import Node, Pair, PairKey
from redistui.provider.capabilities import Verb, effective
from redistui.provider.contract import Provider
from redistui.provider.field_text import check_texts, texts_of
from redistui.provider.provisioning import Design, Provisioner
from redistui.workspace.references import references
from redistui.workspace.workspace import Workspace

from .record import OperationRecord

_DISCOVERY_LIMIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Subject:
    provider: Provider
    pair: Pair
    design: Design | None = None
    values: Mapping[str, str] = field(default_factory=dict)  # that lead to the same design again

    @property
    def secrets(self) -> tuple[SecretReference, ...]:
        """Where the secrets of a new pair come from."""
        return tuple(references(self.design.settings)) if self.design else ()


async def find(workspace: Workspace, key: PairKey) -> tuple[Provider, Pair]:
    """The provider of a pair and what it says of it now. Raises UsageError."""
    provider = provider_of(workspace, key)
    async with asyncio.timeout(_DISCOVERY_LIMIT_SECONDS):
        async for pair in provider.discover():
            if pair.key == key:
                return provider, pair
    raise UsageError(f"{key} is not there any more", hint="redistui pairs shows what is")


async def design(workspace: Workspace, key: PairKey, values: Mapping[str, str]) -> Subject:
    """The pair as it would be made. Raises UsageError, ConfigurationError for the values, or ProviderError."""
    provider = provider_of(workspace, key)
    provisioner = provisioner_of(provider, Verb.PROVISION)
    fields = provisioner.provision_fields()
    made = await provisioner.design(key.name, check_texts(fields, values, Path.cwd()))
    return Subject(provider, made.pair, made, texts_of(fields, made.settings))


async def locate(workspace: Workspace, record: OperationRecord) -> Subject:
    """What an operation that was begun is about, as it is now. One that is being destroyed may be half gone: then it
    is as the plan saw it."""
    plan = record.plan
    if plan.verb == Verb.PROVISION:
        return await design(workspace, plan.pair, plan.values)
    try:
        return Subject(*await find(workspace, plan.pair))
    except (UsageError, ProviderError):
        if plan.verb != Verb.DESTROY or record.untouched:
            raise
        provider = provider_of(workspace, plan.pair)
        return Subject(provider, _as_seen(plan, provider))


def secrets_of(workspace: Workspace, plan: Plan) -> tuple[SecretReference, ...]:
    """Where the secrets of the pair that a plan makes come from; none for any other plan."""
    if plan.verb != Verb.PROVISION:
        return ()
    fields = provisioner_of(provider_of(workspace, plan.pair), Verb.PROVISION).provision_fields()
    return tuple(references(check_texts(fields, plan.values)))


def provider_of(workspace: Workspace, key: PairKey) -> Provider:
    """Raises UsageError with the reason."""
    connection = workspace.connection(key.provider)
    if connection is None or connection.provider is None:
        problem = connection.problem if connection else "it is not in the configuration"
        raise UsageError(f"{key}: provider {key.provider} cannot be used: {problem}", hint="redistui providers")
    return connection.provider


def provisioner_of(provider: Provider, verb: Verb) -> Provisioner:
    """Raises ProviderError with the reason where it cannot."""
    answer = effective(provider.capabilities())[verb]
    if answer.supported and isinstance(provider, Provisioner):
        return provider
    reason = answer.reason or "it does not say how"
    raise ProviderError(
        ProviderErrorKind.UNSUPPORTED, f"{provider.context.name}: no {verb}: {reason}", hint="redistui providers"
    )


def _as_seen(plan: Plan, provider: Provider) -> Pair:
    nodes = tuple(
        Node(node_id, Address.parse(seen.address), Address.parse(seen.peer_address), configured_role=seen.role)
        for node_id, seen in plan.based_on.items()
    )
    return Pair(plan.pair, provider.type, provider.control, nodes, provider.context.environment)
