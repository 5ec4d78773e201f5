"""Names of pairs, from what their containers are called; a change of roles does not change them."""

import re
from collections.abc import Sequence

from .recognise import PAIR_LABEL
from .server import Server

_SEPARATORS = re.compile(r"([-_.]+)")
_ROLES = frozenset(
    {
        "primary",
        "replica",
        "master",
        "slave",
        "leader",
        "follower",
        "secondary",
        "node",
        "main",
        "read",
        "readonly",
        "ro",
    }
)
_UNFIT = re.compile(r"[^\w.-]+")


def names(groups: Sequence[Sequence[Server]]) -> list[str]:
    """One name for each group, all different."""
    wanted = [_name(group) for group in groups]
    given: list[str] = []
    for name, group in zip(wanted, groups, strict=True):
        clear = wanted.count(name) == 1 and name not in given
        given.append(name if clear else f"{name}-{min(server.container.short_id for server in group)}")
    return given


def _name(group: Sequence[Server]) -> str:
    labels = sorted({label for server in group if (label := server.container.labels.get(PAIR_LABEL))})
    if labels:
        return _fit(labels[0])
    projects = {server.container.project for server in group}
    services = sorted({server.container.service for server in group})
    if len(projects) == 1 and (project := min(projects)) and all(services):
        stem = _stem(services)
        return _fit(f"{project}-{stem}" if stem and stem != project else project)
    called = sorted(server.container.name for server in group)
    return _fit(_stem(called) or called[0])


def _stem(called: Sequence[str]) -> str:
    """What the names have in common without the words for roles and numbers; else the first of what is left."""
    stems = sorted({_without_role(name) for name in called})
    shared = stems[0].split("-") if len(stems) == 1 else _shared([stem.split("-") for stem in stems])
    return "-".join(shared) or next((stem for stem in stems if stem), "")


def _without_role(name: str) -> str:
    parts = [part for part in _SEPARATORS.split(name) if part and not _SEPARATORS.fullmatch(part)]
    return "-".join(part for part in parts if part.lower().rstrip("0123456789") not in {*_ROLES, ""})


def _shared(stems: Sequence[Sequence[str]]) -> list[str]:
    shared = []
    for words in zip(*stems, strict=False):
        if len(set(words)) > 1:
            break
        shared.append(words[0])
    return shared


def _fit(name: str) -> str:
    return _UNFIT.sub("-", name).strip("-.") or "redis"
