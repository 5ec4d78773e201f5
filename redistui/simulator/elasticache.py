"""ElastiCache as a state machine: what its operations answer, refuse and set in motion.

Written from the service model and the user guide: promotion is refused while automatic failover is on, changes while a
group is not available, a reboot loses what the node held.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .clock import SimulatorClock
from .refusal import CloudRefusal
from .replication_group import AVAILABLE, NODE_ID, Member, ReplicationGroup

Answer = dict[str, Any]
_DEFAULT_PAGE = 100
_SMALLEST_PAGE = 20
_EVENTS_SECONDS = 3600.0


@dataclass
class ElastiCache:
    """`transition_seconds` is how long every change takes, on the simulated clock."""

    clock: SimulatorClock
    transition_seconds: float = 60.0
    groups: dict[str, ReplicationGroup] = field(default_factory=dict)
    serverless: dict[str, Answer] = field(default_factory=dict)
    events: list[Answer] = field(default_factory=list)
    lock: "threading.RLock" = field(default_factory=threading.RLock)
    _due: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def perform(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        """Raises CloudRefusal."""
        with self.lock:
            self.settle()
            operations: dict[str, Callable[[Mapping[str, Any]], Answer]] = {
                "DescribeReplicationGroups": self._describe_groups,
                "DescribeCacheClusters": self._describe_clusters,
                "DescribeServerlessCaches": self._describe_serverless,
                "DescribeEvents": self._describe_events,
                "ModifyReplicationGroup": self._modify,
                "RebootCacheCluster": self._reboot,
            }
            if operation not in operations:
                raise CloudRefusal("InvalidAction", f"{operation} is not simulated.")
            return operations[operation](parameters)

    def settle(self) -> None:
        """Carry out what is due by now."""
        with self.lock:
            while self._due and self._due[0][0] <= self.clock.now():
                self._due.pop(0)[1]()

    def _later(self, action: Callable[[], None]) -> None:
        self._due.append((self.clock.now() + self.transition_seconds, action))
        self._due.sort(key=lambda entry: entry[0])

    def _describe_groups(self, parameters: Mapping[str, Any]) -> Answer:
        wanted = parameters.get("ReplicationGroupId")
        chosen = list(self.groups.values()) if wanted is None else [self._group(wanted)]
        return _page("ReplicationGroups", [group.describe() for group in chosen], parameters)

    def _describe_clusters(self, parameters: Mapping[str, Any]) -> Answer:
        nodes = bool(parameters.get("ShowCacheNodeInfo"))
        described = [one for group in self.groups.values() for one in group.describe_members(nodes=nodes)]
        wanted = parameters.get("CacheClusterId")
        if wanted is not None:
            described = [one for one in described if one["CacheClusterId"] == wanted.lower()]
            if not described:
                raise CloudRefusal("CacheClusterNotFound", f"CacheCluster not found: {wanted}")
        if parameters.get("ShowCacheClustersNotInReplicationGroups"):
            described = []
        return _page("CacheClusters", described, parameters)

    def _describe_serverless(self, parameters: Mapping[str, Any]) -> Answer:
        return {"ServerlessCaches": list(self.serverless.values())}

    def _describe_events(self, parameters: Mapping[str, Any]) -> Answer:
        start, end = parameters.get("StartTime"), parameters.get("EndTime")
        now = self.clock.now()
        seconds = 60 * parameters["Duration"] if "Duration" in parameters else _EVENTS_SECONDS
        since = start.timestamp() if start else now - seconds
        until = end.timestamp() if end else now
        chosen = [
            event
            for event in self.events
            if since <= event["Date"] <= until
            and parameters.get("SourceIdentifier") in (None, event["SourceIdentifier"])
            and parameters.get("SourceType") in (None, event["SourceType"])
        ]
        return _page("Events", chosen, parameters)

    def _modify(self, parameters: Mapping[str, Any]) -> Answer:
        group = self._group(parameters["ReplicationGroupId"])
        if not parameters.get("ApplyImmediately"):
            return {"ReplicationGroup": group.describe()}  # postponed to the next maintenance window
        if group.status != AVAILABLE:
            raise CloudRefusal(
                "InvalidReplicationGroupState", f"Replication group {group.id} is not in available state."
            )
        unknown = set(parameters) - _CHANGES
        if unknown:
            raise CloudRefusal("InvalidParameterValue", f"{', '.join(sorted(unknown))} is not simulated.")
        if any(member.status != AVAILABLE for member in group.members):
            raise CloudRefusal("InvalidCacheClusterState", f"A node of {group.id} is not in available state.")
        if "PrimaryClusterId" in parameters:
            self._promote(group, parameters["PrimaryClusterId"])
        elif "AutomaticFailoverEnabled" in parameters or "MultiAZEnabled" in parameters:
            self._switch_failover(group, parameters)
        return {"ReplicationGroup": group.describe()}

    def _promote(self, group: ReplicationGroup, wanted: str) -> None:
        member = group.member(wanted)
        if member is None or group.cluster_enabled:
            raise CloudRefusal("InvalidParameterValue", f"{wanted} is not a read replica of {group.id}.")
        if group.automatic_failover != "disabled":
            raise CloudRefusal(
                "InvalidParameterCombination",
                "Cannot promote a read replica to primary while automatic failover is enabled.",
            )
        if wanted == group.primary:
            raise CloudRefusal("InvalidParameterValue", f"{wanted} is the primary already.")
        group.status, group.pending["PrimaryClusterId"] = "modifying", wanted

        def done() -> None:
            if member.server:
                member.server.follow(None)
            for other in group.members:
                if other is not member and other.server:
                    other.server.follow(member.server)
            group.primary, group.status = wanted, AVAILABLE
            group.pending.clear()
            self._tell("replication-group", group.id, f"Promotion of {wanted} to primary completed")

        self._later(done)

    def _switch_failover(self, group: ReplicationGroup, parameters: Mapping[str, Any]) -> None:
        on = parameters.get("AutomaticFailoverEnabled", group.automatic_failover == "enabled")
        zones = parameters.get("MultiAZEnabled", group.multi_az == "enabled")
        if group.cluster_enabled or (zones and not on) or (on and len(group.members) < 2):
            raise CloudRefusal(
                "InvalidParameterCombination", f"Automatic failover and Multi-AZ of {group.id} cannot be set so."
            )
        group.status = "modifying"
        group.pending["AutomaticFailoverStatus"] = "enabled" if on else "disabled"
        group.automatic_failover = "enabling" if on else "disabling"

        def done() -> None:
            group.automatic_failover = "enabled" if on else "disabled"
            group.multi_az = "enabled" if zones else "disabled"
            group.status = AVAILABLE
            group.pending.clear()
            self._tell("replication-group", group.id, f"Automatic failover has been turned {'on' if on else 'off'}")

        self._later(done)

    def _reboot(self, parameters: Mapping[str, Any]) -> Answer:
        group, member = self._member(parameters["CacheClusterId"])
        if parameters["CacheNodeIdsToReboot"] != [NODE_ID]:
            raise CloudRefusal("InvalidParameterValue", "There is no such cache node.")
        if member.status != AVAILABLE or group.cluster_enabled:
            raise CloudRefusal("InvalidCacheClusterState", f"{member.id} cannot be rebooted now.")
        member.status = "rebooting cluster nodes"
        if member.server:
            member.server.stop()

        def done() -> None:
            if member.server:
                member.server.start(None if member is group.leader else group.leader.server)
            member.status = AVAILABLE
            self._tell("cache-cluster", member.id, f"Cache node {NODE_ID} restarted")

        self._tell("cache-cluster", member.id, f"Cache node {NODE_ID} shutdown")
        self._later(done)
        return {
            "CacheCluster": next(m for m in group.describe_members(nodes=False) if m["CacheClusterId"] == member.id)
        }

    def _tell(self, kind: str, source: str, message: str) -> None:
        event = {"SourceIdentifier": source, "SourceType": kind, "Message": message, "Date": self.clock.now()}
        self.events.append(event)

    def _group(self, wanted: str) -> ReplicationGroup:
        try:
            return self.groups[wanted.lower()]
        except KeyError:
            raise CloudRefusal("ReplicationGroupNotFoundFault", f"ReplicationGroup {wanted} not found.") from None

    def _member(self, wanted: str) -> tuple[ReplicationGroup, Member]:
        for group in self.groups.values():
            if member := group.member(wanted.lower()):
                return group, member
        raise CloudRefusal("CacheClusterNotFound", f"CacheCluster not found: {wanted}")


_CHANGES = {
    "ReplicationGroupId",
    "ApplyImmediately",
    "PrimaryClusterId",
    "AutomaticFailoverEnabled",
    "MultiAZEnabled",
}


def _page(name: str, items: list[Answer], parameters: Mapping[str, Any]) -> Answer:
    size = parameters.get("MaxRecords", _DEFAULT_PAGE)
    marker = parameters.get("Marker", "0")
    if not _SMALLEST_PAGE <= size <= _DEFAULT_PAGE:
        raise CloudRefusal("InvalidParameterValue", "MaxRecords must be between 20 and 100.")
    if not marker.isdigit():
        raise CloudRefusal("InvalidParameterValue", "The marker is not valid.")
    begin = int(marker)
    rest = {"Marker": str(begin + size)} if begin + size < len(items) else {}
    return {name: items[begin : begin + size], **rest}
