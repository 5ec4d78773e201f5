"""Rules as they are written in TOML: read, checked, and answered with what was expected and the nearest known name."""

import string
import tomllib
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from .facts import NodeFacts, PairFacts
from .metric import Metric, Unit
from .metrics import METRICS
from .rules import AppliesTo, Operator, RuleOverride, RuleProblem, RuleSet
from .snapshot import Severity
from .units import parse_duration

PLACEHOLDERS = frozenset(
    {
        "node",
        "id",
        "role",
        "pair",
        "upstream",
        "value",
        "threshold",
        "for",
        "detail",
        "since",
        "metric",
        "logs",
        "way_out",
    }
)
AnyMetric = Metric[NodeFacts] | Metric[PairFacts]
T = TypeVar("T")


@cache
def default_rules() -> RuleSet:
    text = Path(__file__).with_name("rules.toml").read_text(encoding="utf-8")
    return RuleSet(()).overridden({name: read_override(name, table) for name, table in tomllib.loads(text).items()})


def read_override(name: str, table: object, known: RuleSet | None = None) -> RuleOverride:
    """One table of rules.toml or of the configuration. `known` gives the metric of a rule that is only changed."""
    if not isinstance(table, Mapping):
        raise RuleProblem(name, "", "a table such as { threshold = 0.9, for = '10m' }")
    metric: AnyMetric | None
    if "metric" in table:
        metric = _named(name, "metric", table["metric"], METRICS)
    else:
        rule = None if known is None else known.named(name)
        metric = None if rule is None else METRICS[rule.metric]
    stated: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _READERS:
            nearest = get_close_matches(str(key), _READERS, n=1)
            raise RuleProblem(name, str(key), f"one of {', '.join(_READERS)}", nearest[0] if nearest else None)
        stated[_FIELDS.get(str(key), str(key))] = _READERS[key](name, str(key), value, metric)
    return RuleOverride(**stated)


def _named(rule: str, key: str, value: object, known: Mapping[str, T]) -> T:
    if isinstance(value, str) and value in known:
        return known[value]
    nearest = get_close_matches(str(value), known, n=1)
    raise RuleProblem(rule, key, f"one of {', '.join(known)}", nearest[0] if nearest else None)


def _read_metric(rule: str, key: str, value: object, metric: AnyMetric | None) -> str:
    return _named(rule, key, value, METRICS).name


def _read_choice(kind: type[StrEnum]) -> Callable[[str, str, object, AnyMetric | None], StrEnum]:
    def read(rule: str, key: str, value: object, metric: AnyMetric | None) -> StrEnum:
        return _named(rule, key, value, {member.value: member for member in kind})

    return read


def _read_threshold(rule: str, key: str, value: object, metric: AnyMetric | None) -> float:
    if metric is None:
        raise RuleProblem(rule, "metric", f"one of {', '.join(METRICS)}")
    try:
        return metric.unit.parse(value)
    except ValueError:
        raise RuleProblem(rule, key, metric.unit.expected) from None


def _read_duration(rule: str, key: str, value: object, metric: AnyMetric | None) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise RuleProblem(rule, key, Unit.SECONDS.expected)
    try:
        return parse_duration(str(value))
    except ValueError:
        raise RuleProblem(rule, key, Unit.SECONDS.expected) from None


def _read_template(rule: str, key: str, value: object, metric: AnyMetric | None) -> str:
    if not isinstance(value, str):
        raise RuleProblem(rule, key, "text")
    try:
        used = {name for _, name, _, _ in string.Formatter().parse(value) if name is not None}
    except ValueError:
        raise RuleProblem(rule, key, "text in which { and } stand doubled") from None
    for name in sorted(used - PLACEHOLDERS):
        nearest = get_close_matches(name, PLACEHOLDERS, n=1)
        known = ", ".join(sorted(PLACEHOLDERS))
        raise RuleProblem(rule, key, f"placeholders among {known}, not {{{name}}}", nearest[0] if nearest else None)
    return value


def _read_flag(rule: str, key: str, value: object, metric: AnyMetric | None) -> bool:
    if not isinstance(value, bool):
        raise RuleProblem(rule, key, "true or false")
    return value


_FIELDS = {"for": "for_seconds"}
_READERS: Mapping[str, Callable[..., object]] = {
    "metric": _read_metric,
    "operator": _read_choice(Operator),
    "threshold": _read_threshold,
    "for": _read_duration,
    "severity": _read_choice(Severity),
    "applies_to": _read_choice(AppliesTo),
    "message": _read_template,
    "hint": _read_template,
    "enabled": _read_flag,
}
