"""The rule set: what is a finding, from which threshold, after how long. Defaults are in rules.toml."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from .metric import Subject, Unit
from .metrics import METRICS
from .snapshot import Severity


class Operator(StrEnum):
    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="
    EQUAL = "=="
    NOT_EQUAL = "!="

    @property
    def holds(self) -> Callable[[float, float], bool]:
        return _COMPARISONS[self]


_COMPARISONS: Mapping[Operator, Callable[[float, float], bool]] = {
    Operator.ABOVE: operator.gt,
    Operator.AT_LEAST: operator.ge,
    Operator.BELOW: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.EQUAL: operator.eq,
    Operator.NOT_EQUAL: operator.ne,
}


class AppliesTo(StrEnum):
    """Which nodes a rule looks at, by the role that Redis reported last, else by the configured one."""

    PRIMARY = "primary"
    REPLICA = "replica"
    ALL = "all"


class RuleProblem(ValueError):
    """A rule cannot be read: which key of it, what was expected, and the nearest known name."""

    def __init__(self, rule: str, key: str, expected: str, nearest: str | None = None) -> None:
        at = f"{rule}.{key}" if key else rule
        super().__init__(f"{at}: expected {expected}" + (f"; did you mean {nearest!r}?" if nearest else ""))
        self.rule = rule
        self.key = key
        self.expected = expected
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Rule:
    """Fires when the metric has compared to the threshold for `for_seconds`. Placeholders: rule_text.py."""

    name: str
    metric: str
    operator: Operator
    threshold: float
    severity: Severity
    for_seconds: float = 0.0
    applies_to: AppliesTo = AppliesTo.ALL
    message: str = "{node}: {metric} is {value}{since}"
    hint: str = ""
    enabled: bool = True

    @property
    def subject(self) -> Subject:
        return METRICS[self.metric].subject

    @property
    def unit(self) -> Unit:
        return METRICS[self.metric].unit


@dataclass(frozen=True, slots=True)
class RuleOverride:
    """What the configuration says of one rule. None keeps the default. The fields are those of Rule."""

    metric: str | None = None
    operator: Operator | None = None
    threshold: float | None = None
    severity: Severity | None = None
    for_seconds: float | None = None
    applies_to: AppliesTo | None = None
    message: str | None = None
    hint: str | None = None
    enabled: bool | None = None

    def over(self, other: "RuleOverride") -> "RuleOverride":
        """This one where it says something, else the other."""
        return replace(other, **self.stated())

    def stated(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules in the order in which findings of one severity are told."""

    rules: tuple[Rule, ...]

    def named(self, name: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.name == name), None)

    def overridden(self, overrides: Mapping[str, RuleOverride]) -> "RuleSet":
        """Known names are changed; an unknown name is a new rule, which must say what it watches."""
        rules = {rule.name: rule for rule in self.rules}
        for name, override in overrides.items():
            rules[name] = replace(rules[name], **override.stated()) if name in rules else self._new(name, override)
        return RuleSet(tuple(rules.values()))

    def _new(self, name: str, override: RuleOverride) -> Rule:
        stated = override.stated()
        missing = [key for key in ("metric", "operator", "threshold", "severity") if key not in stated]
        if missing:
            nearest = get_close_matches(name, [rule.name for rule in self.rules], n=1)
            wanted = "a known rule, or metric, operator, threshold and severity of a new one"
            raise RuleProblem(name, missing[0], wanted, nearest[0] if nearest else None)
        return Rule(name, **stated)
