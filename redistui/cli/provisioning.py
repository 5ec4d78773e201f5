"""New pairs by command: which provider is meant, what its fields are, and what was set."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from redistui.config.load import load
from redistui.model.clock import SYSTEM_CLOCK
from redistui.model.errors import ExitCode, RedistuiError, UsageError
from redistui.model.fields import Field
from redistui.model.plan import Plan
from redistui.model.problems import one_of
from redistui.model.topology import PairKey
from redistui.operations import verbs
from redistui.operations.subject import provider_of, provisioner_of, secrets_of
from redistui.provider.capabilities import Verb
from redistui.provider.field_text import way_to_say
from redistui.workspace.workspace import OpenConnection, Workspace

from .changes import Asked
from .changing import carry_out
from .invocation import Invocation
from .session import ask, ask_for, open_quietly, open_with_passwords


def provision(invocation: Invocation, provider: str, name: str, given: Iterable[str], asked: Asked) -> ExitCode:
    """Make a pair; the exit code is that of the outcome."""
    values = _values(given)

    def make() -> Plan:
        workspace = open_with_passwords(load(invocation.config), provider + "/")
        key = PairKey(_chosen(workspace, provider).name, name)
        plan = ask(workspace, lambda opened: verbs.plan(Verb.PROVISION, opened, key, values, SYSTEM_CLOCK))
        if not asked.plan:
            ask_for(secrets_of(workspace, plan))
        return plan

    return carry_out(invocation, asked, make)


def described_fields(invocation: Invocation, words: Sequence[str]) -> tuple[str, list[tuple[str, str]]]:
    """The first of the words that names a provider, with its fields as name and description; else a way to get them.
    Never raises."""
    try:
        workspace = open_quietly(invocation)
        known = {connection.name for connection in workspace.connections}
        known |= {connection.type for connection in workspace.connections}
        named = next((word for word in words if word in known), None)
        if named is None:
            return "", [("PROVIDER", f"{one_of(sorted(known))}; redistui provision PROVIDER --help lists its fields")]
        provider = provider_of(workspace, PairKey(_chosen(workspace, named).name, ""))
        fields = provisioner_of(provider, Verb.PROVISION).provision_fields()
    except RedistuiError as error:
        return "", [("none", error.message)]
    return named, [(field.name, " ".join(_described(field))) for field in fields]


def _described(field: Field) -> Iterator[str]:
    yield f"{way_to_say(field)}: {field.help}"
    if field.required:
        yield "[required]"
    elif isinstance(field.default, bool):
        yield f"[default: {'yes' if field.default else 'no'}]"
    elif field.default is not None:
        yield f"[default: {field.default}]"
    elif field.example:
        yield f"[example: {field.example}]"


def _values(given: Iterable[str]) -> Mapping[str, str]:
    values: dict[str, str] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise UsageError("--set takes name=value", hint="redistui provision PROVIDER --help lists the names")
        if name.strip() in values:
            raise UsageError(f"{name.strip()} is set twice")
        values[name.strip()] = value.strip()
    return values


def _chosen(workspace: Workspace, text: str) -> OpenConnection:
    """A connection by name, or the only one of a type."""
    connections = workspace.connections
    named = [item for item in connections if item.name == text] or [item for item in connections if item.type == text]
    if len(named) == 1:
        return named[0]
    names = [item.name for item in named or connections]
    problem = f"several connections are of type {text}" if named else f"no provider is named {text!r}"
    raise UsageError(problem, hint=f"there are: {', '.join(names)}")
