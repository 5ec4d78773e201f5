"""When a primary counts as dead: every combination of what the console, the replica and the provider see."""

import itertools

import pytest
from support import fleets

from redistui.model.plan import Verdict
from redistui.model.sample import Failure, FailureKind, LinkState
from redistui.model.topology import NodeState, Role
from redistui.operations.facts import Limits, MachineFacts, NodeFacts, PairFacts, Silence
from redistui.operations.guards import vantage
from redistui.operations.guards.vantage import Succession
from redistui.provider.capabilities import Capability
from redistui.provider.machine import Act

PAIR = fleets.pair().pair


def succession(
    kind: FailureKind = FailureKind.REFUSED,
    silence: Silence | None = None,
    state: NodeState = NodeState.UNKNOWN,
    **replica: object,
) -> Succession:
    failure = Failure(kind, "no", "", 0.0, 0.0)
    old = NodeFacts(PAIR.nodes[0], failure=failure, silence=silence, machine=MachineFacts(state))
    candidate = NodeFacts(PAIR.nodes[1], sample=fleets.sample(Role.REPLICA, **replica))  # type: ignore[arg-type]
    facts = PairFacts(PAIR, 0.0, {old.id: old, candidate.id: candidate}, Limits(), acts={Act.FENCE: Capability.yes()})
    return Succession(facts, old, candidate)


@pytest.mark.parametrize(
    ("kind", "silence", "verdict"),
    [
        (FailureKind.REFUSED, Silence(2.1, 8), Verdict.PASS),
        (FailureKind.TIMEOUT, Silence(4.0, 2), Verdict.PASS),
        (FailureKind.REFUSED, None, Verdict.FAIL),
        (FailureKind.REFUSED, Silence(0.5, 2), Verdict.FAIL),
        (FailureKind.AUTHENTICATION, Silence(9, 9), Verdict.FAIL),
        (FailureKind.LOADING, Silence(9, 9), Verdict.FAIL),
        (FailureKind.CERTIFICATE, Silence(9, 9), Verdict.FAIL),
    ],
)
def test_the_console_wants_silence_over_seconds(kind: FailureKind, silence: Silence | None, verdict: Verdict) -> None:
    guard = vantage.console_sees_it_dead(succession(kind, silence))
    assert guard.verdict is verdict
    assert not guard.loss, "no force turns a living primary into a dead one"


LINKS = (LinkState.UP, LinkState.DOWN, LinkState.SYNCING)
STATES = tuple(NodeState)


@pytest.mark.parametrize(("link", "state", "heard"), itertools.product(LINKS, STATES, (0, 11)))
def test_two_of_three_have_to_see_it_dead(link: LinkState, state: NodeState, heard: int) -> None:
    down_for = 3 if link is LinkState.DOWN else None
    change = succession(state=state, link=link, link_down_seconds=down_for, seconds_since_upstream_io=heard)
    guard = vantage.replica_sees_it_dead(change)
    provider = state in (NodeState.STOPPED, NodeState.FAILED, NodeState.PAUSED)
    if link is LinkState.SYNCING:
        assert guard.verdict is Verdict.FAIL
        assert not guard.loss
    elif link is LinkState.DOWN or heard > 10:
        assert guard.verdict is Verdict.PASS
    else:
        assert guard.verdict is (Verdict.WARN if provider else Verdict.FAIL)
        assert guard.loss is not provider, "accepting the loss is the only way past it"


@pytest.mark.parametrize(("offset", "loading", "link"), [(1, False, "down"), (9, True, "down"), (9, False, "syncing")])
def test_half_a_copy_never_leads(offset: int, loading: bool, link: str) -> None:
    guard = vantage.holds_whole_data(succession(offset=offset, loading=loading, link=LinkState(link)))
    assert guard.verdict is Verdict.FAIL
    assert not guard.loss


def test_a_live_primary_elsewhere_forbids_a_failover() -> None:
    change = succession()
    third = NodeFacts(PAIR.nodes[0], sample=fleets.sample())
    facts = PairFacts(PAIR, 0.0, {"third": third}, Limits())
    assert vantage.nobody_leads(Succession(facts, change.old, change.candidate)).verdict is Verdict.FAIL
