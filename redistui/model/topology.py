"""Pairs and nodes as a provider describes them, before anything was asked of Redis."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .endpoint import Address


class Role(StrEnum):
    PRIMARY = "primary"
    REPLICA = "replica"
    SENTINEL = "sentinel"
    UNKNOWN = "unknown"


class Control(StrEnum):
    """Who owns the roles: the console itself over the Redis protocol, or the cloud."""

    SELF_MANAGED = "self-managed"
    MANAGED = "managed"


class NodeState(StrEnum):
    """What the provider says of the machine, process, container or instance. UNKNOWN where it has no view."""

    RUNNING = "running"
    STARTING = "starting"
    STOPPED = "stopped"
    PAUSED = "paused"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class PairKey:
    """`provider/name`: unique in the console."""

    provider: str
    name: str

    def __str__(self) -> str:
        return f"{self.provider}/{self.name}"


@dataclass(frozen=True, slots=True)
class Node:
    """One Redis server of a pair. `address` is what the console reaches, `peer_address` what its peers reach.

    `name` is what people call it, where its id says nothing to them.
    """

    id: str
    address: Address
    peer_address: Address
    configured_role: Role = Role.UNKNOWN
    state: NodeState = NodeState.UNKNOWN
    vendor_state: str = ""
    zone: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A primary and its replicas as discovered. `place` says where in the provider: a region, a namespace, a host."""

    key: PairKey
    provider_type: str
    control: Control
    nodes: tuple[Node, ...]
    environment: str = ""
    place: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    write_endpoint: Address | None = None
    read_endpoint: Address | None = None
