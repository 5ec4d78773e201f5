"""Where the settings of connections say that their secrets are."""

from collections.abc import Iterable, Iterator, Mapping

from redistui.model.secret import SecretReference, SecretSource

from .workspace import Workspace


def references(value: object) -> Iterator[SecretReference]:
    """All that stand in checked settings, at any depth."""
    if isinstance(value, SecretReference):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from references(item)


def environment_variables(workspace: Workspace, others: Iterable[SecretReference] = ()) -> frozenset[str]:
    """The variables that hold secrets: commands that are run for an operator do not get them."""
    settings = [connection.settings for connection in workspace.connections]
    found = references([*settings, workspace.configuration.journal, *others])
    return frozenset(one.locator[0] for one in found if one.source is SecretSource.ENVIRONMENT)
