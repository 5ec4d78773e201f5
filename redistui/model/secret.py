"""A secret value that cannot be shown by accident, and the places a secret may come from."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn


class Secret:
    """Holds a secret. str() and repr() are masked, pickling is refused; call `reveal()` at the last moment."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret('***')"

    def __str__(self) -> str:
        return "***"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not to be pickled")


class SecretSource(StrEnum):
    ENVIRONMENT = "env"
    FILE = "file"
    KEYRING = "keyring"
    COMMAND = "command"
    KUBERNETES = "secret"
    PROMPT = "prompt"


@dataclass(frozen=True, slots=True)
class SecretReference:
    """Where a secret is kept, never the secret: `{ env = "NAME" }`, `{ command = ["pass", "redis"] }`, …"""

    source: SecretSource
    locator: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.source.value} {' '.join(self.locator)}".strip()
