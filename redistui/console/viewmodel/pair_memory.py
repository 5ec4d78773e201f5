"""The memory panel of the chosen node."""

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

_BAR_CELLS = 10
_NEARLY_FULL, _FULL = 0.8, 0.95
_USED, _RSS = 0, 1


def memory(view: PairView, cells: int, height: int) -> list[Phrase]:
    node = view.selected
    if node is None or (sample := node.sample) is None:
        return [phrase(("memory unknown: this node has not answered yet", Tone.WARN))]
    text = flow([*_use(sample), *_make_up(sample, node.rates)], cells)
    if is_stale(view.pair, node):
        text = [*faded(text), staleness(view.pair, node)]
    return fill(text, [_plot(view, node, sample)], view, cells, height)


def bar(ratio: float, cells: int = _BAR_CELLS) -> str:
    full = round(min(max(ratio, 0.0), 1.0) * cells)
    return "█" * full + "░" * (cells - full)


def _use(sample: NodeSample) -> list[Phrase]:
    used, limit = sample.memory_used_bytes, sample.memory_max_bytes
    phrases = [phrase(("u", SERIES_TONES[_USED]), f" used {units.size(used)}")]
    if used is not None and limit:
        ratio = used / limit
        tone = Tone.BAD if ratio >= _FULL else Tone.WARN if ratio >= _NEARLY_FULL else Tone.GOOD
        glyph = "" if ratio < _NEARLY_FULL else "▲ "
        phrases[0] = phrase(*phrases[0], " ", (f"{glyph}{bar(ratio)} {units.percent(ratio)}", tone))
        phrases[0] = phrase(*phrases[0], f" of {units.size(limit)}")
    elif limit == 0:
        phrases[0] = phrase(*phrases[0], ", no limit set")
    phrases.append(phrase(("r", SERIES_TONES[_RSS]), f" RSS {units.size(sample.memory_rss_bytes)}"))
    phrases.append(phrase(f"peak {units.size(sample.memory_peak_bytes)}"))
    return phrases


def _make_up(sample: NodeSample, rates: Rates | None) -> list[Phrase]:
    ratio = sample.fragmentation_ratio
    evicting = rates.evicted_keys if rates is not None else None
    evicted = f"evicted {units.count(sample.evicted_keys)}"
    if evicting:
        evicted = f"▲ {evicted}, now {units.count(evicting)}/s"
    return [
        phrase(f"dataset {units.size(sample.dataset_bytes)}"),
        phrase(f"fragmentation {'unknown' if ratio is None else f'{ratio:.2f}'}"),
        phrase(sample.memory_policy or "policy unknown"),
        phrase((evicted, Tone.WARN if evicting else Tone.PLAIN)),
        phrase(f"replication buffers {units.size(sample.replication_buffer_bytes)}"),
        phrase(f"client buffers {units.size(sample.client_buffer_bytes)}"),
    ]


def _plot(view: PairView, node: NodeSnapshot, sample: NodeSample) -> Plot:
    def of(metric: HistoryMetric) -> tuple[float | None, ...]:
        return view.history.of(node.node.id, metric)

    limit = sample.memory_max_bytes
    return Plot(
        view.history.times,
        (
            Series("u", of(HistoryMetric.MEMORY_USED_BYTES), _USED),
            Series("r", of(HistoryMetric.MEMORY_RSS_BYTES), _RSS),
        ),
        scale.BYTES,
        view.pair.at,
        ceiling=limit or None,
        ceiling_name=f"maxmemory {units.size(limit)}",
    )
