"""The few lines of a pair that are always seen: what it is, who leads, the worst link, the gravest finding."""

from redistui.model import units
from redistui.model.sample import LinkState
from redistui.model.snapshot import Link, NodeSnapshot, PairSnapshot, Severity, Status
from redistui.model.topology import Role
from redistui.present.words import FAILURE_WORDS, SEVERITY_GLYPHS, status

from .line import SEVERITY_TONES, STATUS_TONES, Span, Tone, safe
from .pair_lag import link_phrases
from .pair_view import PairView, name_of
from .phrases import EMPTY, Phrase, crop, flow, phrase, spread, width_of, wrap


def title(pair: PairSnapshot, cells: int, underway: Span | None = None) -> Phrase:
    """`● ok  orders   k8s/shop · prod · self-managed`."""
    state = (status(pair), STATUS_TONES[pair.status])
    where = "/".join(safe(part) for part in (pair.key.provider, pair.pair.place) if part)
    facts = [part for part in (where, safe(pair.pair.environment), pair.pair.control.value) if part]
    name = crop(safe(pair.key.name), max(8, cells - 12))
    doing = phrase("  ", underway, (": o", Tone.DIM)) if underway is not None else ()
    return spread(
        phrase(" ", state, "  ", (name, Tone.STRONG), *doing), phrase((" · ".join(facts) + " ", Tone.DIM)), cells
    )


def essentials(view: PairView, cells: int) -> list[Phrase]:
    """Always three lines: the primary, the worst link, the gravest finding."""
    return [_first(part, cells - 1) for part in (_primary(view), _worst_link(view), _gravest(view))]


def _first(phrases: list[Phrase], cells: int) -> Phrase:
    lines = flow(phrases, cells)
    return phrase(" ", *lines[0]) if lines else EMPTY


def _primary(view: PairView) -> list[Phrase]:
    leaders = [node for node in view.pair.nodes if node.role is Role.PRIMARY]
    if len(leaders) > 1:
        names = ", ".join(name_of(node) for node in leaders)
        return [phrase((f"✖ {len(leaders)} primaries: {names}", Tone.BAD))]
    if leaders:
        return [phrase(view.mark_span(leaders[0].node.id), " primary ", (name_of(leaders[0]), Tone.STRONG)),
                *_load(leaders[0])]  # fmt: skip
    missing = next((node for node in view.pair.nodes if _last_role(node) is Role.PRIMARY), None)
    if missing is None:
        return [phrase(("? no primary is known", Tone.WARN))]
    if missing.failure is None:
        return [phrase((f"? primary {name_of(missing)} has not answered yet", Tone.WARN))]
    words = f"{FAILURE_WORDS[missing.failure.kind]} for {units.age(view.pair.at - missing.failure.since)}"
    return [phrase((f"✖ primary {name_of(missing)} {words}", Tone.BAD))]


def _last_role(node: NodeSnapshot) -> Role:
    return node.sample.role if node.sample is not None else node.node.configured_role


def _load(node: NodeSnapshot) -> list[Phrase]:
    if (sample := node.sample) is None:
        return []
    phrases = [
        phrase(f"{units.count(sample.operations_per_second)} op/s"),
        phrase(units.counted(sample.clients, "client")),
    ]
    if sample.memory_used_bytes is not None and sample.memory_max_bytes:
        phrases.append(phrase(f"memory {units.percent(sample.memory_used_bytes / sample.memory_max_bytes)}"))
    return phrases


def _worst_link(view: PairView) -> list[Phrase]:
    if view.pair.silent_replicas:
        return _silent(view, view.pair.silent_replicas)
    links = sorted(view.pair.links, key=_badness, reverse=True)
    if not links:
        known = view.pair.primary is not None and view.pair.primary.failure is None
        return [phrase(("▲ no replica" if known else "? no replica is known", Tone.WARN))]
    replica = view.pair.node(links[0].replica_id)
    if replica is None:
        return []
    more = f" (worst of {len(links)})" if len(links) > 1 else ""
    head = phrase(view.mark_span(replica.node.id), " replica ", (name_of(replica), Tone.STRONG), more)
    return [head, *link_phrases(links[0], replica.sample)]


def _silent(view: PairView, replicas: tuple[NodeSnapshot, ...]) -> list[Phrase]:
    first = replicas[0]
    others = len(replicas) + len(view.pair.links) - 1
    more = f" (worst of {others + 1})" if others else ""
    head = phrase(view.mark_span(first.node.id), " replica ", (name_of(first), Tone.STRONG), more)
    if first.failure is None:
        return [head]
    words = f"✖ {FAILURE_WORDS[first.failure.kind]} for {units.age(view.pair.at - first.failure.since)}"
    return [head, phrase((words, Tone.BAD))]


def _badness(link: Link) -> tuple[int, float]:
    state = {LinkState.UP: 0, LinkState.SYNCING: 1, None: 2, LinkState.DOWN: 3}[link.state]
    behind = link.lag.behind_bytes
    return state, float("inf") if behind is None else behind


def _gravest(view: PairView) -> list[Phrase]:
    if not view.pair.findings:
        words = "nothing is known yet" if view.pair.status is Status.UNKNOWN else "no findings"
        return [phrase((words, Tone.DIM))]
    first, *rest = view.pair.findings
    more = [phrase((f"{len(rest)} more", Tone.DIM))] if rest else []
    return [
        phrase((f"{SEVERITY_GLYPHS[first.severity]} {safe(first.message)}", SEVERITY_TONES[first.severity])),
        *more,
    ]


def findings(view: PairView, cells: int, _height: int = 0) -> list[Phrase]:
    """Every finding in words, gravest first, each with what to do and since when."""
    if not view.pair.findings:
        if view.pair.status is Status.UNKNOWN:
            return wrap("nothing is known of this pair yet, so nothing can be found", cells, tone=Tone.DIM)
        return wrap("no findings: every rule that could be checked is content", cells, tone=Tone.DIM)
    lines: list[Phrase] = []
    for finding in view.pair.findings:
        glyph = SEVERITY_GLYPHS[finding.severity]
        words = wrap(f"{glyph} {safe(finding.message)}", cells, tone=SEVERITY_TONES[finding.severity], indent="  ")
        since = phrase((f"{units.age(view.pair.at - finding.since)} ", Tone.DIM))
        words[-1] = spread(words[-1], since, cells) if width_of(words[-1]) + width_of(since) + 2 <= cells else words[-1]
        lines += words
        if finding.hint and finding.severity is not Severity.INFO:
            lines += wrap(f"  {safe(finding.hint)}", cells, tone=Tone.PLAIN, indent="  ")
    return lines
