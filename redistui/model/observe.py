"""Who replicates from whom, observed from what the nodes say of themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .endpoint import Address
from .facts import NodeFacts
from .sample import NodeSample
from .snapshot import ServerSettings
from .topology import Node, Role

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NO_ID = "0" * 40

# Settings in which a replica must not differ, or it behaves otherwise on the day it is promoted.
COMPARED_SETTINGS = (
    "maxmemory",
    "maxmemory-policy",
    "appendonly",
    "appendfsync",
    "save",
    "maxclients",
    "databases",
    "timeout",
    "repl-backlog-size",
    "repl-diskless-sync",
    "min-replicas-to-write",
    "client-output-buffer-limit",
    "notify-keyspace-events",
    "tls-replication",
)


@dataclass(frozen=True, slots=True)
class SettingDifference:
    name: str
    primary: str
    replica: str


def differing_settings(replica: ServerSettings, primary: ServerSettings) -> tuple[SettingDifference, ...]:
    """The compared settings whose values both sides tell, and tell differently."""
    return tuple(
        SettingDifference(name, primary.values[name], replica.values[name])
        for name in COMPARED_SETTINGS
        if name in replica.values and name in primary.values and replica.values[name] != primary.values[name]
    )


def same_address(one: Address, other: Address) -> bool:
    if one.port != other.port:
        return False
    return one.host.lower() == other.host.lower() or (one.host in _LOOPBACK and other.host in _LOOPBACK)


def listens_at(node: Node, address: Address) -> bool:
    return same_address(node.peer_address, address) or same_address(node.address, address)


def shared_history(one: NodeSample, other: NodeSample) -> str | None:
    """A replication id that both know, current or former: proof that their data comes from one history."""
    ids = {one.replication_id, one.replication_id2} & {other.replication_id, other.replication_id2}
    return min((known for known in ids if known and known != _NO_ID), default=None)


def same_history(one: NodeSample | None, other: NodeSample | None) -> bool | None:
    if one is None or other is None or not one.replication_id or not other.replication_id:
        return None
    return one.replication_id == other.replication_id or shared_history(one, other) is not None


def upstream_of(replica: NodeFacts, nodes: Sequence[NodeFacts]) -> NodeFacts | None:
    """The node of the pair that `replica` follows; None when it is none of them, or cannot be told."""
    sample = replica.reading.sample
    if sample is None or sample.role is not Role.REPLICA or sample.upstream is None:
        return None
    others = [node for node in nodes if node is not replica]
    for node in others:
        if listens_at(node.reading.node, sample.upstream):
            return node
    return _upstream_behind_nat(replica, sample, others)


def _upstream_behind_nat(replica: NodeFacts, sample: NodeSample, others: Iterable[NodeFacts]) -> NodeFacts | None:
    """Addresses differ on the two sides of NAT: then the one node that has its history and replicas attached."""
    feeding = [
        node
        for node in others
        if node.sample is not None and node.sample.attached and same_history(sample, node.sample)
    ]
    listing = [node for node in feeding if node.sample is not None and _lists(node.sample, replica.reading.node)]
    if len(listing) == 1:
        return listing[0]
    primaries = [node for node in feeding if node.role is Role.PRIMARY]
    return primaries[0] if len(primaries) == 1 else None


def _lists(sample: NodeSample, replica: Node) -> bool:
    return any(entry.address is not None and listens_at(replica, entry.address) for entry in sample.attached)
