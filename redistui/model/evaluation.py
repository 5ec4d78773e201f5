"""Rules against facts: findings, what could not be judged, and the state that durations need. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from .facts import NodeFacts, PairFacts
from .metric import NOT_APPLICABLE, NOT_YET, Metric, Reading, Skip, Unit
from .metrics import OF_NODES, OF_PAIRS
from .rules import AppliesTo, Rule, RuleSet
from .sentences import ONE_LOOK, finding, unknown_finding
from .snapshot import Finding, Severity
from .topology import Role

# A rule that needs duration ends only after this, so that a value on the edge of its threshold does not flicker.
_CLEAR_SECONDS = 3.0
# What is unknown for a moment, at a start or between two samples, is not worth a finding.
_UNKNOWN_SECONDS = 3.0
_GRAVITY = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}
UNKNOWN_RULE = "unknown"
_NUMBER = (float, int)
PENDING_SUFFIX = "; the rule needs {} of it, which one look cannot tell"

F = TypeVar("F", NodeFacts, PairFacts)
StateKey = tuple[str, str]
"""Rule and subject."""


@dataclass(frozen=True, slots=True)
class RuleState:
    """Since when a rule's condition has held, on the monotonic clock; `finding` once it has fired."""

    began: float
    finding: Finding | None = None
    cleared_at: float | None = None


States = Mapping[StateKey, RuleState]


@dataclass(frozen=True, slots=True)
class _Watch(Generic[F]):
    """A rule with all that its evaluation needs at hand: two thousand nodes are judged every second."""

    rule: Rule
    metric: Metric[F]
    read: Callable[[F], Reading]
    holds: Callable[[float, float], bool]
    threshold: float


@dataclass(frozen=True, slots=True)
class PreparedRules:
    """A rule set sorted by what it looks at. Prepared once, used for every look."""

    by_role: Mapping[Role, tuple[_Watch[NodeFacts], ...]]
    of_pair: tuple[_Watch[PairFacts], ...]
    order: Mapping[str, int]


def prepare(rule_set: RuleSet) -> PreparedRules:
    enabled = [rule for rule in rule_set.rules if rule.enabled]
    of_nodes = [_watch(rule, OF_NODES[rule.metric]) for rule in enabled if rule.metric in OF_NODES]
    by_role = {role: tuple(watch for watch in of_nodes if _applies(watch.rule, role)) for role in Role}
    of_pair = tuple(_watch(rule, OF_PAIRS[rule.metric]) for rule in enabled if rule.metric in OF_PAIRS)
    return PreparedRules(by_role, of_pair, {rule.name: number for number, rule in enumerate(enabled)})


def _watch(rule: Rule, metric: Metric[F]) -> _Watch[F]:
    return _Watch(rule, metric, metric.read, rule.operator.holds, rule.threshold)


def _applies(rule: Rule, role: Role) -> bool:
    if rule.applies_to is AppliesTo.ALL:
        return True
    if role is Role.UNKNOWN:  # a node whose role nobody told may be the primary
        return rule.applies_to is AppliesTo.PRIMARY
    return role.value == rule.applies_to.value


