"""Finding the nodes of a pair by asking Redis who replicates from whom."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from redistui.model.endpoint import Address, Endpoint
from redistui.model.errors import ConfigurationError
from redistui.model.sample import NodeSample
from redistui.model.topology import Role

MOST_NODES = 16
LIMIT_SECONDS = 4.0
ANSWER_LIMIT_SECONDS = 2.0
# What Redis tells becomes an argument of the operator's commands: nothing that could be taken for an option.
_HOST = re.compile(r"[A-Za-z0-9:][A-Za-z0-9_.:%-]*")

EndpointOf = Callable[[Address], Awaitable[Endpoint]]


@dataclass(slots=True)
class Found:
    """`peers` are further addresses of known nodes: those under which the other nodes reach them."""

    nodes: dict[Address, NodeSample | None] = field(default_factory=dict)
    peers: dict[Address, Address] = field(default_factory=dict)


async def follow(addresses: Sequence[Address], endpoint_of: EndpointOf) -> Found:
    """Start at these addresses and go from node to node. After the limit it is what is known until then."""
    found = Found()
    wanted = list(addresses)
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            while wanted:
                found.nodes |= dict.fromkeys(wanted)
                answers = await asyncio.gather(*(_ask(address, endpoint_of) for address in wanted))
                for address, answer in zip(wanted, answers, strict=True):
                    _take(found, address, answer)
                wanted = _further(found)
    except TimeoutError:
        pass
    _settle(found, set(addresses))
    return found


async def _ask(address: Address, endpoint_of: EndpointOf) -> NodeSample | None:
    from redistui.wire.client import Connection
    from redistui.wire.failures import WireFailure
    from redistui.wire.info import parse_info

    try:
        endpoint = await endpoint_of(address)
        quick = replace(
            endpoint, connect_timeout_seconds=ANSWER_LIMIT_SECONDS, reply_timeout_seconds=ANSWER_LIMIT_SECONDS
        )
        connection = await Connection.open(quick)
        try:
            reply = await connection.call("INFO")
        finally:
            connection.close()
    except (WireFailure, ConfigurationError):
        # Whoever samples the node tells why.
        return None
    return parse_info(reply, 0.0) if isinstance(reply, bytes) else None


def _take(found: Found, address: Address, answer: NodeSample | None) -> None:
    """A process that already answered under another address is the same node."""
    for known, sample in found.nodes.items():
        if answer and sample and sample.run_id and sample.run_id == answer.run_id:
            del found.nodes[address]
            found.peers[known] = address
            return
    found.nodes[address] = answer


def _further(found: Found) -> list[Address]:
    known = found.nodes.keys() | found.peers.values()
    named = dict.fromkeys(address for sample in found.nodes.values() if sample for address in _neighbours(sample))
    good = [address for address in named if address not in known and _HOST.fullmatch(address.host)]
    return good[: MOST_NODES - len(found.nodes)]


def _neighbours(sample: NodeSample) -> Iterator[Address]:
    if sample.upstream:
        yield sample.upstream
    yield from (replica.address for replica in sample.attached if replica.address)


def _settle(found: Found, given: set[Address]) -> None:
    """Tell addresses that only the nodes reach (behind NAT, in a container network) from nodes that are down."""
    silent = {address for address, sample in found.nodes.items() if sample is None and address not in given}
    for address, sample in list(found.nodes.items()):
        if sample is None or not silent:
            continue
        if sample.upstream in silent and (upstream := _only_primary(found, sample)):
            found.peers[upstream] = sample.upstream
        unmatched = [replica.address for replica in sample.attached if replica.address in silent]
        answering = [other for other, of in found.nodes.items() if of and _replicates(of, sample)]
        if unmatched and len(answering) >= len(sample.attached):
            if len(answering) == 1 and unmatched[0]:
                found.peers[answering[0]] = unmatched[0]
            for hidden in unmatched:
                found.nodes.pop(hidden or address, None)
    for peer in found.peers.values():
        found.nodes.pop(peer, None)


def _only_primary(found: Found, replica: NodeSample) -> Address | None:
    """The one answering primary of the same history with replicas."""
    primaries = [address for address, sample in found.nodes.items() if sample and _replicates(replica, sample)]
    return primaries[0] if len(primaries) == 1 else None


def _replicates(replica: NodeSample, primary: NodeSample) -> bool:
    return (
        replica.role is Role.REPLICA
        and primary.role is Role.PRIMARY
        and bool(primary.attached)
        and replica.replication_id == primary.replication_id
    )
