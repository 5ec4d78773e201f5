"""What a provider can do, answered beforehand: yes, or no because …; never discovered by an exception."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """Everything an operator may ask of a pair. The names are those of the command line."""

    LOGS = "logs"
    START = "start"
    PROVISION = "provision"
    PROMOTE = "promote"
    RESTART = "restart"
    DRILL = "drill"
    BACKUP = "backup"
    RESTORE = "restore"
    RESIZE = "resize"
    ACCESS = "access"
    DESTROY = "destroy"


@dataclass(frozen=True, slots=True)
class Capability:
    supported: bool
    reason: str = ""

    @classmethod
    def yes(cls) -> "Capability":
        return cls(True)

    @classmethod
    def no(cls, because: str) -> "Capability":
        if not because:
            raise ValueError("a capability that is missing needs its reason")
        return cls(False, because)


Capabilities = Mapping[Verb, Capability]

# Verbs that this release's core can run. A provider's yes counts only for these.
CORE_VERBS: frozenset[Verb] = frozenset(
    {Verb.LOGS, Verb.START, Verb.PROVISION, Verb.PROMOTE, Verb.RESTART, Verb.DRILL, Verb.DESTROY}
)

NOT_IN_THIS_RELEASE = Capability.no("not in this release of redistui")


def effective(declared: Capabilities) -> dict[Verb, Capability]:
    """The answer for every verb, with those the core lacks answered by the core."""
    undeclared = Capability.no("this provider does not say that it can")
    return {verb: declared.get(verb, undeclared) if verb in CORE_VERBS else NOT_IN_THIS_RELEASE for verb in Verb}