class _Evaluation:
    """One pass over one pair. Collects; changes nothing that was passed in."""

    def __init__(self, pair: PairFacts, previous: States, unobserved_seconds: float) -> None:
        self.pair = pair
        self.previous = previous
        self.unobserved_seconds = unobserved_seconds
        self.findings: list[Finding] = []
        self.fired: set[tuple[str, str]] = set()  # metric and subject
        self.pending: list[tuple[tuple[str, str], Finding]] = []
        self.states: dict[StateKey, RuleState] = {}
        self.unknown: dict[str, dict[str, list[str]]] = {}  # subject to reason to titles

    def judge(self, watches: tuple[_Watch[F], ...], facts: F, subject: str) -> None:
        for watch in watches:
            value = watch.read(facts)
            if isinstance(value, _NUMBER):
                if watch.holds(value, watch.threshold):
                    self._holding(watch.rule, watch.metric, facts, subject, value)
                elif self.previous:
                    self._not_holding(watch.rule, subject)
            elif value is not NOT_APPLICABLE:
                self._without_value(watch.rule, watch.metric, facts, subject, value)

    def _without_value(
        self,
        rule: Rule,
        metric: Metric[F],
        facts: F,
        subject: str,
        value: Skip | None,
    ) -> None:
        if value is NOT_YET and self.pair.one_look:
            self._note("", ONE_LOOK, metric.title)
        elif value is None:
            reason = "" if metric.unknown is None else metric.unknown(facts)
            self._note(subject, reason or "not reported by the server", metric.title)
            state = self.previous.get((rule.name, subject)) if self.previous else None
            if state is not None and state.finding is not None:  # comes back at once when it is known again
                self.states[rule.name, subject] = replace(state, cleared_at=None)

    def _note(self, subject: str, reason: str, title: str) -> None:
        titles = self.unknown.setdefault(subject, {}).setdefault(reason, [])
        if title not in titles:
            titles.append(title)

    def _holding(
        self,
        rule: Rule,
        metric: Metric[F],
        facts: F,
        subject: str,
        value: float,
    ) -> None:
        now = self.pair.moment.monotonic
        state = self.previous.get((rule.name, subject))
        if state is None:
            lasted = metric.lasted(facts) if metric.lasted is not None else None
            began = now - (lasted if lasted is not None and lasted > 0 else 0.0)
        else:
            began = state.began + (self.unobserved_seconds if state.finding is None else 0.0)
        fires = now - began >= rule.for_seconds or (state is not None and state.finding is not None)
        told = None
        if fires or self.pair.one_look:
            told = finding(rule, metric, facts, self.pair, value, began, subject)
            if fires:
                self.findings.append(told)
                self.fired.add((metric.name, subject))
            else:
                self.pending.append(((metric.name, subject), _pending(told, rule)))
        self.states[rule.name, subject] = RuleState(began, told if fires else None)

    def tell_pending(self) -> None:
        """What one look saw of rules that need time, unless another rule told the same of that subject."""
        self.findings += [told for observed, told in self.pending if observed not in self.fired]

    def _not_holding(self, rule: Rule, subject: str) -> None:
        state = self.previous.get((rule.name, subject))
        if state is None or state.finding is None or rule.unit is Unit.FLAG or not rule.for_seconds:
            return
        now = self.pair.moment.monotonic
        cleared_at = now if state.cleared_at is None else state.cleared_at
        if now - cleared_at < _CLEAR_SECONDS:
            self.findings.append(state.finding)
            self.states[rule.name, subject] = replace(state, cleared_at=cleared_at)

    def tell_unknown(self) -> None:
        now = self.pair.moment.monotonic
        for subject, reasons in self.unknown.items():
            state = self.previous.get((UNKNOWN_RULE, subject))
            began = now if state is None else state.began
            told = None
            if self.pair.one_look or now - began >= _UNKNOWN_SECONDS:
                told = unknown_finding(self.pair, subject, reasons, began)
                self.findings.append(told)
            self.states[UNKNOWN_RULE, subject] = RuleState(began, told)


def _pending(told: Finding, rule: Rule) -> Finding:
    suffix = PENDING_SUFFIX.format(Unit.SECONDS.text(rule.for_seconds))
    return replace(told, severity=Severity.INFO, message=told.message + suffix, hint=told.hint)


def evaluate(
    rules: PreparedRules, pair: PairFacts, previous: States, unobserved_seconds: float = 0.0
) -> tuple[tuple[Finding, ...], States]:
    """The findings, gravest first, and the states to pass in next time.

    `unobserved_seconds` is time in which nobody looked (the console was suspended): it counts for no duration.
    """
    evaluation = _Evaluation(pair, previous, unobserved_seconds)
    evaluation.judge(rules.of_pair, pair, "")
    for node in pair.nodes:
        evaluation.judge(rules.by_role[node.role], node, node.id)
    if evaluation.pending:
        evaluation.tell_pending()
    if evaluation.unknown:
        evaluation.tell_unknown()
    findings = evaluation.findings
    if len(findings) > 1:
        findings.sort(key=lambda told: (_GRAVITY[told.severity], rules.order.get(told.rule, 1000), told.subject))
    return tuple(findings), evaluation.states
