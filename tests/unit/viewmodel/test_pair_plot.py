"""Plots: what is high is drawn high, what is unknown is a gap, axes end at round numbers."""

import pytest

from redistui.console.viewmodel import scale
from redistui.console.viewmodel.phrases import text_of
from redistui.console.viewmodel.plot import Charset, Plot, Series, draw

NOW = 1_760_000_000.0
SECONDS = 300
TIMES = tuple(NOW - SECONDS + 1 + second for second in range(SECONDS))


def drawn(*values: tuple[float | None, ...], width: int = 60, height: int = 8, charset: Charset = Charset.UNICODE,
          ceiling: float | None = None, name: str = "", times: tuple[float, ...] = TIMES,
          now: float = NOW) -> list[str]:  # fmt: skip
    series = tuple(Series("abcd"[number], one, number) for number, one in enumerate(values))
    plot = Plot(times, series, scale.COUNT, now, name=name, ceiling=ceiling, ceiling_name="limit")
    return [text_of(content) for content in draw(plot, width, height, charset)]


def test_a_rising_line_goes_from_lower_left_to_upper_right() -> None:
    lines = drawn(tuple(float(second) for second in range(SECONDS)), charset=Charset.ASCII)
    rows = lines[:-1]
    first = [row.index("*") for row in rows if "*" in row]
    assert len(first) > 3
    assert first == sorted(first, reverse=True)


def test_an_unknown_stretch_leaves_a_gap_of_its_length() -> None:
    values = tuple(None if 100 <= second < 160 else 50.0 for second in range(SECONDS))
    line = next(row for row in drawn(values, charset=Charset.ASCII) if "*" in row)
    gap = line.strip("|+ 0123456789").split("*")
    longest = max(len(part) for part in gap)
    assert longest == pytest.approx(60 * 60 / SECONDS, abs=3)


def test_a_silence_in_the_times_is_a_gap_too() -> None:
    kept = [number for number in range(SECONDS) if not 100 <= number < 160]
    times, values = tuple(TIMES[number] for number in kept), (50.0,) * len(kept)
    line = next(row for row in drawn(values, charset=Charset.ASCII, times=times) if "*" in row)
    assert "*       " in line


def test_nothing_known_is_said() -> None:
    assert drawn((None,) * SECONDS) == ["no history yet"]


@pytest.mark.parametrize(("highest", "label"), [(0, "10"), (7, "10"), (11_900, "20k"), (41, "50"), (2_000_000, "2M")])
def test_the_axis_ends_at_a_round_number_that_holds_everything(highest: float, label: str) -> None:
    lines = drawn((float(highest),) * SECONDS)
    assert lines[0].lstrip().startswith(f"{label}┤")


@pytest.mark.parametrize(
    ("kind", "highest", "label"),
    [
        (scale.BYTES, 3.8 * (1 << 20), "5 MB"),
        (scale.BYTES, 600 * (1 << 20), "1 GB"),
        (scale.BYTES, 1 << 30, "1 GB"),
        (scale.BYTES_PER_SECOND, 1_900_000, "2 MB/s"),
        (scale.SECONDS, 4.1, "5 s"),
        (scale.SECONDS, 70, "2 m"),
        (scale.RATIO, 0.4, "100%"),
        (scale.BYTES, 900 * (1 << 40), "1000 TB"),
    ],
)
def test_scales_have_units(kind: scale.Scale, highest: float, label: str) -> None:
    end = kind.end(highest)
    assert end >= highest
    assert kind.label(end) == label


def test_the_time_axis_counts_back_from_now() -> None:
    words = [word.lstrip("└─") for word in drawn((1.0,) * SECONDS)[-1].split()]
    assert words == ["-5m", "-4m", "-3m", "-2m", "-1m", "", "now"]
    named = drawn((1.0,) * SECONDS, name="bytes behind")[-1]
    assert [word for word in named.split() if "─" not in word] == ["└-5m", "bytes", "behind", "now"]


def test_a_near_ceiling_is_drawn_and_named_and_a_far_one_only_named() -> None:
    near = drawn((60.0,) * SECONDS, ceiling=100.0)
    assert "limit" in near[0]
    assert "┄┄┄" in near[0]
    far = drawn((6.0,) * SECONDS, ceiling=100.0)
    assert "limit, above this scale" in far[0]
    assert not any("┄" in line for line in far)


def test_lines_are_told_apart_without_colour() -> None:
    lines = drawn((80.0,) * SECONDS, (20.0,) * SECONDS, charset=Charset.ASCII)
    assert any("*" in line and line.endswith(" a") for line in lines)
    assert any("+" in line and line.endswith(" b") for line in lines)
    braille = drawn((80.0,) * SECONDS, (20.0,) * SECONDS)
    solid, broken = (next(line for line in braille if line.endswith(f" {mark}")) for mark in "ab")
    assert len(set(solid[4:-3])) < len(set(broken[4:-3]))


def test_only_ascii_where_that_is_asked_for() -> None:
    assert "".join(drawn((80.0,) * SECONDS, ceiling=100.0, name="x", charset=Charset.ASCII)).isascii()


def test_a_line_whose_newest_values_are_unknown_has_no_mark_at_its_end() -> None:
    values = tuple(80.0 if second < 200 else None for second in range(SECONDS))
    assert not any(line.endswith(" a") for line in drawn(values, (20.0,) * SECONDS))


def test_a_finished_column_stays_as_it_is_within_its_slot() -> None:
    """Else every tick would repaint the whole plot."""
    values = tuple(50.0 + 40 * ((second * 7919) % 13) / 13 for second in range(SECONDS))
    slot_seconds = SECONDS / ((60 - len("100┤")) * 2)
    now = NOW - NOW % slot_seconds + 0.1
    times = tuple(at - NOW + now for at in TIMES)
    before = drawn(values, times=times, now=now)
    after = drawn((*values[1:], 55.0), times=tuple(at + 1 for at in times), now=now + 1)
    assert [line[:-1] for line in before] == [line[:-1] for line in after]


@pytest.mark.parametrize(("width", "height"), [(23, 8), (60, 2), (0, 0)])
def test_a_place_too_small_stays_empty(width: int, height: int) -> None:
    assert drawn((1.0,) * SECONDS, width=width, height=height) == []


@pytest.mark.parametrize("width", [24, 37, 60, 131, 240])
@pytest.mark.parametrize("height", [3, 5, 20])
def test_every_line_fits(width: int, height: int) -> None:
    lines = drawn((80.0,) * SECONDS, (20.0,) * SECONDS, width=width, height=height, name="bytes behind", ceiling=90.0)
    assert len(lines) == height
    assert all(len(line) <= width for line in lines)


def test_a_very_wide_plot_has_no_false_gaps() -> None:
    """More dots than samples: a sample a second reaches over the dots between."""
    line = next(row for row in drawn((40.0,) * SECONDS, width=400) if any(sign > "\u2800" for sign in row[8:]))
    assert " " not in line[8:].strip()
