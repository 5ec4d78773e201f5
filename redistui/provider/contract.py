"""The contract between the core and a provider. Reads may be repeated by the core, a change is sent once."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from typing import ClassVar, Protocol, runtime_checkable

from redistui.model.endpoint import Endpoint
from redistui.model.fields import Field
from redistui.model.topology import Control, Node, Pair

from .capabilities import Capabilities
from .context import ProviderContext

API_VERSION = 1


@runtime_checkable
class DemoHost(Protocol):
    """A provider that can stand up pairs to practise on, with a sample load, by itself."""

    async def start_demo(self, pairs: int) -> Sequence[str]:
        """Make or start `pairs` demo pairs and their load; returns their names once each replicates."""
        ...

    async def stop_demo(self) -> Sequence[str]:
        """End what `start_demo` started, data included; returns the names."""
        ...


class Provider(ABC):
    """One configured place that runs pairs.

    Made with a context and nothing else; making one opens no connection, imports no SDK and never fails.
    Every method raises ProviderError (or ConfigurationError for its own settings) and nothing else.
    """

    api_version: ClassVar[int] = API_VERSION
    type: ClassVar[str]
    summary: ClassVar[str]
    control: ClassVar[Control]
    settings_fields: ClassVar[tuple[Field, ...]] = ()
    # The extra of the distribution that brings the SDK, and a module that is there when it is installed.
    extra: ClassVar[str | None] = None
    sdk_module: ClassVar[str | None] = None

    def __init__(self, context: ProviderContext) -> None:
        self.context = context

    @classmethod
    def at_hand(cls) -> bool:
        """Whether there is something here that it can show without any configuration: the local engine, the current
        context. Looks at files and the environment; opens no connection and never fails."""
        return False

    @classmethod
    @abstractmethod
    def capabilities(cls) -> Capabilities:
        """What this provider can do with every verb, and why not where it cannot."""

    def pair_capabilities(self, pair: Pair) -> Capabilities:
        """The same of one pair, where pairs of one provider differ. Answered from memory."""
        return self.capabilities()

    def mistakes(self) -> Sequence[str]:
        """What is wrong with its settings that their fields cannot tell, in words. Answered from memory."""
        return ()

    @abstractmethod
    def discover(self) -> AsyncIterator[Pair]:
        """Yield every pair as soon as it is known. Ends when all are told; the core asks again after `changed`."""

    @abstractmethod
    async def changed(self) -> None:
        """Return when another discovery may tell something new: after an event, or after a while. Cancellable."""

    @abstractmethod
    async def endpoint(self, pair: Pair, node: Node) -> Endpoint:
        """How to connect to a node now: secrets fetched, tunnels opened."""

    async def logs(self, pair: Pair, node: Node, lines: int) -> Sequence[str]:
        """The newest log lines, oldest first. Only called where LOGS is supported."""
        raise NotImplementedError

    async def start(self, pair: Pair, node: Node) -> None:
        """Start a stopped node, and return when it runs. Only called where START is supported."""
        raise NotImplementedError

    async def close(self) -> None:
        """Give back connections, tunnels and tasks. Called once; nothing is called afterwards."""
        return
