"""Whether the primary is really dead: what the console, the surviving replica and the provider see, each for itself."""

from dataclasses import dataclass

from redistui.model import units
from redistui.model.plan import Guard
from redistui.model.sample import FailureKind, LinkState
from redistui.model.topology import NodeState, Role
from redistui.provider.machine import Act

from ..facts import NodeFacts, PairFacts
from ..gather import SILENCE_SECONDS, is_silent
from .judge import fails, passes, warns

# A replica hears at least a PING this often (repl-ping-replica-period), also from a primary that writes nothing.
_PING_SECONDS = 10
# What INFO tells as a replica's offset before its first sync (6.2 to 8.2); a PING alone is 14 bytes.
_NEVER_SYNCED = 1
_DOWN = (NodeState.STOPPED, NodeState.FAILED, NodeState.PAUSED)


@dataclass(frozen=True, slots=True)
class Succession:
    """A replica that is to lead a pair without a primary. `old` gives no answer; None where every node answers."""

    facts: PairFacts
    old: NodeFacts | None
    candidate: NodeFacts
    others: tuple[NodeFacts, ...] = ()
    fence: bool = True  # unless an operator goes on without: its machine is gone, and the fence with it

    @property
    def fences(self) -> bool:
        return self.old is not None and self.fence and self.facts.can(Act.FENCE)

    @property
    def answering(self) -> tuple[NodeFacts, ...]:
        return tuple(node for node in self.others if node.sample)


def console_sees_it_dead(change: Succession) -> Guard:
    name, limit = "console's view of the primary", f"silent for {units.duration(SILENCE_SECONDS)}"
    old = change.old
    if old is None:
        return passes(name, "no node leads", limit)
    if not is_silent(old):
        return fails(name, "it is alive", limit, _alive(old))
    if old.silence is None or old.silence.seconds < SILENCE_SECONDS:
        return fails(name, "one failure", limit, "one lost packet is no death: ask again")
    message = old.failure.message if old.failure else "no answer"
    observed = f"silent for {units.duration(old.silence.seconds)}, {old.silence.attempts} attempts"
    return passes(name, f"{observed}: {message}", limit)


def replica_sees_it_dead(change: Succession) -> Guard:
    """A hung primary keeps the link up until repl-timeout passes, so silence on it counts as well."""
    name, limit = "replica's view of the primary", f"link down, or silent for {_PING_SECONDS} s"
    sample = change.candidate.sample
    if sample is None:
        return fails(name, units.UNKNOWN, limit, f"{change.candidate.name} does not answer")
    heard = last_heard_seconds(change.candidate)
    if sample.link is LinkState.DOWN:
        return passes(name, f"link down, last heard {_ago(heard)}", limit)
    if sample.link is LinkState.SYNCING:
        return fails(name, "a sync is running", limit, "the replica is being filled by its primary, which is alive")
    if sample.role is not Role.REPLICA:
        return fails(name, sample.role.value, limit, f"{change.candidate.name} is not a replica")
    observed = f"link up, last heard {_ago(heard)}"
    if heard is not None and heard > _PING_SECONDS:
        return passes(name, observed, limit)
    if change.old is None or change.old.machine.state in _DOWN:
        return warns(name, observed, limit, "the provider confirms in its place that the primary does not run")
    message = f"{change.candidate.name} still hears the primary: only the console may be cut off from it"
    return fails(name, observed, limit, message, loss=True)


def provider_sees_it_dead(change: Succession) -> Guard:
    name, limit = "provider's view of the primary", "not running"
    state = change.old.machine.state if change.old else NodeState.UNKNOWN
    if change.old is None or state in _DOWN:
        return passes(name, state.value, limit)
    if state is NodeState.UNKNOWN:
        return warns(name, units.UNKNOWN, limit, "the provider cannot tell")
    return warns(name, state.value, limit, "it runs and does not answer: it is stopped before the replica leads")


def what_is_lost(change: Succession) -> Guard:
    """Always shown: nobody can promise that a dead primary had sent all it acknowledged."""
    name, limit = "acknowledged writes at risk", "0"
    sample = change.candidate.sample
    if change.old is None:
        return passes(name, "none: every node answers", limit)
    heard = last_heard_seconds(change.candidate)
    observed = f"those after offset {units.grouped(sample.offset if sample else None)}, heard {_ago(heard)}"
    return warns(name, observed, limit, "what the primary acknowledged and did not send before it died is lost")


def most_advanced(change: Succession) -> Guard:
    name = "replica with the newest data"
    mine = change.candidate.sample.offset if change.candidate.sample else None
    offsets = {
        node.name: node.sample.offset for node in change.answering if node.sample and node.sample.offset is not None
    }
    best = max(offsets, key=lambda node: offsets[node], default=None)
    limit = f"at least {units.grouped(offsets[best])}" if best else "the only one"
    if mine is None:
        return fails(name, units.UNKNOWN, limit, f"{change.candidate.name} does not tell its offset")
    if best is not None and offsets[best] > mine:
        message = f"{best} has {units.size(offsets[best] - mine)} of writes more: they would be lost"
        return fails(name, units.grouped(mine), limit, message, loss=True)
    return passes(name, units.grouped(mine), limit)


def holds_whole_data(change: Succession) -> Guard:
    name, limit = "replica holds the data", "a finished sync"
    sample = change.candidate.sample
    if sample is None:
        return fails(name, units.UNKNOWN, limit, f"{change.candidate.name} does not answer")
    if sample.loading:
        return fails(name, "loading", limit, "it is loading its data: wait until it has ended")
    never = sample.offset is None or sample.offset == _NEVER_SYNCED
    if sample.link is LinkState.SYNCING or never:
        return fails(name, "never synced" if never else "syncing", limit, "what it holds is not whole")
    return passes(name, f"{units.count(sample.keys)} keys", limit)


def others_answer(change: Succession) -> Guard:
    name, limit = "other replicas", "all answer"
    silent = [node.name for node in change.others if node.sample is None]
    if silent:
        return warns(name, f"{len(silent)} silent", limit, f"{' and '.join(silent)} cannot be told of the new primary")
    return passes(name, f"{len(change.others)} more" if change.others else "none", limit)


def nobody_leads(change: Succession) -> Guard:
    name, limit = "no node leads", "none"
    leading = [node.name for node in change.facts.primaries()]
    if leading:
        return fails(name, " and ".join(leading), limit, "a node leads already: a failover would make two primaries")
    return passes(name, "none", limit)


def last_heard_seconds(node: NodeFacts) -> int | None:
    """Since a replica heard anything of its primary. Redis counts from 0 again when the link goes down."""
    sample = node.sample
    if sample is None:
        return None
    counters = (sample.seconds_since_upstream_io, sample.link_down_seconds)
    return max((seconds for seconds in counters if seconds is not None and seconds >= 0), default=None)


def _alive(old: NodeFacts) -> str:
    message = old.failure.message if old.failure else "it answers"
    if old.failure and old.failure.kind is FailureKind.LOADING:
        return f"{message}: wait until it has loaded"
    return f"{message}: it is no failover while the primary lives"


def _ago(seconds: int | None) -> str:
    return "at an unknown time" if seconds is None else f"{units.duration(seconds)} ago"
