"""Server settings: which differ between the nodes of a pair, and never their secrets."""

from collections.abc import Mapping

from redistui.model.snapshot import PairSnapshot

MASKED = "***"
_SECRET_WORDS = ("requirepass", "masterauth", "primaryauth", "auth-pass", "key-file-pass", "password")


def without_secrets(values: Mapping[str, str]) -> dict[str, str]:
    """Set secrets are masked, unset ones stay visible as empty."""
    return {name: MASKED if value and _is_secret(name) else value for name, value in values.items()}


def differences(pair: PairSnapshot) -> list[tuple[str, list[str]]]:
    """Setting and its value on every node, where they are not all alike; `unknown` where a node tells nothing."""
    told = [node.settings.values if node.settings is not None else {} for node in pair.nodes]
    if sum(bool(values) for values in told) < 2:
        return []
    names = sorted({name for values in told for name in values})
    unlike = [name for name in names if len({values[name] for values in told if name in values}) > 1]
    return [
        (name, [without_secrets({name: values[name]})[name] if name in values else "unknown" for values in told])
        for name in unlike
    ]


def _is_secret(name: str) -> bool:
    return any(word in name for word in _SECRET_WORDS)
