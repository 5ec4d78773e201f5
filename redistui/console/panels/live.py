"""The panels that follow every tick."""

from redistui.console.viewmodel.line import Span, Tone
from redistui.console.viewmodel.pair_details import differences, endpoints, events, keyspace, persistence
from redistui.console.viewmodel.pair_memory import memory
from redistui.console.viewmodel.pair_panels import PairPanel
from redistui.console.viewmodel.pair_replication import replication
from redistui.console.viewmodel.pair_summary import findings
from redistui.console.viewmodel.pair_throughput import throughput
from redistui.console.viewmodel.pair_topology import topology
from redistui.console.viewmodel.pair_view import PairView, name_of
from redistui.console.viewmodel.phrases import Phrase, phrase

from .panel import LivePanel, Panel, ScrolledPanel, Title, plain_title


def _of_chosen_node(words: str) -> Title:
    def title(view: PairView) -> Phrase:
        node = view.selected
        if node is None:
            return phrase((words, Tone.STRONG))
        return phrase((words, Tone.STRONG), " of ", view.mark_span(node.node.id), f" {name_of(node)}")

    return title


def _findings_title(view: PairView) -> Phrase:
    number = len(view.pair.findings)
    return (Span(f"Findings: {number}" if number else "Findings", Tone.STRONG),)


def live_panels() -> dict[PairPanel, LivePanel]:
    return {
        PairPanel.TOPOLOGY: ScrolledPanel(PairPanel.TOPOLOGY, topology, plain_title("Topology")),
        PairPanel.FINDINGS: ScrolledPanel(PairPanel.FINDINGS, findings, _findings_title),
        PairPanel.REPLICATION: Panel(PairPanel.REPLICATION, plain_title("Replication"), replication),
        PairPanel.MEMORY: Panel(PairPanel.MEMORY, _of_chosen_node("Memory"), memory),
        PairPanel.THROUGHPUT: Panel(PairPanel.THROUGHPUT, _of_chosen_node("Throughput"), throughput),
        PairPanel.KEYSPACE: ScrolledPanel(PairPanel.KEYSPACE, keyspace),
        PairPanel.PERSISTENCE: ScrolledPanel(PairPanel.PERSISTENCE, persistence),
        PairPanel.SETTINGS: ScrolledPanel(PairPanel.SETTINGS, differences),
        PairPanel.EVENTS: ScrolledPanel(PairPanel.EVENTS, events),
        PairPanel.ENDPOINTS: ScrolledPanel(PairPanel.ENDPOINTS, endpoints),
    }
