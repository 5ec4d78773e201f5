"""The replication panel: how far behind, whether it catches up, what an absence may last, and the past minutes."""

from redistui.model import units
from redistui.model.history import HistoryMetric
from redistui.model.sample import NodeSample
from redistui.model.snapshot import Link, NodeSnapshot
from redistui.model.topology import Role
from redistui.present.words import FAILURE_WORDS

from . import scale
from .line import Tone
from .pair_lag import cover_phrase, link_phrases
from .pair_plots import fill
from .pair_view import PairView, name_of, staleness
from .phrases import SERIES_TONES, Phrase, flow, phrase
from .plot import Plot, Series


def replication(view: PairView, cells: int, height: int) -> list[Phrase]:
    shown = _furthest_behind(view)
    silent = [content for node in view.pair.silent_replicas for content in _silent(view, node, cells)]
    if len(view.pair.links) == 1:
        text = silent + flow([*_link(view, shown[0]), *_stock(view)], cells)
    else:
        text = silent + [content for link in shown for content in flow(_link(view, link), cells)[:2]]
        text += _others(view, len(shown)) + flow(_stock(view), cells)
    return fill(text, _plots(view, shown), view, cells, height)


def _furthest_behind(view: PairView) -> list[Link]:
    """At most as many as can be told apart in a plot, in the order of their letters."""
    unknown_last = sorted(view.pair.links, key=lambda link: -(link.lag.behind_bytes or 0))
    return sorted(unknown_last[: len(SERIES_TONES)], key=lambda link: view.mark(link.replica_id))


def _others(view: PairView, shown: int) -> list[Phrase]:
    if not view.pair.links and not view.pair.silent_replicas:
        known = view.pair.primary is not None and view.pair.primary.failure is None
        return [phrase(("▲ no replica: nothing replicates" if known else "? no replica is known", Tone.WARN))]
    left_out = len(view.pair.links) - shown
    return [phrase((f"and {left_out} less far behind", Tone.DIM))] if left_out else []


def _silent(view: PairView, node: NodeSnapshot, cells: int) -> list[Phrase]:
    """A replica that does not answer: how far behind it is, nobody knows."""
    words = FAILURE_WORDS[node.failure.kind] if node.failure is not None else ""
    head = phrase(view.mark_span(node.node.id), " ", name_of(node))
    return flow([head, phrase((f"✖ {words}", Tone.BAD)), phrase(("lag unknown", Tone.WARN))], cells)[:1]


def _link(view: PairView, link: Link) -> list[Phrase]:
    replica = view.pair.node(link.replica_id)
    if replica is None:
        return []
    head = phrase(view.mark_span(link.replica_id), " ", name_of(replica))
    stale = staleness(view.pair, replica)
    return [head, *link_phrases(link, replica.sample), *([stale] if stale else [])]


def _source(view: PairView) -> NodeSnapshot | None:
    """The primary, also while it does not answer."""
    if view.pair.primary is not None:
        return view.pair.primary
    primaries = (node for node in view.pair.nodes if node.sample is not None and node.sample.role is Role.PRIMARY)
    return next(primaries, None)


def _stock(view: PairView) -> list[Phrase]:
    source = _source(view)
    if source is None or (sample := source.sample) is None:
        return [phrase(("backlog and resyncs unknown: no primary has answered", Tone.WARN))]
    link = min(
        (link for link in view.pair.links if link.upstream_id == source.node.id),
        key=lambda link: link.lag.backlog_cover_seconds or float("inf"),
        default=None,
    )
    written = source.rates.replication_bytes if source.rates is not None else None
    phrases = [cover_phrase(sample, link), phrase(f"writes {units.size(written)}/s") if written is not None else ()]
    return [phrase for phrase in (*phrases, _resyncs(sample), staleness(view.pair, source)) if phrase]


def _resyncs(sample: NodeSample) -> Phrase:
    refused = sample.partial_resyncs_refused
    words = f"resyncs: {units.count(sample.full_resyncs)} full, {units.count(sample.partial_resyncs)} partial"
    return phrase(f"{words}, {units.count(refused)} refused" if refused else words)


def _plots(view: PairView, links: list[Link]) -> list[Plot]:
    source = _source(view)
    backlog = source.sample.backlog_size_bytes if source is not None and source.sample is not None else None
    cover = min(
        (link.lag.backlog_cover_seconds for link in links if link.lag.backlog_cover_seconds is not None), default=None
    )

    def series(metric: HistoryMetric) -> tuple[Series, ...]:
        return tuple(
            Series(view.mark(link.replica_id), view.history.of(link.replica_id, metric), view.style(link.replica_id))
            for link in links
        )

    at, times = view.pair.at, view.history.times
    return [
        Plot(times, series(HistoryMetric.BEHIND_BYTES), scale.BYTES, at, "bytes behind",
             ceiling=backlog, ceiling_name=f"backlog {units.size(backlog)}"),
        Plot(times, series(HistoryMetric.BEHIND_SECONDS), scale.SECONDS, at, "time behind",
             ceiling=cover, ceiling_name=f"backlog covers {units.duration(cover)}"),
    ]  # fmt: skip
