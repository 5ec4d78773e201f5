"""The throughput panel: commands of every node; network, hits and clients of the chosen one."""

from redistui.model import units
from redistui.model.history import HistoryMetric
from redistui.model.sample import NodeSample
from redistui.model.snapshot import NodeSnapshot, Rates

from . import scale
from .line import Tone
from .pair_plots import fill
from .pair_view import PairView, faded, is_stale, staleness
from .phrases import SERIES_TONES, Phrase, flow, phrase
from .plot import Plot, Series

_IN, _OUT = 0, 1


def throughput(view: PairView, cells: int, height: int) -> list[Phrase]:
    node = view.selected
    if node is None or (sample := node.sample) is None:
        return [phrase(("throughput unknown: this node has not answered yet", Tone.WARN))]
    text = flow([*_traffic(sample, node.rates), *_clients(sample, node.rates)], cells)
    if is_stale(view.pair, node):
        text = [*faded(text), staleness(view.pair, node)]
    return fill(text, _plots(view, node), view, cells, height)


def _traffic(sample: NodeSample, rates: Rates | None) -> list[Phrase]:
    rates = rates or Rates()
    hits = rates.hit_ratio
    no_reads = hits is None and rates.keyspace_hits is not None
    hit_words = "no reads" if no_reads else f"hit ratio {units.percent(hits)}"
    return [
        phrase((f"{units.count(sample.operations_per_second)} commands/s", Tone.STRONG)),
        phrase(("i", SERIES_TONES[_IN]), f" in {_speed(rates.network_input_bytes)}"),
        phrase(("o", SERIES_TONES[_OUT]), f" out {_speed(rates.network_output_bytes)}"),
        phrase(hit_words),
    ]


def _speed(bytes_per_second: float | None) -> str:
    return units.UNKNOWN if bytes_per_second is None else f"{units.size(bytes_per_second)}/s"


def _clients(sample: NodeSample, rates: Rates | None) -> list[Phrase]:
    limit = f" of {units.count(sample.clients_max)}" if sample.clients_max else ""
    connected = units.counted(sample.clients, "client")
    if sample.clients is not None and limit:
        connected = f"{units.count(sample.clients)}{limit} clients"
    phrases = [phrase(connected)]
    if sample.clients_blocked:
        phrases.append(phrase(f"{units.count(sample.clients_blocked)} blocked"))
    if rates is not None and rates.expired_keys is not None:
        phrases.append(phrase(f"expired {units.count(rates.expired_keys)}/s"))
    if sample.rejected_connections:
        phrases.append(phrase((f"▲ {units.count(sample.rejected_connections)} rejected", Tone.WARN)))
    return phrases


def _plots(view: PairView, node: NodeSnapshot) -> list[Plot]:
    at, times = view.pair.at, view.history.times

    def of(metric: HistoryMetric) -> tuple[float | None, ...]:
        return view.history.of(node.node.id, metric)

    nodes = [one.node.id for one in view.pair.nodes][: len(SERIES_TONES)]
    commands = tuple(
        Series(view.mark(one), view.history.of(one, HistoryMetric.OPERATIONS_PER_SECOND), view.style(one))
        for one in nodes
    )
    network = (
        Series("i", of(HistoryMetric.NETWORK_INPUT_BYTES), _IN),
        Series("o", of(HistoryMetric.NETWORK_OUTPUT_BYTES), _OUT),
    )
    hits = (Series("", of(HistoryMetric.HIT_RATIO), view.style(node.node.id)),)
    return [
        Plot(times, commands, scale.COUNT, at, "commands/s"),
        Plot(times, network, scale.BYTES_PER_SECOND, at, "network"),
        Plot(times, hits, scale.RATIO, at, "hit ratio"),
    ]
