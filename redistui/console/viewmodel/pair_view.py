"""What every panel of the pair screen is given, and how its nodes are named and ordered there."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from redistui.model import units
from redistui.model.history import Event, History
from redistui.model.snapshot import Link, NodeSnapshot, PairSnapshot, Severity
from redistui.model.topology import Role

from .line import Span, Tone, safe
from .phrases import SERIES_TONES, Phrase, phrase
from .plot import Charset

_STALE_AFTER_SECONDS = 3.5


@dataclass(frozen=True, slots=True)
class PairView:
    """One moment of one pair as a panel draws it.

    `measure` turns through the plots that do not fit side by side; `clock_times` shows times of day instead of ages.
    """

    pair: PairSnapshot
    history: History = field(default_factory=History)
    events: tuple[Event, ...] = ()
    selected_id: str = ""
    charset: Charset = Charset.UNICODE
    measure: int = 0
    clock_times: bool = False

    @property
    def selected(self) -> NodeSnapshot | None:
        return self.pair.node(self.selected_id)

    def mark(self, node_id: str) -> str:
        """The node's letter in every panel and plot; it stays when roles change."""
        number = self._number(node_id)
        return "abcdefghijklmnopqrstuvwxyz"[number] if number < 26 else "+"

    def style(self, node_id: str) -> int:
        return self._number(node_id) % len(SERIES_TONES)

    def mark_span(self, node_id: str) -> Span:
        return Span(self.mark(node_id), SERIES_TONES[self.style(node_id)])

    def _number(self, node_id: str) -> int:
        return next((number for number, node in enumerate(self.pair.nodes) if node.node.id == node_id), 0)


def default_node_id(pair: PairSnapshot, wanted: str) -> str:
    """The node that was chosen while it exists, else the primary, else the first."""
    if pair.node(wanted) is not None:
        return wanted
    if pair.primary is not None:
        return pair.primary.node.id
    expected = (node for node in pair.nodes if node.node.configured_role is Role.PRIMARY)
    return next((node.node.id for node in (*expected, *pair.nodes)), "")


def label_of(view: PairView, node: NodeSnapshot) -> str:
    """`a 10.2.0.14:6379`."""
    return f"{view.mark(node.node.id)} {name_of(node)}"


def name_of(node: NodeSnapshot) -> str:
    return safe(str(node.node.address))


@dataclass(frozen=True, slots=True)
class Placed:
    """A node's place in the drawing: how deep below a primary, and its link upward."""

    node: NodeSnapshot
    depth: int
    link: Link | None


def tree(pair: PairSnapshot) -> Iterator[Placed]:
    """Every node once: those that follow nobody, each with those that follow it below."""
    upstream = {link.replica_id: link for link in pair.links}
    seen: set[str] = set()

    def below(node: NodeSnapshot, depth: int, link: Link | None) -> Iterator[Placed]:
        seen.add(node.node.id)
        yield Placed(node, depth, link)
        for other in pair.nodes:
            other_link = upstream.get(other.node.id)
            if other_link is not None and other_link.upstream_id == node.node.id and other.node.id not in seen:
                yield from below(other, depth + 1, other_link)

    def leads(node: NodeSnapshot) -> bool:
        link = upstream.get(node.node.id)
        return link is None or link.upstream_id is None or pair.node(link.upstream_id) is None

    roots = [node for node in pair.nodes if leads(node)]
    roots.sort(key=lambda node: (node.node.id != pair.primary_id, node.role is not Role.PRIMARY))
    for root in (*roots, *pair.nodes):  # the second round: nodes that follow each other in a ring
        if root.node.id not in seen:
            yield from below(root, 0, upstream.get(root.node.id))


def worst(pair: PairSnapshot, node_id: str) -> Severity | None:
    """The gravest finding about a node; findings come gravest first."""
    return next((item.severity for item in pair.findings if item.subject == node_id), None)


def age_seconds(pair: PairSnapshot, node: NodeSnapshot) -> float | None:
    return None if node.sample is None else max(0.0, pair.at - node.sample.sampled_at)


def is_stale(pair: PairSnapshot, node: NodeSnapshot) -> bool:
    """Whether what is shown of the node is not from now."""
    age = age_seconds(pair, node)
    return node.failure is not None or age is None or age > _STALE_AFTER_SECONDS


def staleness(pair: PairSnapshot, node: NodeSnapshot) -> Phrase:
    """`as of 12s ago`, or nothing while the node answers."""
    if not is_stale(pair, node):
        return ()
    age = age_seconds(pair, node)
    return phrase(("nothing known yet" if age is None else f"as of {units.age(age)} ago", Tone.WARN))


def faded(lines: list[Phrase]) -> list[Phrase]:
    """The same words, faint: they are not from now."""
    return [tuple(Span(span.text, Tone.DIM) for span in content) for content in lines]
