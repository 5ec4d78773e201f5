"""The generated parts of README.md, from the registries that the product itself uses. `make readme` writes them."""

import re
import sys
import tomllib
from collections.abc import Callable, Iterable

from redistui.cli.catalogue import COMMANDS
from redistui.config import tables
from redistui.model.fields import Field
from redistui.model.metric import Unit
from redistui.model.metrics import METRICS
from redistui.model.rule_text import default_rules
from redistui.model.rules import Rule
from redistui.model.units import duration
from redistui.present.actions import ACTIONS, Scope, key_words
from redistui.provider import registry

from .checkout import ROOT

README = ROOT / "README.md"
BLOCK = re.compile(r"(<!-- generated: (?P<name>[\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
SCOPES = {
    Scope.ANYWHERE: "everywhere",
    Scope.FLEET: "on the fleet",
    Scope.PAIR: "on a pair",
    Scope.PLAN: "on a plan",
    Scope.OPERATION: "on an operation",
    Scope.OPERATIONS: "on the operations",
}


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(headings)
    lines = [columns, ["---"] * len(columns), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def keys() -> str:
    rows = (
        (
            " ".join(_code(word) for word in key_words(action.key)),
            SCOPES[action.scope],
            action.help,
            _code(f":{action.command}") if action.command else "",
            _code(action.id),
        )
        for scope in (Scope.FLEET, Scope.PAIR, Scope.ANYWHERE, Scope.PLAN, Scope.OPERATION, Scope.OPERATIONS)
        for action in ACTIONS
        if action.scope is scope
    )
    return _table(("Key", "Where", "What it does", "Command", "Name for `[keys]`"), rows)


def commands() -> str:
    rows = ((_code(f"redistui {name}"), text) for name, text in COMMANDS.items())
    return _table(("Command", "What it does"), (("`redistui`", "Open the console."), *rows))


def rules() -> str:
    rows = (
        (_code(rule.name), rule.severity.value, _code(rule.metric), _condition(rule)) for rule in default_rules().rules
    )
    return _table(("Rule", "Severity", "Metric", "Fires when"), rows)


def _condition(rule: Rule) -> str:
    where = "" if rule.applies_to.value == "all" else f", on a {rule.applies_to.value}"
    lasting = f" for {duration(rule.for_seconds)}" if rule.for_seconds else ""
    off = "" if rule.enabled else " (off by default)"
    compared = "is" if rule.unit is Unit.FLAG else rule.operator.value
    return f"{compared} {rule.unit.text(rule.threshold)}{lasting}{where}{off}"


def metrics() -> str:
    rows = ((_code(m.name), m.subject.value, m.unit.value, m.title) for m in METRICS.values())
    return _table(("Metric", "Of each", "Unit", "What it is"), rows)


def _fields(fields: Iterable[Field], above: str = "") -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for field in fields:
        default = (
            ""
            if field.default is None
            else str(field.default).lower()
            if field.default in (True, False)
            else str(field.default)
        )
        needed = "required" if field.required else _code(default)
        rows.append((_code(above + field.name), field.type.value, needed, field.help))
        if field.fields:
            rows += _fields(field.fields, f"{above}{field.name}{'[]' if field.type.value == 'tables' else ''}.")
    return rows


def _settings(fields: Iterable[Field]) -> str:
    return _table(("Key", "Type", "Default", "What it is"), _fields(fields))


def environments() -> str:
    return _settings(tables.ENVIRONMENT_FIELDS)


def console() -> str:
    return _settings(tables.CONSOLE_FIELDS)


def static() -> str:
    return _settings(registry.load("static").settings_fields)


def aws() -> str:
    return _settings(registry.load("aws").settings_fields)


def docker() -> str:
    return _settings(registry.load("docker").settings_fields)


def embedded() -> str:
    return _settings(registry.load("embedded").settings_fields)


def themes() -> str:
    rows = []
    for path in sorted((ROOT / "themes").glob("*.toml")):
        first = path.read_text().splitlines()[0]
        theme = tomllib.loads(path.read_text())
        rows.append(
            (_code(str(theme["name"])), "dark" if theme.get("dark", True) else "light", first.lstrip("# ").rstrip("."))
        )
    return _table(("Theme", "Ground", "Made for"), rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "keys": keys,
    "commands": commands,
    "rules": rules,
    "metrics": metrics,
    "environments": environments,
    "console": console,
    "static": static,
    "aws": aws,
    "docker": docker,
    "embedded": embedded,
    "themes": themes,
}


def current(text: str) -> str:
    """README.md with every generated part made anew."""
    return BLOCK.sub(lambda block: f"{block[1]}{BLOCKS[block['name']]()}{block[3]}", text)


def main() -> int:
    text = README.read_text()
    README.write_text(current(text))
    print("README.md was current" if README.read_text() == text else "README.md has changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
