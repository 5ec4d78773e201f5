"""Replication groups and nodes as the simulated ElastiCache keeps them, described in the vendor's shapes."""

from dataclasses import dataclass, field
from typing import Any

from .server_process import LOOPBACK, ServerProcess

NODE_ID = "0001"
AVAILABLE = "available"


@dataclass
class Member:
    """`server` is None for one that is only described."""

    id: str
    zone: str
    server: ServerProcess | None = None
    status: str = AVAILABLE

    @property
    def endpoint(self) -> dict[str, Any]:
        if self.server is None:
            return {"Address": f"{self.id}.simulated.invalid", "Port": 6379}
        return {"Address": LOOPBACK, "Port": self.server.port}


@dataclass
class ReplicationGroup:
    id: str
    members: list[Member]
    primary: str
    engine: str = "redis"
    engine_version: str = "7.0.7"
    node_type: str = "cache.t4g.small"
    status: str = AVAILABLE
    automatic_failover: str = "enabled"
    multi_az: str = "enabled"
    cluster_enabled: bool = False
    auth_token_enabled: bool = False
    encrypted: bool = False
    tells_pending: bool = True  # whether changes that are under way are listed as pending
    pending: dict[str, str] = field(default_factory=dict)

    def member(self, member_id: str) -> Member | None:
        return next((member for member in self.members if member.id == member_id), None)

    @property
    def leader(self) -> Member:
        leader = self.member(self.primary)
        assert leader is not None
        return leader

    def describe(self) -> dict[str, Any]:
        creating = self.status == "creating"
        endpoint = self.leader.endpoint
        return {
            "ReplicationGroupId": self.id,
            "Description": self.id,
            "Status": self.status,
            "PendingModifiedValues": dict(self.pending) if self.tells_pending else {},
            "MemberClusters": [member.id for member in self.members],
            "NodeGroups": [] if creating else [self._node_group(endpoint)],
            "AutomaticFailover": self.automatic_failover,
            "MultiAZ": self.multi_az,
            "ConfigurationEndpoint": endpoint if self.cluster_enabled and not creating else None,
            "ClusterEnabled": self.cluster_enabled,
            "CacheNodeType": self.node_type,
            "AuthTokenEnabled": self.auth_token_enabled,
            "TransitEncryptionEnabled": self.encrypted,
            "AtRestEncryptionEnabled": False,
            "Engine": self.engine,
        }

    def describe_members(self, *, nodes: bool) -> list[dict[str, Any]]:
        return [self._describe_member(member, nodes=nodes) for member in self.members]

    def _node_group(self, endpoint: dict[str, Any]) -> dict[str, Any]:
        """Roles and read endpoints are told of groups with cluster mode disabled only."""
        return {
            "NodeGroupId": NODE_ID,
            "Status": self.status,
            "PrimaryEndpoint": None if self.cluster_enabled else endpoint,
            "ReaderEndpoint": None if self.cluster_enabled else endpoint,
            "Slots": "0-16383" if self.cluster_enabled else None,
            "NodeGroupMembers": [
                {
                    "CacheClusterId": member.id,
                    "CacheNodeId": NODE_ID,
                    "ReadEndpoint": None if self.cluster_enabled else member.endpoint,
                    "PreferredAvailabilityZone": member.zone,
                    "CurrentRole": None if self.cluster_enabled else self._role(member),
                }
                for member in self.members
            ],
        }

    def _role(self, member: Member) -> str:
        return "primary" if member.id == self.primary else "replica"

    def _describe_member(self, member: Member, *, nodes: bool) -> dict[str, Any]:
        node = {
            "CacheNodeId": NODE_ID,
            "CacheNodeStatus": member.status,
            "Endpoint": member.endpoint,
            "ParameterGroupStatus": "in-sync",
            "CustomerAvailabilityZone": member.zone,
        }
        return {
            "CacheClusterId": member.id,
            "CacheClusterStatus": member.status,
            "CacheNodeType": self.node_type,
            "Engine": self.engine,
            "EngineVersion": self.engine_version,
            "NumCacheNodes": 1,
            "PreferredAvailabilityZone": member.zone,
            "CacheNodes": [node] if nodes and self.status != "creating" else None,
            "ReplicationGroupId": self.id,
            "AuthTokenEnabled": self.auth_token_enabled,
            "TransitEncryptionEnabled": self.encrypted,
        }
