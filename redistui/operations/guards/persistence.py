"""Whether a node can be ended and started again without anybody losing data."""

from redistui.model import units
from redistui.model.plan import Guard

from ..facts import NodeFacts, PairFacts
from .judge import fails, passes, warns


def no_empty_primary(facts: PairFacts, primary: NodeFacts) -> Guard:
    """A primary that starts empty wipes its replicas: 1,000 keys became 0 when it was tried."""
    name, limit = "primary keeps its data over a restart", "save points or AOF"
    save, aof = primary.setting("save"), primary.setting("appendonly")
    replicas = len(primary.sample.attached) if primary.sample else 0
    if save is None or aof is None:
        message = "whether it keeps anything cannot be read: an empty primary would wipe its replicas"
        return fails(name, units.UNKNOWN, limit, message, loss=not replicas)
    if aof == "yes" or save:
        return passes(name, "AOF" if aof == "yes" else f"save {save}", limit)
    if replicas:
        message = (
            f"it may start empty and wipe its {replicas} replica{'s' if replicas > 1 else ''}: restart the whole pair, "
            f"which promotes a replica first, or redistui promote {facts.pair.key}"
        )
        return fails(name, "neither", limit, message)
    return fails(name, "neither", limit, "what it holds may be gone after the restart", loss=True)


def restart_is_quiet(nodes: tuple[NodeFacts, ...]) -> Guard:
    name, limit = "no save or rewrite running", "none"
    busy = [
        node.name
        for node in nodes
        if node.sample and (node.sample.save_in_progress or node.sample.aof_rewrite_in_progress or node.sample.loading)
    ]
    if busy:
        return warns(name, " and ".join(busy), limit, "the restart waits for it or cuts it short")
    return passes(name, "none", limit)


def writes_go_on(primary: NodeFacts) -> Guard:
    """While one replica is away, min-replicas-to-write counts the others."""
    name = "writes go on while a replica restarts"
    wanted = primary.setting("min-replicas-to-write")
    left = max(len(primary.sample.attached) - 1, 0) if primary.sample else 0
    limit = f"min-replicas-to-write at most {left}"
    if wanted is None:
        return warns(name, units.UNKNOWN, limit, "min-replicas-to-write cannot be read")
    if wanted.isdigit() and int(wanted) > left:
        return warns(name, wanted, limit, f"{primary.name} refuses writes until the replica has linked again")
    return passes(name, wanted or "0", limit)
