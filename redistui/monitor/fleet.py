"""The work on the monitor's loop: discovery, samples spread over the tick, and snapshots of it all."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from redistui.model.snapshot import FleetSnapshot, Status
from redistui.model.topology import Pair, PairKey
from redistui.workspace.workspace import OpenConnection, Workspace

from .discovery import Discovery
from .node_watch import NodeWatch
from .pair_watch import PairWatch
from .roster import Roster
from .surroundings import SurroundingsOf
from .timeline import Timeline

SLOTS = 10
"""A tick has this many slots. Pairs are sampled in all but the last; the last one publishes."""
# New pairs are sampled at once, so many a slot; others wait for their own slot.
_FIRST_SAMPLES_A_SLOT = 64
_SETTINGS_A_SLOT = 16
_APPEARING_SECONDS = 0.03
_HIDDEN_EVERY_TICKS = 10
# An answer is missed so many slots after the question.
_LATE_SLOTS = 8
# A node that did not answer is tried again with the next tick, unless very many are dead.
_DEAD_WITHOUT_BACK_OFF = 20
_DEAD_WITH_SHORT_BACK_OFF = 200
_LONGEST_BACK_OFF_SECONDS = 10.0


class Fleet:
    def __init__(
        self,
        workspace: Workspace,
        timeline: Timeline,
        interval_seconds: float,
        publish: Callable[[FleetSnapshot], None],
    ) -> None:
        self._workspace = workspace
        self._timeline = timeline
        self._interval_seconds = interval_seconds
        self._publish = publish
        self._surroundings = SurroundingsOf(workspace, timeline, self, interval_seconds=interval_seconds)
        self._roster = Roster()
        self._run_ids: dict[PairKey, frozenset[str]] = {}
        self._slots: list[list[PairWatch]] = [[] for _ in range(SLOTS - 1)]
        self._tasks: set[asyncio.Task[Any]] = set()
        self._first_samples = _FIRST_SAMPLES_A_SLOT
        self._settings_wanted = _SETTINGS_A_SLOT
        self._dead: set[NodeWatch] = set()
        self._appearing: asyncio.TimerHandle | None = None
        self._ticks = 0
        self._told_change = False  # one change of status a tick is published at once
        self.discoveries = [self._discovery(connection) for connection in workspace.connections]

    # discovery

    def _discovery(self, connection: OpenConnection) -> Discovery:
        def found(pair: Pair) -> None:
            self._found(pair, connection)

        return Discovery(connection, self._timeline, found, self._gone, self._appear)

    def _found(self, pair: Pair, connection: OpenConnection) -> None:
        def make(pair: Pair) -> PairWatch:
            return PairWatch(pair, self._surroundings.of(connection, pair))

        watch = self._roster.put(pair, make)
        if watch is None:
            return
        # Filled from the last slot backwards: what a small fleet says is published 100 ms later.
        slot = min(reversed(range(SLOTS - 1)), key=lambda number: len(self._slots[number]))
        self._slots[slot].append(watch)
        if self._first_samples > 0:
            self._first_samples -= 1
            watch.poll()
        self._appear()

    def _gone(self, keys: set[PairKey]) -> None:
        for key in keys:
            watch = self._roster.get(key)
            if watch is None:
                continue
            self._roster.drop(key)
            self._run_ids.pop(key, None)
            self._dead.difference_update(watch.nodes)
            for slot in self._slots:
                if watch in slot:
                    slot.remove(watch)
        self._appear()

    # samples

    def sample(self, watch: PairWatch, node: NodeWatch) -> None:
        self._spawn(self._sample(watch, node))

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _sample(self, watch: PairWatch, node: NodeWatch) -> None:
        if await node.sample():
            self._dead.discard(node)
            node.next_at = 0.0
        elif node.reading.failure is not None:
            self._dead.add(node)
            node.next_at = self._timeline.monotonic() + self._back_off_seconds()
        watch.judge_when_complete()
        if node.wants_settings and self._settings_wanted > 0:
            self._settings_wanted -= 1
            await node.fetch_settings()

    def _back_off_seconds(self) -> float:
        """Less than the ticks it stands for, since a tick comes a little early or late."""
        dead = len(self._dead)
        if dead <= _DEAD_WITHOUT_BACK_OFF:
            return 0.0
        ticks = 2.0 if dead <= _DEAD_WITH_SHORT_BACK_OFF else min(_LONGEST_BACK_OFF_SECONDS, dead / 100)
        return (ticks - 0.5) * self._interval_seconds

    def judged(self, watch: PairWatch, status_before: Status) -> None:
        key = watch.pair.key
        if self._roster.get(key) is not watch:
            return  # dropped while an answer was under way
        before = self._run_ids.get(key)
        run_ids = watch.run_ids
        if before != run_ids:
            self._run_ids[key] = run_ids
            self._roster.seen(watch, before or frozenset())
        if before is None and watch.sampled:
            self._appear()
        if watch.snapshot.status is not status_before and not self._told_change:
            self._told_change = True
            self._appear()

    # the pace

    async def run(self) -> None:
        """Until cancelled. Late slots are not made up for: after a pause nothing comes in a burst."""
        for discovery in self.discoveries:
            self._spawn(discovery.run())
        period = self._interval_seconds / SLOTS
        due = self._timeline.monotonic()
        slot = 0
        while True:
            self._slot(slot, period)
            slot = (slot + 1) % SLOTS
            due += period
            rest = due - self._timeline.monotonic()
            if rest < -period:
                due, rest = self._timeline.monotonic(), 0.0
            await self._timeline.sleep(max(0.0, rest))

    def _slot(self, slot: int, period: float) -> None:
        self._first_samples = _FIRST_SAMPLES_A_SLOT
        self._settings_wanted = _SETTINGS_A_SLOT
        unobserved = self._timeline.beat(period)
        if unobserved:
            for watch in self._roster:
                watch.unobserved_seconds += unobserved
        moved = self._timeline.anchor()
        if moved:
            for watch in self._roster:
                watch.move(moved)
        asked_in = (slot + SLOTS - _LATE_SLOTS) % SLOTS
        if asked_in < SLOTS - 1:
            for watch in self._slots[asked_in]:
                watch.tell_late()
        if slot == SLOTS - 1:
            self._end_of_tick()
            return
        for watch in self._slots[slot]:
            if watch.hidden_behind is None or self._ticks % _HIDDEN_EVERY_TICKS == 0:
                watch.poll()

    def _end_of_tick(self) -> None:
        self._ticks += 1
        self._told_change = False
        for watch in self._roster.shown:
            watch.record_point()
        self.publish()

    def _appear(self) -> None:
        """Something new is there to see: publish soon, without waiting for the end of the tick."""
        if self._appearing is None:
            self._appearing = asyncio.get_running_loop().call_later(_APPEARING_SECONDS, self.publish)

    def publish(self) -> None:
        if self._appearing is not None:
            self._appearing.cancel()
            self._appearing = None
        self._publish(self.snapshot())

    def snapshot(self) -> FleetSnapshot:
        return FleetSnapshot(
            self._timeline.now(),
            tuple(watch.snapshot for watch in self._roster.shown),
            tuple(discovery.snapshot for discovery in self.discoveries),
        )

    # questions

    def watch(self, key: PairKey) -> PairWatch | None:
        return self._roster.get(key)

    def refresh(self) -> None:
        """Discover and sample now."""
        for discovery in self.discoveries:
            discovery.again()
        for watch in self._roster.shown:
            for node in watch.nodes:
                node.next_at = 0.0
            watch.poll()

    async def close(self) -> None:
        if self._appearing is not None:
            self._appearing.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for watch in self._roster:
            watch.close()
        await self._workspace.close()
