"""Findings in words: a rule's templates filled with what was observed."""

import time
from collections.abc import Mapping, Sequence
from typing import TypeVar

from .facts import NodeFacts, PairFacts
from .failures import way_out
from .metric import Metric, Unit
from .rules import Rule
from .snapshot import Finding, Severity
from .topology import NodeState, Role

_DAY = 86400.0
# A state that is seen for the first time began at some unknown moment before.
_SEEN_SECONDS = 1.5
ONE_LOOK = "one look cannot tell"
F = TypeVar("F", NodeFacts, PairFacts)


def clock_time(at: float, now: float) -> str:
    """`14:03:05`, with the date when it is not of the last 24 hours. UTC, as every time that redistui tells."""
    form = "%H:%M:%S" if abs(now - at) < _DAY else "%Y-%m-%d %H:%M"
    return time.strftime(form, time.gmtime(at))


def finding(
    rule: Rule, metric: Metric[F], facts: F, pair: PairFacts, value: float, began: float, subject: str
) -> Finding:
    since = pair.moment.wall_of(began)
    shown = pair.moment.monotonic - began >= _SEEN_SECONDS
    words = {
        "metric": metric.title,
        "value": metric.unit.text(value),
        "threshold": metric.unit.text(rule.threshold),
        "for": Unit.SECONDS.text(rule.for_seconds),
        "detail": metric.detail(facts) if metric.detail is not None else "",
        "since": f" since {clock_time(since, pair.moment.wall)}" if shown else "",
        "pair": str(pair.pair.key),
        **_node_words(facts, pair),
    }
    return Finding(rule.name, rule.severity, since, rule.message.format(**words), rule.hint.format(**words), subject)


def _node_words(facts: NodeFacts | PairFacts, pair: PairFacts) -> Mapping[str, str]:
    if isinstance(facts, PairFacts):
        first = facts.primary or (facts.nodes[0] if facts.nodes else None)
        return {
            "node": str(pair.pair.key),
            "id": "",
            "role": "pair",
            "upstream": "",
            "logs": "" if first is None else logs_hint(first, pair),
            "way_out": "",
        }
    upstream = facts.link.upstream_address if facts.link is not None else ""
    return {
        "node": str(facts),
        "id": facts.id,
        "role": "node" if facts.role is Role.UNKNOWN else facts.role.value,
        "upstream": str(facts.upstream) if facts.upstream is not None else upstream or "its upstream",
        "logs": logs_hint(facts, pair),
        "way_out": _way_out(facts, pair),
    }


def logs_hint(node: NodeFacts, pair: PairFacts) -> str:
    if pair.can_show_logs:
        return f"its log says more: redistui logs {pair.pair.key} {node.id}"
    return "its log on the server says more"


def _way_out(node: NodeFacts, pair: PairFacts) -> str:
    if node.stopped:
        if node.reading.node.state is NodeState.PAUSED:
            return "continue it where it runs"
        return "start it from the pair screen" if pair.can_start else f"start it where it runs; {logs_hint(node, pair)}"
    failure = node.reading.failure
    return "" if failure is None else way_out(failure)


def unknown_finding(pair: PairFacts, subject: str, reasons: Mapping[str, Sequence[str]], began: float) -> Finding:
    """One finding a node for everything that its rules could not judge."""
    node = next((node for node in pair.nodes if node.id == subject), None)
    name = str(node) if node is not None else str(pair.pair.key)
    since = pair.moment.wall_of(began)
    if node is not None and not node.answers:
        message = f"nothing else is known of {name} while it does not answer"
        return Finding("unknown", Severity.INFO, since, message, "", subject)
    judged_over_time = reasons.get(ONE_LOOK, ())
    if judged_over_time and len(reasons) == 1:
        message = f"{ONE_LOOK} of {name}: {_listed(judged_over_time)}"
        return Finding("unknown", Severity.INFO, since, message, f"redistui watch {pair.pair.key} can", subject)
    told = "; ".join(f"{_listed(titles)} ({reason})" for reason, titles in reasons.items())
    return Finding("unknown", Severity.INFO, since, f"unknown of {name}: {told}", "", subject)


def _listed(titles: Sequence[str]) -> str:
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"
