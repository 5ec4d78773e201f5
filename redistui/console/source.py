"""The part of the monitor that the console uses, so that tests can bring their own."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

from redistui.model.endpoint import Endpoint
from redistui.model.history import Event, History
from redistui.model.snapshot import FleetSnapshot
from redistui.model.topology import PairKey
from redistui.provider.capabilities import Capability, Verb

Answer = TypeVar("Answer")


class MonitorSource(Protocol):
    """Every plain method may be called from any thread; the coroutines run on the source's own loop, by `submit`."""

    @property
    def latest(self) -> FleetSnapshot: ...

    def subscribe(self, listener: Callable[[FleetSnapshot], None]) -> Callable[[], None]:
        """Call `listener` on the source's thread, at most once a second, until the returned function is called."""
        ...

    def history(self, key: PairKey) -> History: ...

    def events(self, key: PairKey) -> tuple[Event, ...]: ...

    def capabilities(self, key: PairKey) -> Mapping[Verb, Capability]:
        """What can be done with this pair, and why not. Answered from memory."""
        ...

    def refresh(self) -> None: ...

    def submit(self, coroutine: Coroutine[Any, Any, Answer]) -> Future[Answer]: ...

    async def endpoint(self, key: PairKey, node_id: str) -> Endpoint: ...

    async def logs(self, key: PairKey, node_id: str, lines: int) -> Sequence[str]: ...

    async def start_node(self, key: PairKey, node_id: str) -> None: ...
