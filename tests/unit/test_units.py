"""Sizes and times are read in Redis's own spelling and shown so that they mean the same."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redistui.model import units


@given(st.integers(0, 1 << 50))
def test_a_shown_size_can_be_read_again(byte_count: int) -> None:
    read = units.parse_size(units.size(byte_count))
    assert read == pytest.approx(byte_count, rel=0.06)


@given(st.integers(0, 1 << 62))
def test_a_number_of_bytes_is_exact(byte_count: int) -> None:
    assert units.parse_size(f"{byte_count}b") == pytest.approx(byte_count, rel=1e-15)


@given(st.floats(0.001, 59.9))
def test_a_shown_time_below_a_minute_can_be_read_again(seconds: float) -> None:
    assert units.parse_duration(units.duration(seconds)) == pytest.approx(seconds, rel=0.06, abs=0.001)


@given(st.integers(1, 23), st.sampled_from([("m", 60), ("h", 3600), ("d", 86400)]))
def test_whole_units_of_time_round_trip(amount: int, unit: tuple[str, int]) -> None:
    name, factor = unit
    assert units.duration(units.parse_duration(f"{amount}{name}")) == f"{amount} {name}"
    assert units.parse_duration(f"{amount} {name}") == amount * factor


@given(st.floats(0, 1e18), st.floats(0, 1e18))
def test_a_larger_size_never_reads_as_a_smaller_one(one: float, other: float) -> None:
    smaller, larger = sorted((one, other))
    # 1023.6 KB shows as 1.0 MB: rounding may lift a size by less than 6%.
    assert units.parse_size(units.size(smaller)) <= units.parse_size(units.size(larger)) * 1.06


@given(st.integers(0, 10**15))
def test_thin_spaces_only_group(number: int) -> None:
    assert int(units.grouped(number).replace(units.THIN_SPACE, "")) == number


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_ages_grow_in_steps_and_never_overstate(one: float, other: float) -> None:
    smaller, larger = sorted((one, other))
    assert units.parse_duration(units.age(smaller)) <= max(1.0, smaller)
    assert units.parse_duration(units.age(smaller)) <= units.parse_duration(units.age(larger))


@pytest.mark.parametrize(
    ("text", "byte_count"),
    [("1k", 1000), ("1kb", 1024), ("1K", 1000), ("2gb", 2 << 30), ("1.5 MB", 3 << 19), ("64", 64), ("1tb", 1 << 40)],
)
def test_sizes_are_spelled_as_redis_spells_them(text: str, byte_count: int) -> None:
    assert units.parse_size(text) == byte_count


@pytest.mark.parametrize("text", ["", "mb", "2 gigs", "-1mb", "1,5mb", "1gbb", "nan", "inf", "1e400"])
def test_other_sizes_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a size such as 512mb or 2gb"):
        units.parse_size(text)


@pytest.mark.parametrize("text", ["", "soon", "-5s", "5 minutes", "1h30"])
def test_other_times_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time such as 30s, 5m or 1h"):
        units.parse_duration(text)


@pytest.mark.parametrize("show", [units.size, units.count, units.duration, units.percent, units.grouped])
def test_what_is_unknown_is_never_zero(show: Callable[[None], str]) -> None:
    assert show(None) == units.UNKNOWN


def test_for_ever() -> None:
    assert units.duration(math.inf) == "for ever"
