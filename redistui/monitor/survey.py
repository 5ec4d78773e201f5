"""One look at the fleet, for commands: everything is asked at once, within a limit."""

import asyncio
from collections.abc import Callable

from redistui.model.clock import SYSTEM_CLOCK, Clock
from redistui.model.snapshot import FleetSnapshot, Status
from redistui.model.topology import Pair, PairKey
from redistui.workspace.workspace import OpenConnection, Workspace

from . import descriptors
from .discovery import Discovery
from .node_watch import NodeWatch
from .pair_watch import PairWatch
from .roster import Roster
from .surroundings import SurroundingsOf
from .timeline import Timeline

# The rest of the limit is for the nodes of those that were found last.
_DISCOVERY_SHARE = 0.8


async def survey(
    workspace: Workspace, *, only: PairKey | None = None, limit_seconds: float = 5.0, clock: Clock = SYSTEM_CLOCK
) -> FleetSnapshot:
    """What rules need time for (rates, durations) is told as not known from one look. Closes no provider.

    What has not answered within the limit is told as it stands then.
    """
    descriptors.raise_limit()
    looking = _Survey(workspace, only, Timeline(clock))
    try:
        async with asyncio.timeout(limit_seconds):
            await asyncio.gather(*(discovery.discover(limit_seconds * _DISCOVERY_SHARE) for discovery in looking.asked))
            await asyncio.gather(*looking.looks)
    except TimeoutError:
        pass
    finally:
        await looking.close()
    return looking.snapshot()


class _Survey:
    def __init__(self, workspace: Workspace, only: PairKey | None, timeline: Timeline) -> None:
        self._only = only
        self._timeline = timeline
        self._surroundings = SurroundingsOf(workspace, timeline, self, one_look=True)
        self._roster = Roster()
        self.looks: list[asyncio.Task[None]] = []
        self.asked = [
            Discovery(connection, timeline, self._found(connection), lambda _: None, lambda: None)
            for connection in workspace.connections
            if only is None or connection.name == only.provider
        ]

    def _found(self, connection: OpenConnection) -> Callable[[Pair], None]:
        def make(pair: Pair) -> PairWatch:
            return PairWatch(pair, self._surroundings.of(connection, pair))

        def found(pair: Pair) -> None:
            if self._only is not None and pair.key != self._only:
                return
            watch = self._roster.put(pair, make)
            if watch is not None:
                self.looks.append(asyncio.create_task(self._look(watch)))

        return found

    async def _look(self, watch: PairWatch) -> None:
        await watch.look_once()
        self._roster.seen(watch, frozenset())

    def sample(self, watch: PairWatch, node: NodeWatch) -> None:
        raise AssertionError("a survey samples each node once, by look_once")

    def judged(self, watch: PairWatch, status_before: Status) -> None:
        raise AssertionError("a survey judges each pair once, by look_once")

    def snapshot(self) -> FleetSnapshot:
        return FleetSnapshot(
            self._timeline.now(),
            tuple(watch.snapshot for watch in self._roster.shown),
            tuple(discovery.snapshot for discovery in self.asked),
        )

    async def close(self) -> None:
        for look in self.looks:
            look.cancel()
        await asyncio.gather(*self.looks, return_exceptions=True)
        for watch in self._roster:
            watch.close()
