"""The panels of the pair screen: their order, their names, and the strip that shows which one is seen."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from redistui.present.actions import BY_ID, key_words
from redistui.present.text import width

from .line import Line, Look, Span, Tone, line


class PairPanel(StrEnum):
    """In the order of `[` and `]`; the values are the ids of their widgets."""

    REPLICATION = "replication"
    MEMORY = "memory"
    THROUGHPUT = "throughput"
    TOPOLOGY = "topology"
    FINDINGS = "findings"
    CLIENTS = "clients"
    SLOW_LOG = "slow-log"
    KEYSPACE = "keyspace"
    PERSISTENCE = "persistence"
    SETTINGS = "settings"
    EVENTS = "events"
    LOGS = "logs"
    ENDPOINTS = "endpoints"
    MEMORY_REPORT = "memory-report"


LEFT = (PairPanel.TOPOLOGY, PairPanel.FINDINGS)
RIGHT = (PairPanel.REPLICATION, PairPanel.MEMORY, PairPanel.THROUGHPUT)
TABS = tuple(panel for panel in PairPanel if panel not in (*LEFT, *RIGHT))

_NAMES = {
    PairPanel.REPLICATION: "Lag",
    PairPanel.SLOW_LOG: "Slow log",
    PairPanel.MEMORY_REPORT: "Memory report",
}


def name(panel: PairPanel) -> str:
    return _NAMES.get(panel, panel.value.capitalize())


def neighbour(panels: Sequence[PairPanel], current: PairPanel, step: int) -> PairPanel:
    return panels[(panels.index(current) + step) % len(panels)] if current in panels else panels[0]


def keys(remapped: Mapping[str, str]) -> dict[PairPanel, str]:
    """The first key of each tab, after `[keys]`."""
    actions = {panel: BY_ID[f"pair.{panel.name.lower()}"] for panel in TABS}
    found = {panel: key_words(remapped.get(action.id, action.key)) for panel, action in actions.items()}
    return {panel: words[0] for panel, words in found.items() if words}


def strip(panels: Sequence[PairPanel], current: PairPanel, cells: int, keys: Mapping[PairPanel, str]) -> Line:
    """The names in one line, the seen one in brackets; where they do not all fit, those around it."""
    names = []
    for panel in panels:
        words = f"{keys[panel]} {name(panel)}" if panel in keys else name(panel)
        names.append(f"[{words}]" if panel is current else f" {words} ")
    at = panels.index(current) if current in panels else 0
    first, last = at, at
    while True:
        used = sum(width(text) for text in names[first : last + 1]) + 4
        if last + 1 < len(names) and used + width(names[last + 1]) <= cells:
            last += 1
        elif first > 0 and used + width(names[first - 1]) <= cells:
            first -= 1
        else:
            break
    spans = [
        Span(names[number], Tone.STRONG if panels[number] is current else Tone.DIM) for number in range(first, last + 1)
    ]
    return line(
        Span("‹ " if first else "  ", Tone.DIM),
        *spans,
        Span(" ›" if last + 1 < len(names) else "", Tone.DIM),
        look=Look.HEADING,
    )
