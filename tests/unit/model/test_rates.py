"""Rates hold within one process; whatever was set back is unknown, not negative."""

import pytest
from support.readings import primary_sample

from redistui.model.rates import increases, rates, totals


def test_rates_are_changes_a_second() -> None:
    before = primary_sample(commands_processed=100, offset=1000, keyspace_hits=10, keyspace_misses=0)
    after = primary_sample(commands_processed=300, offset=1500, keyspace_hits=40, keyspace_misses=10)
    told = rates(before, after, 2.0)
    assert told is not None
    assert told.commands == pytest.approx(100)
    assert told.replication_bytes == pytest.approx(250)
    assert told.hit_ratio == pytest.approx(0.75)
    assert told.network_input_bytes is None


def test_a_restart_has_no_rates_and_a_counter_set_back_has_none() -> None:
    before = primary_sample(commands_processed=100, evicted_keys=5)
    assert rates(before, primary_sample(run_id="other", commands_processed=900), 1.0) is None
    assert rates(None, before, 1.0) is None
    assert rates(before, before, 0.0) is None
    reset = rates(before, primary_sample(commands_processed=3, evicted_keys=6), 1.0)
    assert reset is not None
    assert reset.commands is None
    assert reset.evicted_keys == pytest.approx(1)


def test_another_history_has_no_write_rate() -> None:
    told = rates(primary_sample(offset=1), primary_sample(offset=900, replication_id="b" * 40), 1.0)
    assert told is not None
    assert told.replication_bytes is None


def test_increases_are_remembered_for_a_while_and_survive_a_restart() -> None:
    kept = increases(primary_sample(full_resyncs=1), primary_sample(full_resyncs=3), 10.0, ())
    assert totals(kept) == {"full_resyncs": 2}
    kept = increases(primary_sample(full_resyncs=3), primary_sample(full_resyncs=1, run_id="other"), 20.0, kept)
    assert totals(kept) == {"full_resyncs": 3}
    same = primary_sample(full_resyncs=1)
    assert totals(increases(same, same, 310.5, kept)) == {"full_resyncs": 1}
    assert increases(None, same, 0.0, ()) == ()
