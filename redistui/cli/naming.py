"""PAIR and NODE as people type them."""

import difflib
from collections.abc import Iterable, Mapping, Sequence

from redistui.model.errors import UsageError
from redistui.model.topology import Node, Pair, PairKey


def choose_pair(text: str, known: Iterable[PairKey], problems: Mapping[str, str] | None = None) -> PairKey:
    """`provider/name`, or the bare name where it is unique. `problems` are the providers that did not answer."""
    keys = sorted(known)
    silent = "".join(f"; {name}: {problem}" for name, problem in sorted((problems or {}).items()))
    matches = [key for key in keys if text == str(key)] or [key for key in keys if text == key.name]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise UsageError(f"several pairs are named {text!r}", hint=f"name one of: {_listed(matches)}")
    if not keys:
        raise UsageError(
            f"no pair is named {text!r}: there is no pair at all",
            hint=f"`redistui demo` starts one; `redistui config path` says where to name yours{silent}",
        )
    spellings = {str(key): key for key in keys} | {key.name: key for key in keys}
    nearest = [spellings[near] for near in difflib.get_close_matches(text, spellings, n=3, cutoff=0.5)]
    hint = f"nearest: {_listed(dict.fromkeys(nearest))}" if nearest else f"there are: {_listed(keys)}"
    raise UsageError(f"no pair is named {text!r}", hint=hint + silent)


def choose_node(text: str, pair: Pair) -> Node:
    """A node's id, its name, its address, or the address its peers know."""
    for names in ("id", "name", "address", "peer_address"):
        matches = [node for node in pair.nodes if str(getattr(node, names)) == text]
        if len(matches) == 1:
            return matches[0]
    known = ", ".join(f"{node.id} ({node.address})" for node in pair.nodes)
    raise UsageError(f"{pair.key} has no node {text!r}", hint=f"its nodes: {known}")


def _listed(keys: Iterable[PairKey], limit: int = 10) -> str:
    names: Sequence[str] = [str(key) for key in keys]
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more
