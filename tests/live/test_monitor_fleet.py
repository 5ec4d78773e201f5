"""A large fleet of which a third is dead: the healthy ones do not notice."""

import resource
from collections import Counter
from collections.abc import Iterator

import pytest
from support.responder import Fleet
from support.watched import Seen, listed, pair_of, statuses, watching

from redistui.model.snapshot import FleetSnapshot, Status

pytestmark = pytest.mark.live

PAIRS = 300
REFUSING = 60
SILENT = 40


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with Fleet(2 * PAIRS, dead=2 * REFUSING, silent=2 * SILENT) as fleet:
        yield fleet
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_of_300_pairs_100_dead_ones_delay_nobody(fleet: Fleet) -> None:
    provider = listed()
    provider.pairs = [pair_of("test", f"pair-{number:03}", *nodes) for number, nodes in enumerate(fleet.pairs)]
    expected = Counter({Status.HEALTHY: PAIRS - REFUSING - SILENT, Status.DOWN: REFUSING + SILENT})
    with watching(provider) as monitor:
        seen = Seen(monitor)
        seen.until(lambda told: Counter(statuses(told).values()) == expected, "every pair is told rightly", 15.0)
        start = monitor.latest.at
        taken: dict[str, set[float]] = {}

        def collect(told: FleetSnapshot) -> None:
            for pair in told.pairs:
                sample = pair.nodes[0].sample
                if sample is not None and sample.sampled_at > start:
                    taken.setdefault(pair.key.name, set()).add(sample.sampled_at)

        monitor.subscribe(collect)
        seen.until(lambda told: told.at > start + 6.0, "six seconds have passed", 10.0)
        assert Counter(statuses(monitor.latest).values()) == expected
    assert len(taken) == PAIRS - REFUSING - SILENT
    assert min(len(samples) for samples in taken.values()) >= 5
