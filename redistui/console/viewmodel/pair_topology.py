"""The drawing of who replicates from whom: the primary above, each replica below its upstream."""

from redistui.model import units
from redistui.model.sample import NodeSample
from redistui.model.snapshot import Link, NodeSnapshot, Severity
from redistui.model.topology import NodeState, Role
from redistui.present.words import FAILURE_WORDS, NODE_STATE_WORDS, ROLE_GLYPHS, SEVERITY_GLYPHS

from .line import Span, Tone, safe
from .pair_lag import link_phrases
from .pair_view import PairView, Placed, age_seconds, faded, is_stale, name_of, tree, worst
from .phrases import Phrase, flow, phrase, spread, width_of, wrap

_ID_LETTERS = 8


def topology(view: PairView, cells: int, _height: int = 0) -> list[Phrase]:
    if not view.pair.nodes:
        return [phrase(("the provider names no node of this pair", Tone.WARN))]
    placed = list(tree(view.pair))
    lines: list[Phrase] = []
    for index, place in enumerate(placed):
        above, beside, under = _branches(placed, index)
        if place.depth:
            room = cells - len(beside) - 1
            for number, content in enumerate(flow(link_phrases(place.link, place.node.sample), room)):
                lines.append(phrase((beside if not number else under, Tone.DIM), *content))
        elif index:
            lines.append(())
        node_lines = _node(view, place, cells - len(under))
        lines.extend(phrase((under if place.depth else above, Tone.DIM), *content) for content in node_lines[:1])
        trunk = under + (" │ " if _has_child(placed, index) else "   ")
        lines.extend(phrase((trunk, Tone.DIM), *content) for content in node_lines[1:])
    return lines


def _has_child(placed: list[Placed], index: int) -> bool:
    return index + 1 < len(placed) and placed[index + 1].depth > placed[index].depth


def _sibling_follows(placed: list[Placed], index: int, depth: int) -> bool:
    for other in placed[index + 1 :]:
        if other.depth <= depth:
            return other.depth == depth
    return False


def _branches(placed: list[Placed], index: int) -> tuple[str, str, str]:
    """What stands left of the node's own link line, and of the lines under it."""
    depth = placed[index].depth
    outer = "".join(" │ " if _sibling_follows(placed, index, level) else "   " for level in range(1, depth))
    if not depth:
        return "", "", ""
    last = not _sibling_follows(placed, index, depth)
    return outer, outer + (" └─ " if last else " ├─ "), outer + ("   " if last else " │ ")


def _node(view: PairView, place: Placed, cells: int) -> list[Phrase]:
    node = place.node
    cursor = Span("▶", Tone.ACCENT) if node.node.id == view.selected_id else Span(" ")
    head = phrase(cursor, view.mark_span(node.node.id), " ", _role(view, node), " ", (name_of(node), Tone.STRONG))
    version = node.sample.version if node.sample is not None else None
    lines = [spread(head, phrase((safe(version or "version unknown"), Tone.DIM)), cells)]
    room = cells - 3
    if width_of(lines[0]) < cells - 2 and version is None and node.sample is not None:
        lines[0] = head
    lines += _failure(view, node, room)
    if node.sample is not None:
        facts = flow(_facts(node, node.sample, place.link), room)
        lines += faded(facts) if is_stale(view.pair, node) else facts
    return lines


def _role(view: PairView, node: NodeSnapshot) -> Span:
    severity = worst(view.pair, node.node.id)
    role = node.sample.role if node.sample is not None else node.node.configured_role
    if node.failure is not None or severity is Severity.CRITICAL:
        return Span(f"{SEVERITY_GLYPHS[Severity.CRITICAL]} {role.value}", Tone.BAD)
    if severity is Severity.WARNING:
        return Span(f"{SEVERITY_GLYPHS[Severity.WARNING]} {role.value}", Tone.WARN)
    if node.sample is None:
        return Span(f"{ROLE_GLYPHS[Role.UNKNOWN]} {role.value}", Tone.WARN)
    return Span(f"{ROLE_GLYPHS[role]} {role.value}", Tone.GOOD)


def _failure(view: PairView, node: NodeSnapshot, cells: int) -> list[Phrase]:
    state = node.node.state
    lines: list[Phrase] = []
    if node.failure is not None:
        words = FAILURE_WORDS[node.failure.kind]
        if node.sample is None:
            words += f" for {units.age(view.pair.at - node.failure.since)}, never answered"
        else:
            words += f", last seen {units.age(age_seconds(view.pair, node))} ago"
        lines += wrap(words, cells, tone=Tone.BAD)
        lines += wrap(safe(node.failure.message), cells, tone=Tone.DIM)
    elif node.sample is None:
        lines.append(phrase(("not asked yet", Tone.DIM)))
    if state not in {NodeState.RUNNING, NodeState.UNKNOWN} or (node.failure is not None and state is NodeState.RUNNING):
        lines += wrap(f"the provider says: {_state_words(node)}", cells, tone=Tone.WARN)
    return lines


def _state_words(node: NodeSnapshot) -> str:
    words, vendor = NODE_STATE_WORDS[node.node.state], safe(node.node.vendor_state)
    return f"{words} ({vendor})" if vendor and vendor.lower() != words else words


def _facts(node: NodeSnapshot, sample: NodeSample, link: Link | None) -> list[Phrase]:
    facts = [phrase(f"offset {units.grouped(sample.offset)}"), _identity(sample, link)]
    if sample.role is Role.REPLICA:
        heard = sample.seconds_since_upstream_io
        if heard is not None and heard >= 0:  # Redis says -1 while the link is down
            facts.append(phrase(f"heard {units.age(heard)} ago"))
        if link is not None and link.upstream_id is None:
            facts.append(phrase((f"follows {safe(link.upstream_address)}, outside this pair", Tone.WARN)))
    facts.append(phrase(units.counted(sample.clients, "client")))
    facts.append(phrase(f"{units.count(sample.operations_per_second)} op/s"))
    if sample.role is Role.REPLICA and sample.replica_read_only is False:
        facts.append(phrase(("▲ writable", Tone.WARN)))
    if node.failure is None and node.node.state is NodeState.RUNNING:
        facts.append(phrase(_state_words(node)))
    if node.node.zone:
        facts.append(phrase(safe(node.node.zone)))
    return facts


def _identity(sample: NodeSample, link: Link | None) -> Phrase:
    """The replication id, shortened, and whether it is the upstream's."""
    short = safe(sample.replication_id or "")[:_ID_LETTERS]
    if not short:
        return phrase("id unknown")
    if link is None or link.same_history is None:
        return phrase(f"id {short}…")
    if link.same_history:
        return phrase(f"same id {short}…")
    return phrase((f"✖ other id {short}…: another history", Tone.BAD))
