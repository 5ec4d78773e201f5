"""ElastiCache as pairs: a replication group, each shard of a cluster, a single node, a serverless cache."""

from collections.abc import Iterator

from redistui.model.topology import Control, Node, Pair, PairKey
from redistui.provider.capabilities import NOT_IN_THIS_RELEASE, Capabilities, Capability, Verb
from redistui.provider.context import ProviderContext

from .groups import Group, Kind, Member
from .states import node_state

_KIND_LABEL, _GROUP_LABEL = "kind", "group"

GENERAL: Capabilities = dict.fromkeys(Verb, NOT_IN_THIS_RELEASE) | {
    Verb.LOGS: Capability.no("ElastiCache delivers logs to CloudWatch or Firehose only"),
    Verb.START: Capability.no("ElastiCache starts its nodes by itself"),
    Verb.PROMOTE: Capability(True, "of replication groups without cluster mode"),
    Verb.RESTART: Capability(True, "of nodes without cluster mode; a rebooted node loses what it held"),
    Verb.DRILL: Capability.no("not in this release of redistui for ElastiCache: TestFailover is not called yet"),
}

_REFUSED = {
    Kind.CLUSTER: {
        Verb.PROMOTE: Capability.no("in cluster mode ElastiCache lets nobody choose the primary of a shard"),
        Verb.RESTART: Capability.no("ElastiCache reboots no nodes in cluster mode"),
    },
    Kind.NODE: {Verb.PROMOTE: Capability.no("a single node has no replica to promote")},
    Kind.SERVERLESS: {
        Verb.PROMOTE: Capability.no("a serverless cache has no nodes that anybody could promote"),
        Verb.RESTART: Capability.no("a serverless cache has no nodes that anybody could restart"),
    },
}


def pairs_of(group: Group, context: ProviderContext, provider_type: str, region: str) -> Iterator[Pair]:
    """One that has no address yet, because it is being created, is told once it has."""
    shards = sorted({member.shard for member in group.members}) if group.kind is Kind.CLUSTER else [None]
    for shard in shards:
        members = [member for member in group.members if shard in (None, member.shard)]
        nodes = tuple(_node(member, group) for member in members if member.address)
        if nodes:
            name = group.id if shard is None else f"{group.id}/{shard}"
            yield Pair(
                key=PairKey(context.name, name),
                provider_type=provider_type,
                control=Control.MANAGED,
                nodes=nodes,
                environment=context.environment,
                place=region,
                labels=_labels(group, members),
                write_endpoint=group.write_endpoint,
                read_endpoint=group.read_endpoint,
            )


def kind_of(pair: Pair) -> Kind:
    return Kind(pair.labels.get(_KIND_LABEL, Kind.GROUP))


def group_of(pair: Pair) -> str:
    return pair.labels.get(_GROUP_LABEL, pair.key.name)


def capabilities_of(pair: Pair) -> Capabilities:
    return {**GENERAL, **_REFUSED.get(kind_of(pair), {})}


def _node(member: Member, group: Group) -> Node:
    assert member.address is not None
    return Node(
        id=member.id,
        address=member.address,
        peer_address=member.address,
        configured_role=member.role,
        state=node_state(member.status),
        vendor_state=member.status if member.status == group.status else f"{member.status}, group {group.status}",
        zone=member.zone,
    )


def _labels(group: Group, members: list[Member]) -> dict[str, str]:
    told = {
        _GROUP_LABEL: group.id,
        _KIND_LABEL: group.kind.value,
        "status": group.status,
        "class": group.node_class,
        "engine": f"{group.engine} {next((member.version for member in members if member.version), '')}".strip(),
        "automatic failover": group.automatic_failover,
        "pending": ", ".join(group.pending),
    }
    return {name: value for name, value in told.items() if value}
