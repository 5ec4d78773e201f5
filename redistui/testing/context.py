"""What the core hands to a provider, made by hand."""

from collections.abc import Mapping
from pathlib import Path

from redistui.model.errors import ConfigurationError
from redistui.model.fields import Field
from redistui.model.secret import Secret, SecretReference
from redistui.provider.context import ProviderContext, SecretResolver
from redistui.provider.fields import check


class FixedSecrets:
    """A SecretResolver that knows these, by the last word of the reference: `{ env = "NAME" }` is `NAME`."""

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self._known = dict(known or {})

    async def resolve(self, reference: SecretReference | Secret) -> Secret:
        if isinstance(reference, Secret):
            return reference
        try:
            return Secret(self._known[reference.locator[-1]])
        except KeyError:
            raise ConfigurationError(f"no secret at {reference}", hint="give it to FixedSecrets") from None


def make_context(
    folder: Path,
    settings: Mapping[str, object] | None = None,
    *,
    fields: tuple[Field, ...] | None = None,
    name: str = "test",
    environment: str = "",
    secrets: SecretResolver | None = None,
) -> ProviderContext:
    """`folder` gets the folders `state` and `config`. With the provider's `fields`, `settings` are as in the
    configuration file and are checked and converted; without, they are taken as they are."""
    config_folder = folder / "config"
    config_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    given = settings or {}
    return ProviderContext(
        name=name,
        environment=environment,
        settings=given if fields is None else check(fields, given, folder=config_folder),
        secrets=secrets or FixedSecrets(),
        state_folder=folder / "state",
        config_folder=config_folder,
    )
