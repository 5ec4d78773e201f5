"""Replication groups, single nodes and serverless caches, typed, from the vendor's answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from redistui.model.endpoint import Address
from redistui.model.topology import Role

Described = Mapping[str, Any]


class Kind(StrEnum):
    GROUP = "replication group"
    CLUSTER = "cluster mode"
    NODE = "single node"
    SERVERLESS = "serverless"


@dataclass(frozen=True, slots=True)
class Member:
    """One node. `shard` is the node group it belongs to."""

    id: str
    shard: str
    address: Address | None
    role: Role
    status: str
    zone: str
    version: str


@dataclass(frozen=True, slots=True)
class Group:
    """`automatic_failover` is the vendor's word: enabled, disabled, enabling, disabling."""

    id: str
    kind: Kind
    status: str
    members: tuple[Member, ...]
    automatic_failover: str = ""
    multi_az: bool = False
    encrypted: bool = False
    token: bool = False
    engine: str = ""
    node_class: str = ""
    pending_primary: str | None = None
    pending: tuple[str, ...] = ()
    is_global: bool = False
    write_endpoint: Address | None = None
    read_endpoint: Address | None = None

    def member(self, member_id: str) -> Member | None:
        return next((member for member in self.members if member.id == member_id), None)

    @property
    def primary(self) -> Member | None:
        return next((member for member in self.members if member.role is Role.PRIMARY), None)


def joined(groups: Sequence[Described], clusters: Sequence[Described]) -> Iterator[Group]:
    """Groups with what their nodes tell, then nodes without a group. Memcached is none of ours."""
    by_id = {cluster["CacheClusterId"]: cluster for cluster in clusters}
    for group in groups:
        yield read_group(group, by_id)
    for cluster in clusters:
        if not cluster.get("ReplicationGroupId") and cluster.get("Engine") != "memcached":
            yield _single(cluster)


def read_group(group: Described, clusters: Mapping[str, Described]) -> Group:
    in_cluster_mode = bool(group.get("ClusterEnabled"))
    pending = group.get("PendingModifiedValues") or {}
    shards: Sequence[Described] = group.get("NodeGroups") or ()
    first: Described = shards[0] if len(shards) == 1 else {}
    return Group(
        id=group["ReplicationGroupId"],
        kind=Kind.CLUSTER if in_cluster_mode else Kind.GROUP,
        status=group.get("Status", ""),
        members=tuple(
            _member(member, shard["NodeGroupId"], clusters.get(member["CacheClusterId"], {}), group.get("Status", ""))
            for shard in shards
            for member in shard.get("NodeGroupMembers", ())
        ),
        automatic_failover=group.get("AutomaticFailover", ""),
        multi_az=group.get("MultiAZ") == "enabled",
        encrypted=bool(group.get("TransitEncryptionEnabled")),
        token=bool(group.get("AuthTokenEnabled") or group.get("UserGroupIds")),
        engine=group.get("Engine", ""),
        node_class=group.get("CacheNodeType", ""),
        pending_primary=pending.get("PrimaryClusterId"),
        pending=tuple(sorted(pending)),
        is_global=bool((group.get("GlobalReplicationGroupInfo") or {}).get("GlobalReplicationGroupId")),
        write_endpoint=None if in_cluster_mode else _address(first.get("PrimaryEndpoint")),
        read_endpoint=None if in_cluster_mode else _address(first.get("ReaderEndpoint")),
    )


def read_serverless(cache: Described) -> Group:
    address = _address(cache.get("Endpoint"))
    status = cache.get("Status", "")
    name = cache["ServerlessCacheName"]
    version = cache.get("FullEngineVersion") or cache.get("MajorEngineVersion", "")
    members = (Member(name, "", address, Role.UNKNOWN, status, "", version),)
    return Group(name, Kind.SERVERLESS, status, members, encrypted=True, token=True, engine=cache.get("Engine", ""))


def _member(member: Described, shard: str, cluster: Described, group_status: str) -> Member:
    return Member(
        id=member["CacheClusterId"],
        shard=shard,
        address=_address(member.get("ReadEndpoint")) or _node_address(cluster),
        role={"primary": Role.PRIMARY, "replica": Role.REPLICA}.get(member.get("CurrentRole", ""), Role.UNKNOWN),
        status=cluster.get("CacheClusterStatus") or group_status,
        zone=member.get("PreferredAvailabilityZone", ""),
        version=cluster.get("EngineVersion", ""),
    )


def _single(cluster: Described) -> Group:
    status = cluster.get("CacheClusterStatus", "")
    member = Member(
        id=cluster["CacheClusterId"],
        shard="",
        address=_node_address(cluster),
        role=Role.PRIMARY,
        status=status,
        zone=cluster.get("PreferredAvailabilityZone", ""),
        version=cluster.get("EngineVersion", ""),
    )
    return Group(
        id=cluster["CacheClusterId"],
        kind=Kind.NODE,
        status=status,
        members=(member,),
        automatic_failover="disabled",
        encrypted=bool(cluster.get("TransitEncryptionEnabled")),
        token=bool(cluster.get("AuthTokenEnabled")),
        engine=cluster.get("Engine", ""),
        node_class=cluster.get("CacheNodeType", ""),
        write_endpoint=member.address,
    )


def _node_address(cluster: Described) -> Address | None:
    """Outside of Memcached a cluster has one node; it is told with ShowCacheNodeInfo only."""
    return next((_address(node.get("Endpoint")) for node in cluster.get("CacheNodes") or ()), None)


def _address(endpoint: Described | None) -> Address | None:
    return Address(endpoint["Address"], endpoint["Port"]) if endpoint and endpoint.get("Address") else None
