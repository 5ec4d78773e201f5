"""Hash chains: each link covers its content and the link before it, so that a changed or missing line shows."""

import hashlib
import json
from collections.abc import Sequence

GENESIS = "0" * 64


def link(previous: str, *content: object) -> str:
    """The hash of one more link. The content must be plain JSON values."""
    text = json.dumps([previous, *content], sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def broken_at(links: Sequence[tuple[str, str, tuple[object, ...]]]) -> int | None:
    """The index of the first link of (previous, hash, content) that does not hold; None when the chain is whole."""
    expected = GENESIS
    for index, (previous, digest, content) in enumerate(links):
        if previous != expected or link(previous, *content) != digest:
            return index
        expected = digest
    return None
