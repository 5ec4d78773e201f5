"""Which containers may run Redis: by label, by what they start, by the name of their image."""

import re
from enum import Enum, auto

from .container import Container
from .stored import server_arguments

PAIR_LABEL = "redistui.pair"
_KNOWN = frozenset({"redis", "valkey", "keydb"})
_OTHERS = frozenset(
    {
        "exporter",
        "insight",
        "redisinsight",
        "commander",
        "sentinel",
        "cli",
        "ui",
        "admin",
        "operator",
        "proxy",
        "cluster",
    }
)
_BY_VARIABLES = ("bitnami", "bitnamilegacy")  # their images start the server by a script


class Likeness(Enum):
    NONE = auto()
    LIKELY = auto()  # it has to answer as Redis before it counts
    CERTAIN = auto()


def likeness(container: Container) -> Likeness:
    arguments = server_arguments(container)
    if "redis-sentinel" in {word.rpartition("/")[2] for word in container.command} or "--sentinel" in (arguments or ()):
        return Likeness.NONE
    if container.labels.get(PAIR_LABEL) or arguments is not None:
        return Likeness.CERTAIN
    if not image_of_redis(container.image):
        return Likeness.NONE
    by_script = any(part in _BY_VARIABLES for part in container.image.split("/"))
    if by_script:
        return Likeness.CERTAIN
    return Likeness.LIKELY if container.running else Likeness.NONE


def image_of_redis(image: str) -> bool:
    """`registry:5000/library/redis:7.0@sha256:…` is; `oliver006/redis_exporter` is not."""
    name = image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()
    words = set(re.split(r"[-_.]", name))
    return bool(words & _KNOWN) and not words & _OTHERS
