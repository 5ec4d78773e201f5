"""What a provider does to make a pair that is not there yet, and to end one: for provision and destroy.

A design is data: it says beforehand what would be made, with the exact calls. Whatever is made carries the id of the
operation that made it, its maker, so that exactly that is removed again and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from redistui.model.fields import Field
from redistui.model.plan import Guard
from redistui.model.topology import Node, Pair

# The label of a pair that says which operation made it.
MADE_BY = "made-by"


@dataclass(frozen=True, slots=True)
class NodeDesign:
    """`create` and `start` are the calls in words; without one there is no such step: an earlier call does it."""

    node: Node
    create: str = ""
    start: str = ""


@dataclass(frozen=True, slots=True)
class Design:
    """A pair as it would be made, the primary first.

    `settings` are the checked values with all that was chosen for them (ports, a program): given again, they lead to
    the same design. `guards` tell what the provider sees of the place, `artifacts` the files by name, secrets masked.
    """

    pair: Pair
    nodes: tuple[NodeDesign, ...]
    create: str
    settings: Mapping[str, object]
    guards: tuple[Guard, ...] = ()
    artifacts: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class Provisioner(Protocol):
    """Each act may be repeated: one that has happened already succeeds. Raises ProviderError (or ConfigurationError
    for what was asked) and nothing else; of kind UNKNOWN when it was sent and no answer came. A node is started by
    `Machine.start`."""

    def provision_fields(self) -> tuple[Field, ...]:
        """What may be asked for, with defaults sized to the place. Answered from memory."""
        ...

    async def design(self, name: str, settings: Mapping[str, object]) -> Design:
        """Look at the place and choose what was left open; changes nothing. What forbids it is a guard, no error."""
        ...

    async def create_pair(self, design: Design, maker: str) -> None:
        """Make what the nodes share, secrets first. Refused with CONFLICT where somebody else's is in the way."""
        ...

    async def create_node(self, design: Design, node: Node, maker: str) -> None: ...

    async def remains(self, pair: Pair, maker: str) -> frozenset[str] | None:
        """The ids of the nodes that are there of what this maker made; None where nothing of it is left."""
        ...

    async def remove_node(self, pair: Pair, node: Node, maker: str) -> None:
        """End a node that this maker made, with its data."""
        ...

    async def remove_pair(self, pair: Pair, maker: str) -> None:
        """End all that this maker made of the pair, with its data. A pair of another maker is left as it is."""
        ...

    def removal(self, pair: Pair) -> str:
        """The calls of `remove_pair` in words."""
        ...
