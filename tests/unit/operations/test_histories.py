"""What two histories have in common, and what each has alone: from replication ids and offsets as INFO tells them."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from redistui.model.sample import NodeSample
from redistui.model.topology import Role
from redistui.operations.guards.past import common_point, own_bytes

A, B, C = "a" * 40, "b" * 40, "c" * 40
NO_ID = "0" * 40
offsets = st.integers(min_value=1, max_value=1 << 48)


def node(replication_id: str, offset: int, second: tuple[str, int] = (NO_ID, -1)) -> NodeSample:
    return NodeSample(
        0.0,
        role=Role.PRIMARY,
        replication_id=replication_id,
        offset=offset,
        replication_id2=second[0],
        second_offset=second[1],
    )


@given(shared=offsets, old_more=st.integers(0, 1 << 30), new_more=st.integers(0, 1 << 30))
def test_after_a_promotion_the_old_one_has_what_it_took_since(shared: int, old_more: int, new_more: int) -> None:
    old, new = node(A, shared + old_more), node(B, shared + new_more, (A, shared + 1))
    assert common_point(old, new) == common_point(new, old) == shared
    assert own_bytes(old, new) == old_more
    assert own_bytes(new, old) == new_more


@given(one=offsets, other=offsets, reached=offsets)
def test_after_a_crash_only_the_second_ids_match(one: int, other: int, reached: int) -> None:
    """A primary that was killed and started again has a new id, and its former one as the second."""
    old, new = node(C, reached + one, (A, reached + 1)), node(B, reached + other, (A, reached + 1))
    assert common_point(old, new) == reached
    assert (own_bytes(old, new), own_bytes(new, old)) == (one, other)


@given(offset=offsets, behind=st.integers(0, 1 << 20))
def test_a_replica_has_nothing_alone(offset: int, behind: int) -> None:
    primary, replica = node(A, offset + behind), node(A, offset)
    assert own_bytes(replica, primary) == 0
    assert own_bytes(primary, replica) == behind


@given(offset=offsets)
def test_strangers_have_nothing_in_common(offset: int) -> None:
    assert common_point(node(A, offset), node(B, offset)) is None
    assert own_bytes(node(A, offset), node(B, offset)) is None
    unknown = replace(node(A, offset), replication_id=None)
    assert common_point(unknown, node(A, offset)) is None
