"""The peer: the pair screen's upper panels with textual-plotext and Static widgets, updated or recomposed whole."""

from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static
from textual_plotext import PlotextPlot

from redistui.console.bridge import Bridge
from redistui.console.source import MonitorSource
from redistui.console.viewmodel.pair_memory import memory
from redistui.console.viewmodel.pair_replication import replication
from redistui.console.viewmodel.pair_summary import findings
from redistui.console.viewmodel.pair_throughput import throughput
from redistui.console.viewmodel.pair_topology import topology
from redistui.console.viewmodel.pair_view import PairView
from redistui.console.viewmodel.phrases import text_of
from redistui.model.history import HistoryMetric as Metric
from redistui.model.topology import PairKey

PLOTS = (
    ("behind", (Metric.BEHIND_BYTES,)),
    ("behind-time", (Metric.BEHIND_SECONDS,)),
    ("memory", (Metric.MEMORY_USED_BYTES, Metric.MEMORY_RSS_BYTES)),
    ("commands", (Metric.OPERATIONS_PER_SECOND,)),
    ("network", (Metric.NETWORK_INPUT_BYTES, Metric.NETWORK_OUTPUT_BYTES)),
)
TEXTS = {"topology": topology, "findings": findings, "replication": replication, "memory-text": memory,
         "throughput": throughput}  # fmt: skip
CELLS, TEXT_LINES = 70, 4


class PlotextApp(App[None]):
    CSS = """
    #left { width: 2fr; } #right { width: 3fr; }
    .plots { height: 1fr; } .text { height: auto; }
    """

    def __init__(self, source: MonitorSource, key: PairKey, *, recompose_panels: bool) -> None:
        super().__init__()
        self.source = source
        self.key = key
        self.recompose_panels = recompose_panels
        self.bridge = Bridge(source, self)  # type: ignore[arg-type]

    def compose(self) -> ComposeResult:
        with Horizontal():
            with Vertical(id="left"):
                yield Static(id="topology", classes="text", markup=False)
                yield Static(id="findings", classes="text", markup=False)
            with Vertical(id="right"):
                for text, plots in (("replication", PLOTS[:2]), ("memory-text", PLOTS[2:3]), ("throughput", PLOTS[3:])):
                    yield Static(id=text, classes="text", markup=False)
                    with Horizontal(classes="plots"):
                        for name, _ in plots:
                            yield PlotextPlot(id=name)

    def on_mount(self) -> None:
        self.bridge.open()
        self.call_after_refresh(self.draw)

    async def on_bridge_published(self) -> None:
        self.bridge.take()
        if self.recompose_panels:
            await self.recompose()
        self.draw()

    def draw(self) -> None:
        pair = self.source.latest.pair(self.key)
        assert pair is not None
        past = self.source.history(self.key)
        primary, replica = pair.nodes[0].node.id, pair.nodes[1].node.id
        view = PairView(pair, selected_id=primary)
        for name, drawing in TEXTS.items():
            text = "\n".join(text_of(content) for content in drawing(view, CELLS if name in TEXTS else 46, TEXT_LINES))
            self.query_one(f"#{name}", Static).update(text)
        ago = [at - pair.at for at in past.times]
        for name, metrics in PLOTS:
            widget = self.query_one(f"#{name}", PlotextPlot)
            widget.plt.clear_figure()
            for metric in metrics:
                for node in (primary, replica) if len(metrics) == 1 else (primary,):
                    widget.plt.plot(ago, list(past.of(node, metric)), marker="braille")
            widget.plt.title(name)
            widget.refresh()
