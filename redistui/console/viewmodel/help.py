"""The help screen in lines, out of the action registry."""

from collections.abc import Mapping

from redistui.present.actions import ACTIONS, COMMAND_ALIASES, Action, Scope, key_words
from redistui.present.words import ROLE_GLYPHS, SEVERITY_GLYPHS, SEVERITY_WORDS, STATUS_GLYPHS, STATUS_WORDS

from .line import SEVERITY_TONES, STATUS_TONES, Line, Span, Tone, line, wrapped

_SCOPE_TITLES = {
    Scope.ANYWHERE: "Anywhere",
    Scope.FLEET: "On the fleet",
    Scope.LIST: "In every list",
    Scope.PAIR: "On a pair",
    Scope.PLAN: "On a plan",
    Scope.OPERATION: "On an operation",
    Scope.OPERATIONS: "On the operations",
}
_FILTERS = (
    ("orders eu", "both words occur in name, place, address or finding"),
    ("env:prod", "the environment's name begins with prod"),
    ("provider:k8s", "the connection's name or type begins with k8s"),
    ("status:down", "ok, warn, down, unknown, or problem: all but ok"),
)


def help_lines(first: Scope, remapped: Mapping[str, str], width: int) -> list[Line]:
    """The scope from which help was called comes first."""
    lines: list[Line] = []
    for scope in sorted(_SCOPE_TITLES, key=lambda scope: scope is not first):
        lines += [line(), line(Span(f" {_SCOPE_TITLES[scope]}", Tone.STRONG))]
        for action in ACTIONS:
            if action.scope is scope and action.key:
                lines += _key_line(action, remapped, width)
    lines += [line(), line(Span(" Commands, after :", Tone.STRONG))]
    for action in ACTIONS:
        if action.command:
            lines.append(_told(action.command, action.help))
    aliases = ", ".join(f"{alias} = {name}" for alias, name in COMMAND_ALIASES.items())
    lines += wrapped([Span(f"   Also: {aliases}. Tab completes.", Tone.DIM)], width - 1, indent=9)
    lines += [line(), line(Span(" Filters, after /", Tone.STRONG)), *(_told(*one) for one in _FILTERS)]
    return [*lines, *_legend()]


def _key_line(action: Action, remapped: Mapping[str, str], width: int) -> list[Line]:
    keys = " ".join(key_words(remapped.get(action.id, action.key)))
    told = [Span(f"   {keys:<12}", Tone.ACCENT), Span(f" {action.help}")]
    if action.id in remapped:
        told.append(Span(" (remapped)", Tone.DIM))
    if width >= 100:
        told.append(Span(f"  [{action.id}]", Tone.DIM))
    return [line(*told)]


def _told(what: str, does: str) -> Line:
    return line(Span(f"   {what:<20}", Tone.ACCENT), Span(f" {does}"))


def _legend() -> list[Line]:
    states = [Span(f"  {STATUS_GLYPHS[status]} {word}", STATUS_TONES[status]) for status, word in STATUS_WORDS.items()]
    findings = [
        Span(f"  {SEVERITY_GLYPHS[severity]} {word}", SEVERITY_TONES[severity])
        for severity, word in SEVERITY_WORDS.items()
    ]
    roles = [Span(f"  {glyph} {role.value}") for role, glyph in ROLE_GLYPHS.items()]
    return [
        line(),
        line(Span(" Signs", Tone.STRONG)),
        line(" ", *states),
        line(" ", *findings),
        line(" ", *roles),
        line(),
        line(Span("   Keys are changed in [keys] of the configuration, by the names in brackets: ", Tone.DIM)),
        line(Span('   "fleet.sort" = "z"', Tone.DIM)),
    ]
