"""A fleet as the monitor would tell it, for tests of words and JSON."""

from redistui.model.endpoint import Address
from redistui.model.sample import Failure, FailureKind, LinkState, NodeSample
from redistui.model.snapshot import Finding, Lag, Link, NodeSnapshot, PairSnapshot, Rates, Severity, Status
from redistui.model.topology import Control, Node, Pair, PairKey, Role

NOW = 1_769_852_467.25  # 2026-01-31T09:41:07.250Z


def node(node_id: str, port: int, configured: Role) -> Node:
    address = Address("10.0.0.1", port)
    return Node(node_id, address, Address("172.16.0.1", port), configured)


PRIMARY = NodeSnapshot(
    node("a", 6379, Role.PRIMARY),
    NodeSample(
        NOW, version="7.2.5", role=Role.PRIMARY, offset=1000, memory_used_bytes=2048, memory_max_bytes=0, clients=3
    ),
    rates=Rates(commands=12.3456),
)
REPLICA = NodeSnapshot(
    node("b", 6380, Role.REPLICA),
    NodeSample(NOW, version="7.2.5", role=Role.REPLICA, offset=900, link=LinkState.UP, operations_per_second=7),
)
REFUSAL = Failure(FailureKind.REFUSED, "10.0.0.1:6380 refuses connections", "start it", at=NOW, since=NOW - 12)


def pair(*nodes: NodeSnapshot, primary: str | None = "a", name: str = "orders") -> PairSnapshot:
    return PairSnapshot(
        Pair(PairKey("here", name), "static", Control.SELF_MANAGED, tuple(item.node for item in nodes)),
        NOW,
        Status.DEGRADED,
        nodes,
        links=(Link("b", "a", "10.0.0.1:6379", LinkState.UP, Lag(100, 2.00049)),),
        primary_id=primary,
        findings=(Finding("behind", Severity.WARNING, NOW, "b is 100 B behind", "wait", "b"),),
    )
