"""Who is who: the nodes answer, the roles are what they seem, and both hold one history."""

from redistui.model.plan import Guard
from redistui.model.topology import Role

from ..facts import PairFacts, RoleChange
from .judge import fails, passes, warns


def nodes_answer(facts: PairFacts) -> Guard:
    name, limit = "all nodes answer", f"within {facts.limits.max_age_seconds:g} s"
    silent = [node for node in facts.nodes.values() if node.sample is None]
    if silent:
        words = "; ".join(f"{node.name}: {node.failure.message if node.failure else 'no answer'}" for node in silent)
        return fails(name, f"{len(silent)} silent", limit, words)
    ages = [facts.at - node.sample.sampled_at for node in facts.nodes.values() if node.sample]
    observed = ", ".join(f"{max(age, 0):.1f} s ago" for age in ages)
    if max(ages, default=0) > facts.limits.max_age_seconds:
        return fails(name, observed, limit, "what is known is too old to act on")
    return passes(name, observed, limit)


def one_primary(facts: PairFacts) -> Guard:
    name, primaries = "one primary", facts.primaries()
    observed = ", ".join(node.name for node in primaries) or "none"
    if len(primaries) > 1:
        return fails(name, observed, "1", "two nodes take writes: a split brain has to be resolved first")
    if not primaries:
        return fails(name, observed, "1", "no node says that it is the primary")
    return passes(name, observed, "1")


def follows_this_primary(change: RoleChange) -> Guard:
    """Addresses differ behind NAT, so the primary's own list of replicas counts as well as the replica's words."""
    name, limit = "replica follows this primary", change.primary.name
    sample, primary = change.candidate.sample, change.primary.sample
    if sample is None or primary is None or sample.role is not Role.REPLICA:
        return fails(name, sample.role if sample else "unknown", limit, f"{change.candidate.name} is not a replica")
    known = {change.primary.node.address, change.primary.node.peer_address}
    if sample.upstream in known:
        return passes(name, str(sample.upstream), limit)
    if any(replica.address == change.candidate.node.peer_address for replica in primary.attached):
        return passes(name, f"{sample.upstream}, listed by the primary", limit)
    return fails(name, str(sample.upstream), limit, f"{change.candidate.name} follows {sample.upstream}, not {limit}")


def same_history(change: RoleChange) -> Guard:
    name, limit = "same history", "equal replication ids"
    old = change.primary.sample.replication_id if change.primary.sample else None
    new = change.candidate.sample.replication_id if change.candidate.sample else None
    observed = f"{(old or 'unknown')[:8]} and {(new or 'unknown')[:8]}"
    if old is None or new is None:
        return fails(name, observed, limit, "the replication id is unknown")
    if old != new:
        return fails(name, observed, limit, "the replica holds another history: it has to resync first")
    return passes(name, f"{old[:8]}…", limit)


def version_fits(change: RoleChange) -> Guard:
    name = "replica's version"
    old = _numbers(change.primary.sample.version if change.primary.sample else None)
    new = _numbers(change.candidate.sample.version if change.candidate.sample else None)
    words = [".".join(map(str, version)) or "unknown" for version in (new, old)]
    limit = f"at least {words[1]}"
    if not old or not new:
        return fails(name, words[0], limit, "a version is unknown")
    if new < old:
        return fails(name, words[0], limit, "the old primary could not read what an older server sends")
    if new[:2] > old[:2]:
        return warns(name, words[0], limit, "the old primary is older and may not be able to follow: no way back")
    return passes(name, words[0], limit)


def nobody_else_owns_the_roles(facts: PairFacts) -> Guard:
    name, limit = "roles are the console's to change", "no Sentinel, no operator"
    owner = facts.owner
    if owner:
        return fails(
            name, owner, limit, f"{owner} would undo or fight the change: ask it (SENTINEL FAILOVER) to switch"
        )
    if owner is None:
        message = "whether a Sentinel watches could not be asked: allow PUBSUB NUMSUB (+pubsub|numsub)"
        return warns(name, "unknown", limit, message)
    return passes(name, "no other owner seen", limit)


def _numbers(version: str | None) -> tuple[int, ...]:
    parts = (version or "").split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()
