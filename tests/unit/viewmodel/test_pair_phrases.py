"""Fitting words into cells, also those of Chinese and emoji."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redistui.console.viewmodel.line import Tone
from redistui.console.viewmodel.phrases import crop, fit, flow, phrase, spread, text_of, width_of, wrap
from redistui.present.text import width


@pytest.mark.parametrize(
    ("text", "cells", "expected"),
    [
        ("orders", 6, "orders"),
        ("orders-eu", 6, "order…"),
        ("订单订单", 5, "订单…"),
        ("订单订单", 6, "订单…"),
        ("订单", 4, "订单"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
    ],
)
def test_crop(text: str, cells: int, expected: str) -> None:
    assert crop(text, cells) == expected


@given(st.text(alphabet="ab 订单🚀é", max_size=30), st.integers(1, 20))
def test_fit_takes_exactly_its_cells(text: str, cells: int) -> None:
    assert width(fit(text, cells)) == cells
    assert width(fit(text, cells, right=True)) == cells


@given(st.text(alphabet="ab 订单🚀", max_size=80), st.integers(4, 30))
def test_wrapped_lines_fit_and_lose_nothing(text: str, cells: int) -> None:
    lines = [text_of(content) for content in wrap(text, cells, indent="  ")]
    assert all(width(line) <= cells for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_wrap_keeps_numbers_grouped_by_thin_spaces_together() -> None:
    lines = [text_of(content) for content in wrap("offset 88\u2009213\u2009004 known", 14)]
    assert lines == ["offset", "88\u2009213\u2009004", "known"]


def test_flow_never_breaks_a_phrase() -> None:
    parts = [phrase("link up"), phrase(("3.8 MB behind", Tone.STRONG)), phrase("about 3 s left")]
    assert [text_of(content) for content in flow(parts, 26)] == ["link up · 3.8 MB behind", "about 3 s left"]


def test_spread_leaves_out_the_right_part_where_both_do_not_fit() -> None:
    left, right = phrase("primary"), phrase("7.2.5")
    assert text_of(spread(left, right, 20)) == "primary        7.2.5"
    assert spread(left, right, 13) == left
    assert width_of(spread(left, right, 14)) == 14
