"""Where an application writes and reads: what operators copy."""

from redistui.model.snapshot import PairSnapshot
from redistui.model.topology import Role


def write_endpoint(pair: PairSnapshot) -> str | None:
    """The provider's own name for it where there is one, which outlives a promotion; else the primary's address."""
    if pair.pair.write_endpoint is not None:
        return str(pair.pair.write_endpoint)
    return str(pair.primary.node.address) if pair.primary is not None else None


def read_endpoints(pair: PairSnapshot) -> list[str]:
    """The provider's own name for it, else the addresses of the replicas that answer."""
    if pair.pair.read_endpoint is not None:
        return [str(pair.pair.read_endpoint)]
    return [str(node.node.address) for node in pair.nodes if node.role is Role.REPLICA]
