"""PAIR and NODE as people type them."""

import pytest

from redistui.cli.naming import choose_node, choose_pair
from redistui.model.endpoint import Address
from redistui.model.errors import ExitCode, UsageError
from redistui.model.topology import Control, Node, Pair, PairKey

KEYS = [
    PairKey("aws", "orders"),
    PairKey("local", "orders"),
    PairKey("local", "carts"),
    PairKey("k8s", "shop/carts-eu"),
]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("carts", PairKey("local", "carts")),
        ("local/carts", PairKey("local", "carts")),
        ("aws/orders", PairKey("aws", "orders")),
        ("shop/carts-eu", PairKey("k8s", "shop/carts-eu")),
        ("k8s/shop/carts-eu", PairKey("k8s", "shop/carts-eu")),
    ],
)
def test_a_pair_by_full_name_or_by_a_name_that_only_one_has(text: str, key: PairKey) -> None:
    assert choose_pair(text, KEYS) == key


def test_an_ambiguous_name_lists_what_it_could_be() -> None:
    with pytest.raises(UsageError) as caught:
        choose_pair("orders", KEYS)
    assert caught.value.exit_code is ExitCode.USAGE
    assert caught.value.hint == "name one of: aws/orders, local/orders"


def test_an_unknown_name_gets_the_nearest_and_who_did_not_answer() -> None:
    with pytest.raises(UsageError) as caught:
        choose_pair("cartz", KEYS, {"docker": "no engine"})
    assert "'cartz'" in caught.value.message
    assert caught.value.hint == "nearest: local/carts; docker: no engine"


def test_without_a_near_name_all_are_listed() -> None:
    with pytest.raises(UsageError, match="no pair is named") as caught:
        choose_pair("zzz", KEYS)
    assert caught.value.hint == "there are: aws/orders, k8s/shop/carts-eu, local/carts, local/orders"


def test_without_any_pair_the_way_to_the_first_one() -> None:
    with pytest.raises(UsageError) as caught:
        choose_pair("orders", [])
    assert "redistui demo" in caught.value.hint


def test_a_node_by_id_by_address_or_by_what_its_peers_call_it() -> None:
    nodes = (
        Node("a", Address("127.0.0.1", 7001), Address("10.0.0.1", 6379)),
        Node("b", Address("127.0.0.1", 7002), Address("10.0.0.2", 6379)),
    )
    pair = Pair(PairKey("local", "carts"), "static", Control.SELF_MANAGED, nodes)
    assert choose_node("b", pair) is nodes[1]
    assert choose_node("127.0.0.1:7001", pair) is nodes[0]
    assert choose_node("10.0.0.2:6379", pair) is nodes[1]
    with pytest.raises(UsageError, match="has no node 'c'") as caught:
        choose_node("c", pair)
    assert caught.value.hint == "its nodes: a (127.0.0.1:7001), b (127.0.0.1:7002)"
