"""What ElastiCache's statuses mean to the console. One that is not listed here is UNKNOWN, beside its own word."""

from redistui.model.topology import NodeState

AVAILABLE = "available"

# Statuses of nodes, and of groups for nodes that have none; DescribeCacheClusters in the API reference lists them.
_STATES = {
    AVAILABLE: NodeState.RUNNING,
    "modifying": NodeState.RUNNING,
    "snapshotting": NodeState.RUNNING,
    "creating": NodeState.STARTING,
    "rebooting cluster nodes": NodeState.STARTING,
    "rebooting cache cluster nodes": NodeState.STARTING,
    "deleting": NodeState.STOPPED,
    "deleted": NodeState.STOPPED,
    "create-failed": NodeState.FAILED,
    "restore-failed": NodeState.FAILED,
    "incompatible-network": NodeState.FAILED,
}


def node_state(vendor: str) -> NodeState:
    return _STATES.get(vendor, NodeState.UNKNOWN)
