"""The pair screen on made-up data that moves once a second; run on a pseudo-terminal by the benchmarks.

`python pair_app.py WAY`: `busy` everything changes, `quiet` nothing does, `plotext` the same panels by PlotextPlot and
Static widgets, `recompose` the same recomposed.
"""

import math
import sys
import threading
import time
from dataclasses import replace

from support.fleets import NOW, FakeSource, lagging_pair

from redistui.console.app import RedistuiApp
from redistui.model.history import History, HistoryMetric
from redistui.model.snapshot import FleetSnapshot, PairSnapshot

WINDOW_SECONDS = 300


def level(metric: HistoryMetric, node: int, second: int) -> float:
    """A load that rises and falls over a minute or two, with some noise."""
    wave = 0.6 + 0.3 * math.sin(second / (17 + 5 * node)) + 0.05 * math.sin(second * 1.7)
    top = {
        HistoryMetric.BEHIND_BYTES: 4e6, HistoryMetric.BEHIND_SECONDS: 4.0, HistoryMetric.MEMORY_USED_BYTES: 7e8,
        HistoryMetric.MEMORY_RSS_BYTES: 8e8, HistoryMetric.OPERATIONS_PER_SECOND: 18e3, HistoryMetric.HIT_RATIO: 1.0,
        HistoryMetric.NETWORK_INPUT_BYTES: 2e6, HistoryMetric.NETWORK_OUTPUT_BYTES: 3e6,
    }[metric]  # fmt: skip
    return top * wave / (1 + 4 * node)


METRICS = tuple(
    metric for metric in HistoryMetric if metric not in (HistoryMetric.BACKLOG_COVER_SECONDS, HistoryMetric.CLIENTS)
)


def history(base: PairSnapshot, second: int, *, moving: bool) -> History:
    seconds = range(second - WINDOW_SECONDS, second + 1)
    series = {
        (node.node.id, metric): tuple(level(metric, number, one if moving else 0) for one in seconds)
        for number, node in enumerate(base.nodes)
        for metric in METRICS
    }
    return History(tuple(NOW + one for one in seconds), series)


def moment(base: PairSnapshot, second: int, *, moving: bool) -> PairSnapshot:
    nodes = []
    for number, node in enumerate(base.nodes):
        assert node.sample is not None
        sample = replace(node.sample, sampled_at=NOW + second)
        if moving:
            sample = replace(
                sample,
                offset=(sample.offset or 0) + 1_500_000 * second,
                clients=(sample.clients or 0) + second % 7,
                operations_per_second=round(level(HistoryMetric.OPERATIONS_PER_SECOND, number, second)),
                memory_used_bytes=round(level(HistoryMetric.MEMORY_USED_BYTES, number, second)),
                memory_rss_bytes=round(level(HistoryMetric.MEMORY_RSS_BYTES, number, second)),
            )
        nodes.append(replace(node, sample=sample))
    links = base.links
    if moving:
        behind = level(HistoryMetric.BEHIND_BYTES, 1, second)
        links = tuple(
            replace(link, lag=replace(link.lag, behind_bytes=round(behind), behind_seconds=behind / 1e6,
                                      catch_up_seconds=behind / 1.1e6)) for link in links
        )  # fmt: skip
    return replace(base, at=NOW + second, nodes=tuple(nodes), links=links)


def prepare(source: FakeSource, base: PairSnapshot, second: int, *, moving: bool) -> FleetSnapshot:
    source.histories[base.key] = history(base, second, moving=moving)
    return FleetSnapshot(NOW + second, (moment(base, second, moving=moving),))


def feed(source: FakeSource, base: PairSnapshot, *, moving: bool) -> None:
    second = 0
    while True:
        time.sleep(1)
        second += 1
        source.publish(prepare(source, base, second, moving=moving))


def main() -> None:
    way = sys.argv[1]
    base = lagging_pair()
    source = FakeSource()
    moving = way != "quiet"
    source.latest = prepare(source, base, 0, moving=moving)
    if way in ("busy", "quiet"):

        class OpenOnPair(RedistuiApp):
            def on_mount(self) -> None:
                super().on_mount()
                self.open_pair(base.key)

        app = OpenOnPair(source)
    else:
        from plotext_pair import PlotextApp

        app = PlotextApp(source, base.key, recompose_panels=way == "recompose")
    threading.Thread(target=feed, args=(source, base), kwargs={"moving": moving}, daemon=True).start()
    app.run(mouse=False)


if __name__ == "__main__":
    main()
