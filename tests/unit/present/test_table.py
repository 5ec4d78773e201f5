"""Tables that stay aligned and harmless whatever a pair is called."""

import pytest
from wcwidth import wcswidth

from redistui.present.table import Cell, Column, Look, Tone, render
from redistui.present.text import ascii_only, printable, width

COLUMNS = (Column("PAIR"), Column("STATE"), Column("OPS/S", right=True))


@pytest.mark.parametrize("name", ["订单缓存", "cart 🛒", "family 👨‍👩‍👧", "[bold]x[/]", "é", "plain"])
def test_columns_stay_aligned_with_wide_names(name: str) -> None:
    lines = render(COLUMNS, [(name, "● ok", "880"), ("orders-in-europe", "✖ down", "12.4k")], Look())
    assert name in lines[1]
    assert len({wcswidth(line) for line in lines}) == 1, "the last column is right-aligned, so all lines end together"
    assert wcswidth(lines[1].split("●")[0]) == wcswidth(lines[2].split("✖")[0])


def test_what_could_move_the_cursor_is_escaped() -> None:
    assert printable("a\x1b[31mb\nc\x07") == "a\\x1b[31mb\\nc\\x07"
    assert printable("abc\u202edef\u2028") == "abc\\u202edef\\u2028"
    assert printable("\x9b5n\udcff") == "\\x9b5n\\udcff"
    assert printable("数据 👨‍👩‍👧") == "数据 👨‍👩‍👧"


def test_a_terminal_without_unicode_gets_words_and_escapes() -> None:
    assert ascii_only("● ok · 数") == "* ok - \\u6570"
    lines = render(COLUMNS, [("数", "▲ warn", "1 000")], Look(unicode=False))
    assert all(line.isascii() for line in lines)
    assert lines[1] == "\\u6570  ! warn  1 000"


def test_columns_that_hold_nothing_are_left_out_and_nothing_trails() -> None:
    columns = (Column("PAIR"), Column("WHERE"), Column("STATE"))
    assert render(columns, [("a", "", "● ok"), ("b", "", "")], Look()) == ["PAIR  STATE", "a     ● ok", "b"]
    assert render(columns, [], Look()) == ["PAIR  WHERE  STATE"]


def test_colour_only_where_asked_and_outside_the_width() -> None:
    rows = [(Cell("x", Tone.BAD), "y", "1")]
    assert "\x1b" not in "".join(render(COLUMNS, rows, Look()))
    coloured = render(COLUMNS, rows, Look(colour=True))[1]
    assert coloured.replace("\x1b[31m", "").replace("\x1b[0m", "") == render(COLUMNS, rows, Look())[1]


def test_width_counts_cells() -> None:
    assert (width("abc"), width("● ok"), width("订单"), width("🛒"), width("e\u0301")) == (3, 4, 4, 2, 1)
