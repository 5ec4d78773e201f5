"""Reading where a secret is kept: `{ env = "NAME" }`, `{ command = ["pass", "redis"] }`, …"""

from collections.abc import Mapping
from pathlib import Path

from .problems import kind, nearest, one_of
from .secret import SecretReference, SecretSource

WAYS = '{ env = "NAME" }, { file = "PATH" }, { keyring = "SERVICE/USER" }, { command = ["…"] } or { prompt = "WORDS" }'


def parse_reference(value: Mapping[str, object], *, label: str, folder: Path | None) -> SecretReference:
    """Raises ValueError with a message that continues the key's path.

    Relative files start at `folder`. `label` is asked where `{ prompt = true }` has no words of its own.
    """
    sources = [source.value for source in SecretSource]
    for name in value:
        if name not in sources:
            meant = nearest(name, sources)
            raise ValueError(f"has no source {name}; " + (f"did you mean {meant}?" if meant else f"expected {WAYS}"))
    if len(value) != 1:
        raise ValueError(f"must name exactly one of {one_of(sources)}")
    [(name, locator)] = value.items()
    source = SecretSource(name)
    if source is SecretSource.PROMPT and locator is True:
        return SecretReference(source, (label,))
    if source in (SecretSource.COMMAND, SecretSource.KEYRING) and isinstance(locator, list):
        return SecretReference(source, _words(source, locator))
    if not isinstance(locator, str) or not locator.strip():
        raise ValueError(f"must give {_expected(source)}, not {kind(locator) if locator else 'nothing'}")
    return SecretReference(source, _located(source, locator, folder))


def _located(source: SecretSource, locator: str, folder: Path | None) -> tuple[str, ...]:
    if source is SecretSource.FILE:
        path = Path(locator).expanduser()
        return (str(path if folder is None else folder / path),)
    if source is SecretSource.COMMAND:
        raise ValueError(f"must give {_expected(source)}, not text: no shell takes it apart")
    if source is SecretSource.KEYRING:
        service, _, user = locator.rpartition("/")
        return (service or "redistui", user)
    if source is SecretSource.KUBERNETES:
        parts = tuple(locator.split("/"))
        if len(parts) != 3 or not all(parts):
            raise ValueError(f"must give {_expected(source)}")
        return parts
    return (locator,)


def _words(source: SecretSource, items: list[object]) -> tuple[str, ...]:
    words = tuple(item for item in items if isinstance(item, str) and item)
    if len(words) != len(items) or not words or (source is SecretSource.KEYRING and len(words) != 2):
        raise ValueError(f"must give {_expected(source)}")
    return words


def _expected(source: SecretSource) -> str:
    return {
        SecretSource.ENVIRONMENT: 'env = "NAME" of a variable',
        SecretSource.FILE: 'file = "PATH"',
        SecretSource.KEYRING: 'keyring = "SERVICE/USER" or ["SERVICE", "USER"]',
        SecretSource.COMMAND: 'command = ["PROGRAM", "ARGUMENT", …]',
        SecretSource.KUBERNETES: 'secret = "NAMESPACE/NAME/KEY"',
        SecretSource.PROMPT: 'prompt = "WORDS TO ASK WITH" or true',
    }[source]
