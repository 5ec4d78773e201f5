"""Watching one pair: its nodes' samples, judged together as soon as all of them are in."""

import asyncio
from dataclasses import replace

from redistui.model.endpoint import Endpoint
from redistui.model.health import Look, PairMemory, judge
from redistui.model.sample import FailureKind
from redistui.model.snapshot import PairSnapshot
from redistui.model.topology import Node, Pair
from redistui.provider.capabilities import Verb, effective
from redistui.provider.contract import Provider

from .changes import changes
from .node_watch import NodeWatch
from .record import Record
from .surroundings import Surroundings

ALSO_FOUND_AS = "also"
"""Label that names the other pairs that turned out to be this one."""


def _verbs(provider: Provider, pair: Pair) -> frozenset[Verb]:
    """What can be done with this pair."""
    try:
        declared = provider.pair_capabilities(pair)
    except Exception:  # noqa: BLE001 - a plugin that breaks its promise can do nothing
        return frozenset()
    return frozenset(verb for verb, capability in effective(declared).items() if capability.supported)


class PairWatch:
    def __init__(self, pair: Pair, around: Surroundings) -> None:
        self.around = around
        self.pair = self._placed(pair)
        self.verbs = _verbs(around.provider, pair)
        self.record = Record()
        self.nodes = [self._watch(node) for node in pair.nodes]
        self.unobserved_seconds = 0.0
        self.hidden_behind: PairWatch | None = None
        self.aliases: frozenset[str] = frozenset()
        self._memory = PairMemory()
        self.snapshot: PairSnapshot = self._look()

    def described(self, pair: Pair) -> None:
        """The provider told of this pair again."""
        pair = self._placed(pair)
        if pair == self.pair:
            return
        known = {watch.reading.node.id: watch for watch in self.nodes}
        self.pair = pair
        self.verbs = _verbs(self.around.provider, pair)
        self.nodes = []
        for node in pair.nodes:
            watch = known.pop(node.id, None)
            if watch is None:
                watch = self._watch(node)
            watch.described(node)
            self.nodes.append(watch)
        for gone in known.values():
            gone.close()
        self.record.keep_only({node.id for node in pair.nodes})

    def _placed(self, pair: Pair) -> Pair:
        return pair if pair.environment else replace(pair, environment=self.around.environment)

    def _watch(self, node: Node) -> NodeWatch:
        async def endpoint(node: Node) -> Endpoint:
            return await self.around.provider.endpoint(self.pair, node)

        return NodeWatch(node, endpoint, self.around.timeline)

    def poll(self) -> int:
        """Start an attempt at every node that is due; returns how many."""
        now = self.around.timeline.monotonic()
        due = [node for node in self.nodes if not node.in_flight and now >= node.next_at]
        for node in due:
            node.begin()
            self.around.watcher.sample(self, node)
        if not due:
            self.judge()
        return len(due)

    def tell_late(self) -> None:
        """A node that owes its answer for most of a tick is told so; when the answer comes, it stands again."""
        now = self.around.timeline.monotonic()
        told = False
        for node in self.nodes:
            waited = now - node.began_at
            if node.in_flight and waited >= self.around.late_seconds and node.reading.failure is None:
                if node.reading.sample is None:
                    continue
                node.fail(
                    FailureKind.TIMEOUT,
                    f"{node.reading.node.address} has not answered for {waited:.1f} s",
                    "the process hangs, is stopped, swaps or runs a long command; or the network drops packets",
                )
                told = True
        if told:
            self.judge()

    def judge_when_complete(self) -> None:
        if not any(node.in_flight and node.reading.failure is None for node in self.nodes):
            self.judge()

    def judge(self) -> None:
        before = self.snapshot
        self.snapshot = self._look()
        for node_id, message in changes(before, self.snapshot):
            self.record.tell(self.around.timeline.monotonic(), node_id, message)
        self.around.watcher.judged(self, before.status)

    def _look(self) -> PairSnapshot:
        around = self.around
        look = Look(
            around.timeline.moment(),
            around.rules,
            one_look=around.one_look,
            can_show_logs=Verb.LOGS in self.verbs,
            can_start=Verb.START in self.verbs,
            unobserved_seconds=self.unobserved_seconds,
        )
        self.unobserved_seconds = 0.0
        pair = self.pair
        if self.aliases:
            pair = replace(pair, labels={**pair.labels, ALSO_FOUND_AS: ", ".join(sorted(self.aliases))})
        snapshot, self._memory = judge(pair, [node.reading for node in self.nodes], self._memory, look)
        return snapshot

    async def look_once(self) -> PairSnapshot:
        """One sample a node and everything that can be told from it."""

        async def ask(node: NodeWatch) -> None:
            if await node.sample():
                await node.fetch_settings()

        await asyncio.gather(*(ask(node) for node in self.nodes))
        self.snapshot = self._look()
        return self.snapshot

    @property
    def sampled(self) -> bool:
        """Every node has given an answer, or a reason why not."""
        return all(node.reading.sample is not None or node.reading.failure is not None for node in self.nodes)

    @property
    def run_ids(self) -> frozenset[str]:
        return frozenset(
            node.reading.sample.run_id
            for node in self.nodes
            if node.reading.sample is not None and node.reading.sample.run_id
        )

    def record_point(self) -> None:
        self.record.put(self.around.timeline.monotonic(), self.snapshot)

    def move(self, seconds: float) -> None:
        for node in self.nodes:
            node.move(seconds)

    def close(self) -> None:
        for node in self.nodes:
            node.close()
