"""Pairs stream in; a provider that is slow, fails or breaks its promise delays nobody."""

import pytest
from support.responder import Responder, bulk, info_text
from support.waiting import wait_until
from support.watched import AbleProvider, Seen, listed, only_pair, pair_of, statuses, watching

from redistui.model.endpoint import Address
from redistui.model.errors import ConfigurationError, ProviderError, ProviderErrorKind
from redistui.model.sample import FailureKind
from redistui.model.snapshot import FleetSnapshot, ProviderPhase, ProviderSnapshot, Status
from redistui.workspace.workspace import OpenConnection

NOBODY = Address("127.0.0.1", 1)


def provider_of(fleet: FleetSnapshot, name: str) -> ProviderSnapshot:
    return next(told for told in fleet.providers if told.name == name)


def answering(role: str = "primary") -> Responder:
    return Responder({"INFO": bulk(info_text("7.0", role))})


def test_pairs_of_a_quick_provider_show_while_a_slow_one_is_still_asked() -> None:
    quick, slow = listed("quick"), listed("slow")
    slow.delay_seconds = 30
    with answering() as server:
        quick.pairs = [pair_of("quick", "orders", server.address)]
        slow.pairs = [pair_of("slow", "late", server.address)]
        with watching(slow, quick) as monitor:
            seen = Seen(monitor)
            fleet = seen.until(lambda fleet: "orders" in statuses(fleet), "the quick one's pair shows", 0.5)
            assert provider_of(fleet, "slow").phase is ProviderPhase.DISCOVERING
            assert provider_of(fleet, "quick").phase is ProviderPhase.READY
            fleet = seen.until(lambda fleet: provider_of(fleet, "slow").message, "the slow one is told so", 6.0)
            assert provider_of(fleet, "slow").message == "slow is slow to answer"


@pytest.mark.parametrize(
    ("failure", "message", "hint"),
    [
        (ProviderError(ProviderErrorKind.NETWORK, "no route", hint="check the VPN"), "no route", "check the VPN"),
        (RuntimeError("password=hunter2"), "the provider listed failed unexpectedly: RuntimeError", "report it"),
    ],
)
def test_a_failing_provider_is_told_and_asked_again(failure: Exception, message: str, hint: str) -> None:
    provider = listed()
    provider.failure = failure
    with watching(provider) as monitor:
        seen = Seen(monitor)
        fleet = seen.until(lambda fleet: provider_of(fleet, "test").phase is ProviderPhase.FAILED, "the failure shows")
        assert provider_of(fleet, "test").message == message
        assert provider_of(fleet, "test").hint.startswith(hint)
        provider.failure = None
        seen.until(lambda fleet: provider_of(fleet, "test").phase is ProviderPhase.READY, "it is asked again", 4.0)
        assert provider.discoveries >= 2
    assert provider.closed


def test_a_provider_that_fails_later_keeps_its_known_pairs() -> None:
    provider = listed()
    with answering() as server:
        provider.pairs = [pair_of("test", "orders", server.address)]
        with watching(provider) as monitor:
            seen = Seen(monitor)
            seen.until(lambda fleet: statuses(fleet) == {"orders": Status.HEALTHY}, "the pair shows")
            provider.pairs, provider.failure = [], ProviderError(ProviderErrorKind.THROTTLED, "slow down")
            monitor.refresh()
            fleet = seen.until(
                lambda fleet: provider_of(fleet, "test").phase is ProviderPhase.FAILED, "the failure shows"
            )
            assert statuses(fleet) == {"orders": Status.HEALTHY}
            provider.failure = None
            monitor.refresh()
            seen.until(lambda fleet: not fleet.pairs, "the pair that is told no more is dropped")


def test_a_connection_without_a_provider_is_listed_with_its_reason() -> None:
    broken = OpenConnection("cloud", "aws", "", None, "boto3 is not installed", "pip install redistui[aws]")
    with watching(listed(), broken=[broken]) as monitor:
        fleet = Seen(monitor).until(lambda fleet: len(fleet.providers) == 2, "both are listed")
    told = provider_of(fleet, "cloud")
    assert (told.phase, told.message, told.hint) == (ProviderPhase.FAILED, broken.problem, broken.hint)


@pytest.mark.parametrize(
    ("failure", "kind", "words"),
    [
        (ConfigurationError("the file pw is readable by others"), FailureKind.SECRET, "readable by others"),
        (ProviderError(ProviderErrorKind.NETWORK, "port-forward ended"), FailureKind.TUNNEL, "port-forward ended"),
        (KeyError("hunter2"), FailureKind.OTHER, "unexpected KeyError"),
    ],
)
def test_a_node_that_cannot_be_connected_to_says_why(failure: Exception, kind: FailureKind, words: str) -> None:
    provider = listed()
    provider.pairs = [pair_of("test", "orders", NOBODY)]
    provider.endpoint_failure = failure
    with watching(provider) as monitor:
        fleet = Seen(monitor).until(lambda fleet: fleet.pairs and fleet.pairs[0].nodes[0].failure, "the failure shows")
    told = only_pair(fleet).nodes[0].failure
    assert told is not None
    assert told.kind is kind
    assert words in told.message
    assert "hunter2" not in repr(fleet)
    assert only_pair(fleet).status is Status.UNKNOWN


def test_the_same_server_found_twice_is_one_pair_of_the_provider_that_can_do_more() -> None:
    static, embedded = listed("static"), listed("local", AbleProvider)
    with answering() as server:
        static.pairs = [pair_of("static", "by-address", server.address)]
        embedded.pairs = [pair_of("local", "orders", server.address)]
        with watching(static, embedded) as monitor:
            seen = Seen(monitor)

            def one(fleet: FleetSnapshot) -> bool:
                labels = [(str(pair.key), pair.pair.labels.get("also")) for pair in fleet.pairs]
                return labels == [("local/orders", "static/by-address")]

            seen.until(one, "one pair is shown, with the other's name", 4.0)
            embedded.pairs = []
            monitor.refresh()
            seen.until(lambda fleet: list(statuses(fleet)) == ["by-address"], "the other one is shown again", 4.0)


def test_a_listener_that_fails_does_not_end_the_watch(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: FleetSnapshot) -> None:
        raise RuntimeError("cannot draw")

    with watching(listed()) as monitor:
        monitor.subscribe(broken)
        seen = Seen(monitor)
        wait_until(lambda: len(seen.snapshots) >= 2, "snapshots go on")
    assert "a listener of the monitor failed" in caplog.text


def test_nodes_that_come_and_go_are_watched_and_dropped() -> None:
    provider = listed()
    with answering() as primary, answering("replica") as replica:
        provider.pairs = [pair_of("test", "orders", primary.address)]
        with watching(provider) as monitor:
            seen = Seen(monitor)
            seen.until(lambda fleet: fleet.pairs and fleet.pairs[0].primary_id == "primary", "the primary answers")
            provider.pairs = [pair_of("test", "orders", primary.address, replica.address)]
            monitor.refresh()
            seen.until(lambda fleet: sampled(fleet) == ["primary", "replica"], "the replica answers", 4.0)
            provider.pairs = [pair_of("test", "orders", primary.address)]
            monitor.refresh()
            seen.until(lambda fleet: sampled(fleet) == ["primary"], "the replica is gone", 4.0)


def sampled(fleet: FleetSnapshot) -> list[str]:
    return [node.node.id for pair in fleet.pairs for node in pair.nodes if node.sample is not None]
