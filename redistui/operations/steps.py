"""Planned steps that several verbs have in common."""

from redistui.model import units
from redistui.model.plan import PlannedStep

from .facts import NodeFacts

LINK_SECONDS = 60.0


def take_evidence() -> PlannedStep:
    return PlannedStep(
        "take-evidence",
        "keep evidence of every node before anything changes",
        "INFO, SLOWLOG GET, CLIENT LIST, the newest log lines; into the state folder",
    )


def prove_storage(node: NodeFacts) -> PlannedStep:
    return PlannedStep(
        "prove-storage", f"prove that roles can be stored on {node.name}", "CONFIG REWRITE", node=node.id
    )


def lower_min_replicas(new: NodeFacts, wanted: str) -> PlannedStep:
    return PlannedStep(
        "set-temporarily",
        f"let {new.name} take writes before a replica has linked",
        "CONFIG SET min-replicas-to-write 0",
        f"CONFIG SET min-replicas-to-write {wanted}",
        node=new.id,
        values={"setting": "min-replicas-to-write", "value": "0", "before": wanted},
    )


def restore_min_replicas(new: NodeFacts, wanted: str, replicas: int) -> PlannedStep:
    """Where too few replicas are left it would refuse every write: `rejoin` puts it back then."""
    return PlannedStep(
        "restore-min-replicas",
        f"put min-replicas-to-write back on {new.name} once enough replicas have linked",
        f"CONFIG SET min-replicas-to-write {wanted}; CONFIG REWRITE",
        node=new.id,
        always=True,
        values={"wanted": wanted, "replicas": replicas},
    )


def store_role(node: NodeFacts, upstream: NodeFacts) -> PlannedStep:
    peer = upstream.node.peer_address
    return PlannedStep(
        "store-role",
        f"store that {node.name} is a replica of {upstream.name} when it starts",
        f"{node.name}: replicaof {peer.host} {peer.port} in its stored config",
        "none needed: a replica is the safe role to start in",
        node=node.id,
        values={"upstream": upstream.id},
    )


def follow(node: NodeFacts, upstream: NodeFacts) -> PlannedStep:
    peer = upstream.node.peer_address
    return PlannedStep(
        "follow",
        f"{node.name} follows {upstream.name}",
        f"REPLICAOF {peer.host} {peer.port}; CONFIG REWRITE",
        node=node.id,
        values={"upstream": upstream.id},
    )


def disconnect_clients(node: NodeFacts) -> PlannedStep:
    return PlannedStep(
        "disconnect-clients",
        f"disconnect the clients of {node.name}, so that they find the primary",
        "CLIENT KILL TYPE normal SKIPME yes; CLIENT KILL TYPE pubsub",
        node=node.id,
    )


def wait_linked(node: NodeFacts, upstream: NodeFacts, full_resyncs: int | None) -> PlannedStep:
    """`full_resyncs` is what the upstream counted before, so that a full sync can be told from a partial one."""
    return PlannedStep(
        "wait-linked",
        f"wait until {node.name} is linked to {upstream.name} and has caught up, at most "
        f"{units.duration(LINK_SECONDS)} without progress",
        "INFO of both",
        node=node.id,
        values={"upstream": upstream.id, "full_resyncs": full_resyncs, "limit_seconds": LINK_SECONDS},
    )


def verify_redundancy(primary: NodeFacts, replicas: tuple[NodeFacts, ...]) -> PlannedStep:
    return PlannedStep(
        "verify-redundancy",
        "verify: one primary, a probe write on it, read back on its replicas",
        "INFO; SET and GET of a probe key",
        node=primary.id,
        values={"old": None, "fenced": False, "replicas": ",".join(node.id for node in replicas)},
    )
