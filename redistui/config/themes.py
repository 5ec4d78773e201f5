"""Themes as plain data: those that are shipped, and the operator's own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redistui.model.check import FieldCheck
from redistui.model.errors import ConfigurationError
from redistui.model.fields import Field, FieldType
from redistui.model.problems import Problem, kind

from .folders import shipped_theme_folder, user_theme_folder
from .source import parse, read_source

_COLOURS = (
    "primary", "secondary", "warning", "error", "success", "accent", "foreground", "background", "surface", "panel",
    "boost",
)  # fmt: skip
_COLOUR = re.compile(
    r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})"
    r"|ansi_(?:default|(?:bright_)?(?:black|red|green|yellow|blue|magenta|cyan|white))",
    re.IGNORECASE,
)
_VARIABLE = re.compile(rf"(?:{_COLOUR.pattern}|auto|transparent|initial)(?: [0-9]{{1,3}}%)?", re.IGNORECASE)
_STYLE = re.compile(r"none|(?:(?:not )?(?:bold|b|dim|d|italic|i|underline|u|reverse|r|strike|s)(?: |$))+")
# Textual leaves these out of an ansi theme, and its own style sheet needs them.
_ANSI_VARIABLES = {"ansi-background": "ansi_default", "ansi-foreground": "ansi_default"}
_FIELDS = (
    Field("name", FieldType.TEXT, "the name of the file without .toml", required=True),
    *(Field(name, FieldType.TEXT, "a colour", required=name == "primary", example='"#5fafff"') for name in _COLOURS),
    Field("dark", FieldType.BOOLEAN, "light text on a dark background"),
    Field("ansi", FieldType.BOOLEAN, "the terminal's own 16 colours"),
    Field("luminosity_spread", FieldType.NUMBER, "how far shades of a colour are apart", minimum=0, maximum=1),
    Field("text_alpha", FieldType.NUMBER, "how strong text is", minimum=0, maximum=1),
)


@dataclass(frozen=True, slots=True)
class ThemeDefinition:
    """The fields of textual.theme.Theme, which is made by `Theme(**dataclasses.asdict(definition))`."""

    name: str
    primary: str
    secondary: str | None = None
    warning: str | None = None
    error: str | None = None
    success: str | None = None
    accent: str | None = None
    foreground: str | None = None
    background: str | None = None
    surface: str | None = None
    panel: str | None = None
    boost: str | None = None
    dark: bool = True
    luminosity_spread: float = 0.15
    text_alpha: float = 0.95
    variables: Mapping[str, str] = field(default_factory=dict)
    ansi: bool = False


def theme_names() -> tuple[str, ...]:
    """The names that can be chosen; a theme's name is that of its file."""
    return tuple(sorted({path.stem for path in _theme_files()}))


def load_themes() -> tuple[tuple[ThemeDefinition, ...], tuple[str, ...]]:
    """Every theme that can be used, and in words what is wrong with the others.

    A theme of the operator's replaces a shipped one of the same name, unless it is broken.
    """
    themes: dict[str, ThemeDefinition] = {}
    problems = []
    for path in _theme_files():
        try:
            themes[path.stem] = read_theme(path)
        except ConfigurationError as error:
            problems.append(error.message)
    return tuple(themes[name] for name in sorted(themes)), tuple(problems)


def read_theme(path: Path) -> ThemeDefinition:
    """Raises ConfigurationError with the line, the key and what was expected."""
    source = read_source(path, trusted=False)
    values = parse(source)
    variables = values.pop("variables", {})
    check = FieldCheck()
    checked: dict[str, Any] = check.table(_FIELDS, values, ())
    for name in _COLOURS:
        if name in checked and not _COLOUR.fullmatch(checked[name]):
            check.problems.append(Problem((name,), "must be a colour such as #5fafff or ansi_blue"))
    if checked.get("name", path.stem) != path.stem:
        check.problems.append(Problem(("name",), f"must be {path.stem}, as the file is called"))
    check.problems += _wrong_variables(variables)
    if check.problems:
        raise source.error(check.problems)
    assert isinstance(variables, dict)
    return ThemeDefinition(**checked, variables=(_ANSI_VARIABLES if checked.get("ansi") else {}) | variables)


def _wrong_variables(variables: object) -> list[Problem]:
    """A value that Textual cannot read would end the console when the theme is chosen."""
    if not isinstance(variables, dict):
        return [Problem(("variables",), f"must be a table, not {kind(variables)}")]
    problems = []
    for name, value in variables.items():
        pattern, expected = _VARIABLE, 'a colour such as "#5fafff", "ansi_blue" or "#5fafff 40%"'
        if name.endswith(("-style", "-style-hover")):
            pattern, expected = _STYLE, 'a style such as "bold", "reverse" or "none"'
        if not isinstance(value, str) or not pattern.fullmatch(value):
            problems.append(Problem(("variables", name), f"must be {expected}"))
    return problems


def _theme_files() -> list[Path]:
    """The shipped ones first."""
    return [path for folder in (shipped_theme_folder(), user_theme_folder()) for path in sorted(folder.glob("*.toml"))]
