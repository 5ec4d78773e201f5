"""The theme's colours for tones and looks. Component classes would say the same, at a tenth of the start."""

from collections.abc import Mapping

from rich.style import Style
from textual.color import Color

from redistui.console.viewmodel.line import Look, Tone

_TONES = {
    Tone.PLAIN: "foreground",
    Tone.DIM: "text-muted",
    Tone.STRONG: "foreground",
    Tone.GOOD: "text-success",
    Tone.WARN: "text-warning",
    Tone.BAD: "text-error",
    Tone.ACCENT: "text-accent",
    Tone.SERIES_1: "text-primary",
    Tone.SERIES_2: "text-warning",
    Tone.SERIES_3: "text-success",
    Tone.SERIES_4: "text-accent",
}
_BACKGROUNDS = {
    Look.PLAIN: "background",
    Look.SELECTED: "block-cursor-background",
    Look.HEADING: "panel",
    Look.BAR: "panel",
}
_BOLD = frozenset({Tone.STRONG, Tone.BAD})


def style_of(look: Look, tone: Tone, variables: Mapping[str, str]) -> Style:
    """On a selected line the selection's own colours are the only ones that are sure to be readable."""
    selected = look is Look.SELECTED
    base = Color.parse(variables["background"])
    background = _over(base, Color.parse(variables[_BACKGROUNDS[look]]))
    foreground = Color.parse(variables["block-cursor-foreground" if selected else _TONES[tone]])
    if foreground.auto:
        foreground = background.get_contrast_text(foreground.a)
    # Without a background of its own, as with the terminal's 16 colours, a heading is told by its line.
    underline = look is Look.HEADING and background == base
    return Style(
        color=_over(background, foreground).rich_color,
        bgcolor=background.rich_color,
        bold=selected or tone in _BOLD,
        underline=underline or None,
    )


def _over(below: Color, above: Color) -> Color:
    """The terminal's own colours cannot be mixed."""
    if above.a == 0:
        return below
    return above if above.ansi is not None or below.ansi is not None else below + above
