"""Alert rules: the defaults, changed by `[alerts.rules.NAME]`, changed by `[environments.ENV.rules.NAME]`."""

from collections.abc import Mapping

from redistui.model.check import FieldCheck
from redistui.model.problems import KeyPath, Problem, kind, nearest, unknown
from redistui.model.rule_text import default_rules, read_override
from redistui.model.rules import RuleOverride, RuleProblem, RuleSet

from .settings import Configuration

_KEYS = tuple("for" if name == "for_seconds" else name for name in RuleOverride.__dataclass_fields__)


def rules_for(configuration: Configuration, environment: str) -> RuleSet:
    """What is watched in one environment; "" is that of connections without one."""
    everywhere = default_rules().overridden(configuration.alerts.rules)
    return everywhere.overridden(configuration.environment(environment).rules)


def read_rules(
    check: FieldCheck, value: object, path: KeyPath, below: Mapping[str, RuleOverride] | None = None
) -> dict[str, RuleOverride]:
    """The tables of rules at `path`, over those of `below`; what is wrong is in `check.problems`."""
    if not isinstance(value, dict):
        check.problems.append(Problem(path, f"must be a table, not {kind(value)}"))
        return {}
    known = default_rules().overridden(below or {}) if value else RuleSet(())
    overrides: dict[str, RuleOverride] = {}
    for name, table in value.items():
        if not isinstance(table, dict):
            check.problems.append(Problem((*path, name), f"must be a table, not {kind(table)}"))
            continue
        problems = _problems(name, table, (*path, name), known)
        if problems:
            check.problems += problems
        else:
            overrides[name] = read_override(name, table, known)
    return overrides


def _problems(name: str, table: dict[str, object], path: KeyPath, known: RuleSet) -> list[Problem]:
    names = [rule.name for rule in known.rules]
    if name not in names and "metric" not in table:
        meant = nearest(name, names)
        suggestion = f"; did you mean {meant}?" if meant else ""
        return [Problem(path, f"is no known rule{suggestion or ', and a new one needs a metric'}")]
    metric = {"metric": table["metric"]} if "metric" in table else {}
    found: dict[KeyPath, Problem] = {}
    for key, value in table.items():
        if key not in _KEYS:
            found[(*path, key)] = unknown((*path, key), key, _KEYS)
            continue
        try:
            read_override(name, metric | {key: value}, known)
        except RuleProblem as problem:
            at = (*path, problem.key)
            suggestion = f"; did you mean {problem.nearest}?" if problem.nearest else ""
            # The metric is read with every key: its problem is told once.
            found.setdefault(at, Problem(at, f"must be {problem.expected}{suggestion}"))
    if not found:
        try:
            known.overridden({name: read_override(name, table, known)})
        except RuleProblem as problem:
            found[path] = Problem(path, f"needs {problem.key}: a new rule has metric, operator, threshold and severity")
    return list(found.values())
