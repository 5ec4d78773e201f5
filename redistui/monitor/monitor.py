"""The monitor: watches every pair of a workspace on a thread and loop of its own."""

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from redistui.model.clock import SYSTEM_CLOCK, Clock
from redistui.model.endpoint import Endpoint
from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.history import Event, History
from redistui.model.snapshot import FleetSnapshot
from redistui.model.topology import Node, PairKey
from redistui.provider.capabilities import Capability, Verb, effective
from redistui.workspace.workspace import Workspace

from . import descriptors
from .fleet import Fleet
from .pair_watch import PairWatch
from .timeline import Timeline

STOP_LIMIT_SECONDS = 3.0

Answer = TypeVar("Answer")
Listener = Callable[[FleetSnapshot], None]
_log = logging.getLogger(__name__)


class Monitor:
    """Publishes a FleetSnapshot once a tick, and sooner while pairs appear. The newest counts, none is queued."""

    def __init__(self, workspace: Workspace, *, interval_seconds: float = 1.0, clock: Clock = SYSTEM_CLOCK) -> None:
        self._workspace = workspace
        self._interval_seconds = interval_seconds
        self._timeline = Timeline(clock)
        self._latest = FleetSnapshot(self._timeline.now())
        self._listeners: tuple[Listener, ...] = ()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running = threading.Event()
        self._main: asyncio.Task[None] | None = None
        self._fleet: Fleet | None = None

    def start(self) -> None:
        """Returns when the loop runs. May be called once."""
        if self._thread is not None:
            raise RuntimeError("the monitor was started before")
        descriptors.raise_limit()
        self._thread = threading.Thread(target=self._run, name="redistui-monitor", daemon=True)
        self._thread.start()
        self._running.wait(STOP_LIMIT_SECONDS)

    def stop(self) -> None:
        """End the samples and close the workspace's providers, within a limit."""
        thread, loop = self._thread, self._loop
        if thread is None or not thread.is_alive():
            return
        if loop is not None and self._main is not None:
            loop.call_soon_threadsafe(self._main.cancel)
        thread.join(STOP_LIMIT_SECONDS)

    def _run(self) -> None:
        asyncio.run(self._watch())

    async def _watch(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._main = asyncio.current_task()
        self._fleet = fleet = Fleet(self._workspace, self._timeline, self._interval_seconds, self._publish)
        self._latest = fleet.snapshot()
        self._running.set()
        try:
            await fleet.run()
        except asyncio.CancelledError:
            pass
        finally:
            await fleet.close()

    def _publish(self, snapshot: FleetSnapshot) -> None:
        self._latest = snapshot
        for listener in self._listeners:
            try:
                listener(snapshot)
            except Exception:  # noqa: BLE001 - a front end that fails must not end the watch
                _log.exception("a listener of the monitor failed")

    @property
    def latest(self) -> FleetSnapshot:
        return self._latest

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` on the monitor's thread with every snapshot from now on, until the returned function is."""
        self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            self._listeners = tuple(known for known in self._listeners if known is not listener)

        return unsubscribe

    def history(self, key: PairKey) -> History:
        watch = self._known(key)
        return History() if watch is None else watch.record.history(self._timeline.offset)

    def events(self, key: PairKey) -> tuple[Event, ...]:
        """What changed by itself, the newest last."""
        watch = self._known(key)
        return () if watch is None else watch.record.events(self._timeline.offset)

    def capabilities(self, key: PairKey) -> Mapping[Verb, Capability]:
        """What can be done with this pair, and why not."""
        watch = self._known(key)
        return effective({} if watch is None else watch.around.provider.pair_capabilities(watch.pair))

    def _known(self, key: PairKey) -> PairWatch | None:
        return None if self._fleet is None else self._fleet.watch(key)

    def refresh(self) -> None:
        """Discover and sample now."""
        if self._loop is not None and self._fleet is not None and self._thread is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._fleet.refresh)

    def submit(self, coroutine: Coroutine[Any, Any, Answer]) -> concurrent.futures.Future[Answer]:
        """Run a coroutine on the monitor's loop."""
        if self._loop is None or self._loop.is_closed():
            coroutine.close()
            raise RuntimeError("the monitor does not run")
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    # to be awaited on the monitor's loop, by `submit`

    async def endpoint(self, key: PairKey, node_id: str) -> Endpoint:
        watch, node = self._find(key, node_id)
        return await watch.around.provider.endpoint(watch.pair, node)

    async def logs(self, key: PairKey, node_id: str, lines: int) -> Sequence[str]:
        watch, node = self._find(key, node_id)
        return await watch.around.provider.logs(watch.pair, node, lines)

    async def start_node(self, key: PairKey, node_id: str) -> None:
        watch, node = self._find(key, node_id)
        await watch.around.provider.start(watch.pair, node)
        if self._fleet is not None:
            self._fleet.refresh()

    def _find(self, key: PairKey, node_id: str) -> tuple[PairWatch, Node]:
        watch = self._known(key)
        if watch is None:
            raise ProviderError(ProviderErrorKind.NOT_FOUND, f"there is no pair {key} any more")
        for node in watch.pair.nodes:
            if node.id == node_id:
                return watch, node
        raise ProviderError(ProviderErrorKind.NOT_FOUND, f"{key} has no node {node_id} any more")
