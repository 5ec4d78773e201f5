"""What the probe's clients saw, counted and drawn."""

import itertools
from array import array

import pytest

from redistui.model.errors import UsageError
from redistui.operations.drill.messages import ProbeReport, Pulse
from redistui.operations.drill.scenarios import DrillOrder, Scenario
from redistui.operations.drill.tally import SLOT_SECONDS, UNKNOWN, Miss, Tally
from redistui.operations.drill.timeline import ASCII, COLUMNS, Window, around, plot, words


def tally(gap_at: int = 50, gap: int = 20, writes: int = 100) -> Tally:
    """A write each 10 ms from 100.0 on; `gap` of them are missed at `gap_at`, and the node changes there."""
    made = Tally(100.0, [array("d", [UNKNOWN] * writes)])
    for number in range(writes):
        at = 100.0 + number * 0.01
        if gap_at <= number < gap_at + gap:
            made.miss(Miss.READONLY, at)
        else:
            made.acknowledge(0, number, at, "old" if number < gap_at else "new")
    return made


def test_the_longest_gap_is_found_where_it_was() -> None:
    made = tally()
    assert made.acknowledged == 80
    assert made.errors[Miss.READONLY] == 20
    assert made.longest_gap == pytest.approx(0.21)
    assert max(made.gaps(100.99), key=lambda gap: gap[1]) == pytest.approx((100.49, 0.21))
    assert [node for _, node in made.moves] == ["old", "new"]
    assert made.writes[0].count(UNKNOWN) == 20


def test_a_gap_that_goes_on_counts_until_now() -> None:
    assert max(seconds for _, seconds in tally().gaps(105.0)) == pytest.approx(4.01)


def test_gaps_are_kept_few_and_near_every_moment() -> None:
    made = tally(writes=5000, gap_at=3000)
    gaps = made.gaps(150.0)
    assert len(gaps) <= 1 + 50 / 0.05, "one a stretch, however many writes"
    assert max(seconds for _, seconds in made.gaps(149.99)) == pytest.approx(0.21)
    ends = [start + seconds for start, seconds in gaps]
    assert all(after - before < 0.3 for before, after in itertools.pairwise(ends))


def test_the_plot_shows_bars_failures_and_numbered_phases_in_plain_characters() -> None:
    made = tally()
    report = ProbeReport(
        started_at=1000.0,
        ended_at=1001.0,
        slot_seconds=SLOT_SECONDS,
        slots_ok=tuple(made.slots_ok),
        slots_failed=tuple(made.slots_failed),
        acknowledged=80,
        unknown=0,
        refused=0,
        errors={},
        gaps=((1000.49, 0.21),),
        moves=(),
    )
    lines = plot(report, Window(1000.0, 1001.0), [1000.0, 1000.5], ASCII)
    assert all(line.isascii() and len(line) <= 80 for line in lines)
    bars = next(line for line in lines if line.lstrip().startswith("0/s")).partition("|")[2]
    failed = next(line for line in lines if "failed" in line).partition("|")[2]
    middle = slice(int(COLUMNS * 0.52), int(COLUMNS * 0.68))
    assert set(bars[middle]) == {" "}
    assert "x" in failed[middle]
    assert "x" not in failed[: int(COLUMNS * 0.48)]
    marks = next(line for line in lines if "phase" in line)
    assert marks.index("2") - marks.index("1") == COLUMNS // 2
    near = around(report, (1000.49, 0.21))
    assert near.begin < 1000.49
    assert near.end > 1000.70


def test_the_live_words_fit_a_line_and_show_the_last_seconds() -> None:
    pulse = Pulse(196.0, 4.0, 12_345, 0.018, ((50, 0), (49, 1), (0, 0)))
    assert words(pulse) == "196 writes/s ok, 4 failed/s, longest gap 18 ms, 12\u2009345 acknowledged [=x.]"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "needs its scenario"),
        ({"scenario": "flood"}, "no scenario"),
        ({"scenario": "switchover", "writes-per-second": "0"}, "1 to 2000"),
        ({"scenario": "switchover", "writes-per-second": "many"}, "1 to 2000"),
        ({"scenario": "switchover", "rto-limit": "-1"}, "limit of a drill"),
        ({"scenario": "switchover", "rto-limit": "nan"}, "limit of a drill"),
        ({"scenario": "replica-loss", "failback": "yes"}, "nothing to fail back"),
    ],
)
def test_an_order_that_makes_no_drill_is_refused(values: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        DrillOrder.of(values)


def test_an_order_survives_its_values_and_knows_its_limit() -> None:
    order = DrillOrder(Scenario.PRIMARY_CRASH, 500, 2.5, failback=True)
    assert DrillOrder.of(order.values()) == order
    assert order.limit_seconds(7.0) == 2.5
    plain = DrillOrder.of({"scenario": "switchover"})
    assert (plain.limit_seconds(7.0), plain.limit_seconds(None)) == (7.0, 1.0)
