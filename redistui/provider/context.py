"""What the core hands to a provider: its name, settings, secrets and a folder of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from redistui.model.secret import Secret, SecretReference


class SecretResolver(Protocol):
    """Fetches a secret from where the configuration says. Raises ConfigurationError with the way out.

    A Secret that stands in the configuration itself is given back as it is.
    """

    async def resolve(self, reference: SecretReference | Secret) -> Secret: ...


@dataclass(frozen=True, slots=True)
class ProviderContext:
    """One configured connection. `settings` were checked against the provider's declared fields:
    every key is known and has the declared Python type (SECRET: SecretReference or Secret, ADDRESS: Address,
    ADDRESSES: list of Address, TABLE: dict, TABLES: list of dict, LIST: list of str, SECONDS: float, BYTES: int).
    A key that was left out is absent, unless its field has a default."""

    name: str
    environment: str
    settings: Mapping[str, object]
    secrets: SecretResolver
    state_folder: Path  # 0700, made when first used
    config_folder: Path  # relative file names in the settings start here
