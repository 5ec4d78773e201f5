"""Whether the new roles will last and the new primary can carry the load."""

from redistui.model import units
from redistui.model.plan import Guard
from redistui.wire.settings import SET

from ..facts import NodeFacts, RoleChange
from .judge import fails, passes, warns


def roles_can_be_stored(change: RoleChange) -> Guard:
    name, limit = "roles can be stored", "a config file on both"
    nodes = (change.primary, change.candidate)
    without = [node.name for node in nodes if not (node.sample and node.sample.config_file)]
    if without:
        message = f"{' and '.join(without)} would start in the old role again: start it with a config file"
        return fails(name, "no config file", limit, message)
    locked = [node.name for node in nodes if node.config_writable is False]
    if locked:
        return fails(name, "not writable", limit, f"the config file of {' and '.join(locked)} cannot be rewritten")
    return passes(name, "config file on both", limit)


def own_role_can_be_stored(node: NodeFacts) -> Guard:
    name, limit = "its role can be stored", "a config file"
    if not (node.sample and node.sample.config_file):
        return fails(name, "no config file", limit, f"{node.name} would start in its old role again")
    if node.config_writable is False:
        return fails(name, "not writable", limit, f"the config file of {node.name} cannot be rewritten")
    return passes(name, "config file", limit)


def writes_need_no_replica(node: NodeFacts, replicas: int) -> Guard:
    """min-replicas-to-write of a node that is to lead alone, or with fewer replicas than before."""
    name, limit = "min-replicas-to-write", f"at most {replicas}"
    wanted = node.setting("min-replicas-to-write")
    if wanted is None:
        return warns(name, units.UNKNOWN, limit, "the setting cannot be read: it may refuse writes")
    if wanted in ("", "0"):
        return passes(name, "0", limit)
    back = "put back when they have linked" if int(wanted) <= replicas else "redistui rejoin puts it back"
    return warns(name, wanted, limit, f"{node.name} would refuse every write: lowered to 0, {back}")


def data_fits(change: RoleChange) -> Guard:
    name = "replica's memory holds the data"
    used = change.primary.sample.memory_used_bytes if change.primary.sample else None
    room = change.candidate.sample.memory_max_bytes if change.candidate.sample else None
    limit = f"at least {units.size(used)}"
    if used is None or room is None:
        return fails(name, units.size(room), limit, "the memory in use or its limit is unknown")
    if room == 0:
        return passes(name, "no limit", limit)
    if room < used:
        return fails(name, units.size(room), limit, "as primary it would evict or refuse writes at once")
    return passes(name, units.size(room), limit)


def same_persistence(change: RoleChange) -> Guard:
    name, limit = "same persistence", "equal on both"
    nodes = (change.primary, change.candidate)
    values = [[node.setting(setting) for node in nodes] for setting in ("appendonly", "save")]
    if any(value is None for pair in values for value in pair):
        return warns(name, units.UNKNOWN, limit, "the settings cannot be read: it may keep writes less safely")
    different = [
        f"{setting} {old!r} and {new!r}"
        for setting, (old, new) in zip(("appendonly", "save"), values, strict=True)
        if old != new
    ]
    if different:
        return warns(name, "; ".join(different), limit, "the new primary keeps writes differently")
    return passes(name, "equal", limit)


def credentials_work_both_ways(change: RoleChange) -> Guard:
    """`masterauth` and `requirepass` are read only as set or not set; their values never leave the wire room."""
    name, limit = "old primary can log in to the new one", "masterauth where a password is asked"
    asked = change.candidate.setting("requirepass")
    known = change.primary.setting("masterauth")
    if asked is None or known is None:
        return warns(name, units.UNKNOWN, limit, "the settings cannot be read: the link may not come up")
    if asked == SET and known != SET:
        return fails(name, "no masterauth", limit, f"set masterauth on {change.primary.name} first")
    return passes(name, "set" if asked == SET else "no password asked", limit)


def tls_works_both_ways(change: RoleChange) -> Guard:
    """Without tls-replication FAILOVER answers OK and gives up silently, and REPLICAOF never links."""
    name, limit = "tls-replication", "equal on both"
    values = [node.setting("tls-replication") for node in (change.primary, change.candidate)]
    observed = " and ".join(str(value or units.UNKNOWN) for value in values)
    if None in values:
        return passes(name, "not offered", limit) if values == [None, None] else warns(name, observed, limit, "differs")
    if values[0] != values[1]:
        return fails(name, observed, limit, "one side would speak TLS and the other would not: the link cannot come up")
    return passes(name, observed, limit)


def enough_replicas_afterwards(change: RoleChange) -> Guard:
    """min-replicas-to-write: right after the change the new primary has no good replica for a moment."""
    name = "min-replicas-to-write"
    wanted = change.candidate.setting("min-replicas-to-write")
    replicas = 1 + len(change.others)
    if wanted is None:
        return warns(name, units.UNKNOWN, f"at most {replicas}", "the setting cannot be read")
    if wanted.isdigit() and int(wanted) > replicas:
        return fails(name, wanted, f"at most {replicas}", "the new primary would refuse every write")
    if wanted not in ("", "0"):
        message = "lowered to 0 for the switch and put back when the old primary has linked"
        return warns(name, wanted, "0 during the switch", message)
    return passes(name, "0", f"at most {replicas}")


def may_run_commands(nodes: tuple[NodeFacts, ...], commands: tuple[str, ...]) -> Guard:
    name, limit = "permissions", "every command of the plan"
    missing = [
        f"{node.name}: {words}" for node in nodes for command, words in node.refused.items() if command in commands
    ]
    if missing:
        count = f"{len(missing)} refused"
        return fails(name, count, limit, "; ".join(missing))
    return passes(name, "all allowed", limit)
