"""The API calls that change something: their exact parameters, and how ElastiCache shows how far it is with each.

API reference 2015-02-02: ModifyReplicationGroup, RebootCacheCluster. Without ApplyImmediately a change is postponed to
the next maintenance window.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from redistui.provider.tasks import Arguments, Call, Phase, Progress

from .groups import Group, Member
from .states import AVAILABLE

Parameters = Mapping[str, object]

# Every node outside of cluster mode has this id within its cache cluster.
NODE_ID = "0001"
_PENDING_FAILOVER = "AutomaticFailoverStatus"


class CallName(StrEnum):
    FAILOVER_OFF = "automatic-failover-off"
    FAILOVER_ON = "automatic-failover-on"
    PROMOTE = "promote"
    REBOOT = "reboot"


def request(call: Call) -> tuple[str, Parameters]:
    """The operation as the SDK names it, and its parameters."""
    arguments = call.arguments
    name = CallName(call.name)
    if name is CallName.REBOOT:
        return "reboot_cache_cluster", {"CacheClusterId": arguments["member"], "CacheNodeIdsToReboot": [NODE_ID]}
    if name is CallName.PROMOTE:
        change: dict[str, object] = {"PrimaryClusterId": arguments["target"]}
    else:
        on = name is CallName.FAILOVER_ON
        change = {"AutomaticFailoverEnabled": on}
        if arguments["multi_az"]:
            change["MultiAZEnabled"] = on
    return "modify_replication_group", {
        "ReplicationGroupId": arguments["group"],
        **change,
        "ApplyImmediately": True,
    }


def shown(call: Call) -> str:
    """`ModifyReplicationGroup ReplicationGroupId=orders PrimaryClusterId=orders-002 ApplyImmediately=true`."""
    operation, parameters = request(call)
    title = "".join(word.capitalize() for word in operation.split("_"))
    return " ".join([title, *(f"{name}={_text(value)}" for name, value in parameters.items())])


def failover_progress(name: CallName, arguments: Arguments, group: Group) -> Progress:
    on = name is CallName.FAILOVER_ON
    words = f"automatic failover is {group.automatic_failover}, the group is {group.status}"
    zones_fit = not arguments["multi_az"] or group.multi_az is on
    if group.automatic_failover == ("enabled" if on else "disabled") and zones_fit:
        return Progress(Phase.DONE, words)
    begun = group.automatic_failover == ("enabling" if on else "disabling")
    pending = _PENDING_FAILOVER in group.pending and not group.automatic_failover.endswith("ing")
    return Progress(Phase.RUNNING if begun or pending else Phase.NOT_BEGUN, words)


def promote_progress(arguments: Arguments, group: Group) -> Progress:
    target = arguments["target"]
    primary = group.primary.id if group.primary else "nobody"
    words = f"{primary} leads, the group is {group.status}"
    if primary == target:
        return Progress(Phase.DONE, words)
    return Progress(Phase.RUNNING if group.pending_primary == target else Phase.NOT_BEGUN, words)


def reboot_progress(member: Member, restarted: Callable[[str], bool]) -> Progress:
    """`restarted` tells by the vendor's events, since the plan was made."""
    words = f"{member.id} is {member.status}"
    if member.status.startswith("rebooting"):
        return Progress(Phase.RUNNING, words)
    return Progress(Phase.DONE if member.status == AVAILABLE and restarted(member.id) else Phase.NOT_BEGUN, words)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
