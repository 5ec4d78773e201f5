"""The JSON that scripts rely on: sizes in bytes, times in seconds or RFC 3339 UTC, unknown is null.

Objects may gain fields; none is ever renamed or dropped.
"""

from redistui.model.moment import timestamp
from redistui.model.sample import Failure, LinkState
from redistui.model.snapshot import Finding, FleetSnapshot, NodeSnapshot, PairSnapshot, ProviderPhase
from redistui.model.topology import Role

from .endpoints import read_endpoints, write_endpoint
from .order import pairs_by_name

Json = dict[str, object]


def finding_json(finding: Finding) -> Json:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "since": timestamp(finding.since),
        "message": finding.message,
        "hint": finding.hint,
        "node": finding.subject or None,
    }


def failure_json(failure: Failure | None) -> Json | None:
    if failure is None:
        return None
    return {
        "kind": failure.kind.value,
        "message": failure.message,
        "hint": failure.hint,
        "since": timestamp(failure.since),
    }


def role_word(role: Role) -> str | None:
    return None if role is Role.UNKNOWN else role.value


def node_json(pair: PairSnapshot, node: NodeSnapshot) -> Json:
    """A node that does not answer now has null for all that was measured; `sampled_at` is its last answer."""
    sample = node.sample if node.failure is None else None
    link = pair.link(node.node.id)
    state: LinkState | None = link.state if link is not None and sample is not None else None
    lag = link.lag if link is not None and sample is not None else None
    rate = node.rates.commands if node.rates is not None and sample is not None else None
    if rate is None and sample is not None:
        rate = sample.operations_per_second
    return {
        "id": node.node.id,
        "name": node.node.name or None,
        "address": str(node.node.address),
        "peer_address": str(node.node.peer_address),
        "role": role_word(node.role),
        "configured_role": role_word(node.node.configured_role),
        "version": node.sample.version if node.sample else None,
        "state": node.node.state.value,
        "link": state.value if state else None,
        "upstream": link.upstream_address if link is not None and sample is not None else None,
        "offset": sample.offset if sample else None,
        "lag_bytes": lag.behind_bytes if lag else None,
        "lag_seconds": _rounded(lag.behind_seconds) if lag else None,
        "memory_used_bytes": sample.memory_used_bytes if sample else None,
        "memory_max_bytes": sample.memory_max_bytes if sample else None,
        "clients": sample.clients if sample else None,
        "operations_per_second": _rounded(rate),
        "sampled_at": timestamp(node.sample.sampled_at) if node.sample else None,
        "failure": failure_json(node.failure),
    }


def pair_json(pair: PairSnapshot) -> Json:
    """`primary` is null while none, or more than one, is seen; `nodes` has every node either way."""
    nodes = {node.node.id: node_json(pair, node) for node in pair.nodes}
    return {
        "name": pair.key.name,
        "provider": pair.key.provider,
        "type": pair.pair.provider_type,
        "environment": pair.pair.environment or None,
        "place": pair.pair.place or None,
        "status": pair.status.value,
        "control": pair.pair.control.value,
        "primary": nodes.get(pair.primary_id) if pair.primary_id is not None else None,
        "replicas": [nodes[node.node.id] for node in pair.nodes if _is_replica(node)],
        "nodes": list(nodes.values()),
        "write_endpoint": write_endpoint(pair),
        "read_endpoints": read_endpoints(pair),
        "findings": [finding_json(finding) for finding in pair.findings],
    }


def check_json(pair: PairSnapshot) -> Json:
    return {
        "pair": str(pair.key),
        "status": pair.status.value,
        "findings": [finding_json(finding) for finding in pair.findings],
    }


def error_jsons(fleet: FleetSnapshot) -> list[Json]:
    return [
        {"provider": provider.name, "message": provider.message, "hint": provider.hint}
        for provider in fleet.providers
        if provider.phase is ProviderPhase.FAILED
    ]


def fleet_json(fleet: FleetSnapshot) -> Json:
    return {"pairs": [pair_json(pair) for pair in pairs_by_name(fleet)], "errors": error_jsons(fleet)}


def _is_replica(node: NodeSnapshot) -> bool:
    """What it is, or was when last heard of, or is meant to be."""
    seen = node.sample.role if node.sample is not None else Role.UNKNOWN
    return (node.node.configured_role if seen is Role.UNKNOWN else seen) is Role.REPLICA


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)
