"""Asks every node of a pair what guards need to know, right before a change and without changing anything."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import hiredis

from redistui.model.clock import Clock
from redistui.model.endpoint import Endpoint
from redistui.model.errors import RedistuiError
from redistui.model.sample import Failure, FailureKind, NodeSample
from redistui.model.topology import Control, Node, Pair, Role
from redistui.provider.contract import Provider
from redistui.provider.machine import acts_of
from redistui.provider.tasks import Inspection, ManagedTasks
from redistui.wire.client import Argument, Connection
from redistui.wire.failures import WireFailure
from redistui.wire.info import parse_info
from redistui.wire.replies import from_error_reply
from redistui.wire.sentinels import count_sentinels
from redistui.wire.settings import server_settings

from .facts import Limits, NodeFacts, PairFacts, Silence
from .machines import machine_facts

CLIENT_NAME = "redistui-plan"
SILENCE_SECONDS = 2.0
SILENT = frozenset({FailureKind.REFUSED, FailureKind.UNREACHABLE, FailureKind.TIMEOUT, FailureKind.RESET})
_RATE_SECONDS = 0.25
_RETRY_SECONDS = 0.25
_RETRY_LIMIT = 1.0
_LEAST_ATTEMPTS = 2
_PAUSE_SECONDS = 0.3
PAUSE_PROBE_KEY = "redistui:probe:pause"

# Each with arguments of the right number: a server checks permission and arity when a command is queued.
REHEARSED: Mapping[str, Sequence[Argument]] = {
    "CLIENT PAUSE": ("CLIENT", "PAUSE", 1, "WRITE"),
    "CLIENT UNPAUSE": ("CLIENT", "UNPAUSE"),
    "CLIENT KILL": ("CLIENT", "KILL", "TYPE", "pubsub"),
    "REPLICAOF": ("REPLICAOF", "NO", "ONE"),
    "CONFIG SET": ("CONFIG", "SET", "min-replicas-to-write", 0),
    "CONFIG REWRITE": ("CONFIG", "REWRITE"),
    "ROLE": ("ROLE",),
}
# While writes are paused these are held back even when they are only queued (tried on 6.2, 7.0 and 8.2), and a healthy
# primary would seem silent.
REHEARSED_WRITES: Mapping[str, Sequence[Argument]] = {
    "SET drill key": ("SET", "redistui:drill:rehearsal", "x", "EX", 1),
    "UNLINK drill key": ("UNLINK", "redistui:drill:rehearsal"),
}


@dataclass(frozen=True, slots=True)
class Gatherer:
    provider: Provider
    clock: Clock

    async def gather(self, pair: Pair, limits: Limits) -> PairFacts:
        """Never raises for a node that does not answer: its facts say why, and for how long. What the others say is
        asked after that, so that it is fresh."""
        began = self.clock.monotonic()
        inspection = await self._inspect(pair)
        nodes = await asyncio.gather(*(self._node(pair, node) for node in pair.nodes))
        if any(is_silent(facts) for facts in nodes):
            confirmed = await asyncio.gather(*(self._confirmed(pair, facts, began) for facts in nodes))
            nodes = await asyncio.gather(*(self._again(pair, facts) for facts in confirmed))
        first = {facts.id: facts for facts in nodes}
        rate = _write_rate(nodes)
        return PairFacts(pair, self.clock.now(), first, limits, rate, acts_of(self.provider, pair), inspection)

    async def _inspect(self, pair: Pair) -> Inspection | None:
        if pair.control is Control.MANAGED and isinstance(self.provider, ManagedTasks):
            return await self.provider.inspect(pair)
        return None

    async def _confirmed(self, pair: Pair, facts: NodeFacts, began: float) -> NodeFacts:
        """One lost packet is no death: a silent node is asked again for a while."""
        if not is_silent(facts):
            return facts
        attempts = 1
        while self.clock.monotonic() - began < SILENCE_SECONDS or attempts < _LEAST_ATTEMPTS:
            await self.clock.sleep(_RETRY_SECONDS)
            attempts += 1
            try:
                endpoint = await self.provider.endpoint(pair, facts.node)
                quick = replace(endpoint, connect_timeout_seconds=_RETRY_LIMIT, reply_timeout_seconds=_RETRY_LIMIT)
                (await Connection.open(quick, name=CLIENT_NAME)).close()
            except RedistuiError as error:
                facts = replace(facts, failure=self._failure(error))
                if not is_silent(facts):
                    return facts
            else:
                return replace(facts, failure=None)
        return replace(facts, silence=Silence(self.clock.monotonic() - began, attempts))

    async def _again(self, pair: Pair, facts: NodeFacts) -> NodeFacts:
        return facts if facts.failure else await self._node(pair, facts.node)

    async def _node(self, pair: Pair, node: Node) -> NodeFacts:
        asked, machine = await asyncio.gather(self._asked(pair, node), machine_facts(self.provider, pair, node))
        return replace(asked, machine=machine)

    async def _asked(self, pair: Pair, node: Node) -> NodeFacts:
        try:
            endpoint = await self.provider.endpoint(pair, node)
            connection = await Connection.open(endpoint, name=CLIENT_NAME)
        except RedistuiError as error:
            return NodeFacts(node, failure=self._failure(error))
        try:
            earlier = await self._sample(connection)
            await self.clock.sleep(_RATE_SECONDS)
            settings = await server_settings(connection)
            refused = await rehearse(connection, REHEARSED)
            sentinels = await count_sentinels(connection)
            sample = await self._sample(connection)
            paused = await writes_paused(connection, sample)
            if not connection.closed:
                refused |= await rehearse(connection, REHEARSED_WRITES)
        except WireFailure as failure:
            return NodeFacts(node, failure=self._failure(failure))
        finally:
            connection.close()
        return NodeFacts(
            node,
            sample=sample,
            earlier=earlier,
            settings=settings.values or None,
            refused=refused,
            writes_paused=paused,
            sentinels=sentinels,
        )

    async def _sample(self, connection: Connection) -> NodeSample:
        started = self.clock.monotonic()
        reply = await connection.call("INFO")
        if not isinstance(reply, bytes):
            raise from_error_reply(repr(reply), "INFO", connection.endpoint)
        return parse_info(reply, self.clock.now(), self.clock.monotonic() - started)

    def _failure(self, error: RedistuiError) -> Failure:
        kind = error.kind if isinstance(error, WireFailure) else FailureKind.OTHER
        now = self.clock.now()
        return Failure(kind, error.message, error.hint, now, now)


def is_silent(facts: NodeFacts) -> bool:
    """No sign of life. A node that refuses the password or loads its data is alive."""
    return facts.failure is not None and facts.failure.kind in SILENT


async def rehearse(connection: Connection, rehearsed: Mapping[str, Sequence[Argument]]) -> dict[str, str]:
    """Which commands this user may not run, with the server's words: queued after MULTI and discarded.

    Tried on 6.2, 7.0 and 8.2: NOPERM and unknown commands are answered when queued, and nothing is carried out.
    """
    commands: list[Sequence[Argument]] = [("MULTI",), *rehearsed.values(), ("DISCARD",)]
    replies = await connection.pipeline(commands)
    if isinstance(replies[0], hiredis.ReplyError):
        return {"MULTI": str(replies[0])}
    return {
        name: from_error_reply(str(reply), name, connection.endpoint).message
        for name, reply in zip(rehearsed, replies[1:-1], strict=True)
        if isinstance(reply, hiredis.ReplyError)
    }


async def writes_paused(connection: Connection, sample: NodeSample) -> bool | None:
    """Whether a primary holds writes back. Redis does not tell (tried up to 8.2; Valkey does), so a key that is not
    there is deleted, which changes nothing and is held back like any write; the connection is closed then.
    """
    if sample.role is not Role.PRIMARY:
        return None
    limit = max(_PAUSE_SECONDS, 5 * sample.round_trip_seconds)
    try:
        (reply,) = await connection.pipeline([("DEL", PAUSE_PROBE_KEY)], timeout_seconds=limit)
    except WireFailure as failure:
        return True if failure.kind is FailureKind.TIMEOUT else None
    return None if isinstance(reply, hiredis.ReplyError) and str(reply).startswith("NOPERM") else False


def _write_rate(nodes: Sequence[NodeFacts]) -> float | None:
    """Bytes a second of the replication stream, from two looks at the primary."""
    for facts in nodes:
        sample, earlier = facts.sample, facts.earlier
        if sample is None or earlier is None or sample.role is not Role.PRIMARY:
            continue
        seconds = sample.sampled_at - earlier.sampled_at
        if sample.offset is not None and earlier.offset is not None and seconds > 0:
            return max(sample.offset - earlier.offset, 0) / seconds
    return None


@dataclass(frozen=True, slots=True)
class EndpointSource:
    """Asks the provider anew each time: a tunnel may have moved, a secret may have been rotated."""

    provider: Provider
    pair: Pair
    node: Node

    async def __call__(self) -> Endpoint:
        return await self.provider.endpoint(self.pair, self.node)
