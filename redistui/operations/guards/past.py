"""What a node holds that the primary lacks: it is discarded when the node becomes a replica."""

from redistui.model import units
from redistui.model.plan import Guard
from redistui.model.sample import NodeSample
from redistui.model.topology import Role

from ..facts import NodeFacts
from .judge import fails, passes, warns

_NO_ID = "0" * 40


def common_point(one: NodeSample, other: NodeSample) -> int | None:
    """The offset up to which two histories are one; None when they share no replication id.

    An id's first holder has it to its own offset, a successor to right before its second offset.
    """
    shared = [
        min(reach, theirs[replication_id])
        for theirs in [_reaches(other)]
        for replication_id, reach in _reaches(one).items()
        if replication_id in theirs
    ]
    return max(shared, default=None)


def own_bytes(node: NodeSample, other: NodeSample) -> int | None:
    """Bytes of history that only `node` has; None where nothing is known to be common."""
    common = common_point(node, other)
    return None if common is None or node.offset is None else max(node.offset - common, 0)


def nothing_is_discarded(node: NodeFacts, primary: NodeFacts) -> Guard:
    name, limit = f"what {node.name} holds and the primary lacks", "nothing"
    if node.sample is None or primary.sample is None:
        return _of_one_that_is_down(node, name, limit)
    own = own_bytes(node.sample, primary.sample)
    if own == 0:
        return passes(name, "nothing", limit)
    if own is None:
        keys = units.count(node.sample.keys)
        return fails(name, f"another history, {keys} keys", limit, "all of it is replaced by the primary's", loss=True)
    return fails(name, f"{units.size(own)} of writes", limit, "they are discarded", loss=True)


def _of_one_that_is_down(node: NodeFacts, name: str, limit: str) -> Guard:
    stored = node.machine.stored_role
    if stored is not None and stored[0] is Role.REPLICA:
        return warns(name, "unknown while it is down", limit, "it is stored as a replica: only an unsent tail is lost")
    message = "it was stored as a primary: what it took and never sent is discarded; its disk keeps it until then"
    return warns(name, "unknown while it is down", limit, message)


def _reaches(sample: NodeSample) -> dict[str, int]:
    reaches: dict[str, int] = {}
    if sample.replication_id2 not in (None, _NO_ID) and sample.second_offset is not None and sample.second_offset > 0:
        reaches[str(sample.replication_id2)] = sample.second_offset - 1
    if sample.replication_id is not None and sample.offset is not None:
        reaches[sample.replication_id] = sample.offset
    return reaches
