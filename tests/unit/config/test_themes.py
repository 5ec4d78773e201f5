"""Every shipped theme can be read by everyone who chooses it; a broken theme of one's own harms no other."""

import asyncio
import dataclasses
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.color import Color
from textual.theme import Theme
from textual.widgets import Button, DataTable, Footer, Header, Input, Static

from redistui.config.load import load
from redistui.config.themes import ThemeDefinition, load_themes, theme_names
from redistui.model.errors import ConfigurationError

LEAST_CONTRAST = 4.5
THEMES, PROBLEMS = load_themes()
COLOURED = [theme for theme in THEMES if not theme.ansi]
WORDS = [
    "foreground", "foreground-muted", "text", "text-muted", "primary", "secondary", "success", "warning", "error",
    "accent", "text-primary", "text-success", "text-warning", "text-error", "text-accent",
]  # fmt: skip
GROUNDS = ["background", "surface", "panel", "block-cursor-background"]
ON_THEIR_OWN_GROUND = [
    ("block-cursor-foreground", "block-cursor-background"),
    ("block-cursor-blurred-foreground", "block-cursor-blurred-background"),
    ("footer-key-foreground", "footer-background"),
    ("footer-description-foreground", "footer-background"),
    ("input-selection-foreground", "input-selection-background"),
    *(("button-color-foreground", ground) for ground in ("primary", "success", "warning", "error")),
]


def luminance(colour: Color) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [channel / 255 for channel in (colour.r, colour.g, colour.b)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colours: dict[str, str], word: str, ground: str) -> float:
    """Contrast as drawn: transparent colours laid over what is under them, `auto` chosen by the background."""
    under = Color.parse(colours["background"]) + Color.parse(colours[ground])
    written = colours[word]
    if written.startswith("auto"):
        drawn = under + under.get_contrast_text(float(written.removeprefix("auto").strip(" %")) / 100)
    else:
        drawn = under + Color.parse(written)
    darker, lighter = sorted((luminance(under), luminance(drawn)))
    return (lighter + 0.05) / (darker + 0.05)


def textual_theme(definition: ThemeDefinition) -> Theme:
    return Theme(**dataclasses.asdict(definition))


def test_the_measure_is_that_of_wcag() -> None:
    colours = {"background": "#ffffff", "grey": "#767676", "black": "#000000"}
    assert contrast(colours, "black", "background") == pytest.approx(21)
    assert contrast(colours, "grey", "background") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", COLOURED, ids=lambda theme: theme.name)
def test_text_can_be_read(theme: ThemeDefinition) -> None:
    colours = textual_theme(theme).to_color_system().generate()
    pairs = [(word, ground) for word in WORDS for ground in GROUNDS] + ON_THEIR_OWN_GROUND
    measured = {(word, ground): round(contrast(colours, word, ground), 2) for word, ground in pairs}
    assert {pair: ratio for pair, ratio in measured.items() if ratio < LEAST_CONTRAST} == {}


def test_the_high_contrast_theme_reaches_the_stricter_grade() -> None:
    theme = next(theme for theme in THEMES if theme.name == "high-contrast")
    colours = textual_theme(theme).to_color_system().generate()
    assert min(contrast(colours, word, ground) for word in WORDS for ground in GROUNDS) >= 7


def test_what_is_shipped() -> None:
    assert PROBLEMS == ()
    needed = {"redistui-dark", "redistui-light", "high-contrast", "colour-blind", "ansi-16", "mono"}
    assert needed < {theme.name for theme in THEMES}
    assert len(THEMES) >= 7
    assert [theme.name for theme in THEMES if theme.ansi] == ["ansi-16"]
    assert any(not theme.dark for theme in THEMES)


def test_colour_blind_states_differ_beyond_red_and_green() -> None:
    theme = next(theme for theme in THEMES if theme.name == "colour-blind")
    success, warning, error = (Color.parse(colour or "") for colour in (theme.success, theme.warning, theme.error))
    # Blue is the channel that red-green blindness leaves intact; luminance tells warning from error.
    assert success.b - max(warning.b, error.b) > 100
    assert abs(luminance(warning) - luminance(error)) > 0.2


class Everything(App[None]):
    def compose(self) -> ComposeResult:
        yield Header()
        yield Static("[$error]✖ down[/] [$success]● ok[/] [$text-muted]12 s[/]")
        yield DataTable()
        yield Input("text")
        yield Button("Promote", variant="error")
        yield Footer()


async def test_textual_takes_every_theme() -> None:
    app = Everything()
    async with app.run_test() as pilot:
        for theme in THEMES:
            app.register_theme(textual_theme(theme))
            app.theme = theme.name
            await asyncio.wait_for(pilot.pause(), 5)
            assert app.native_ansi_color is theme.ansi
            assert "✖" in app.export_screenshot()


@pytest.fixture
def user_themes(tmp_path: Path) -> Path:
    folder = tmp_path / "home/.config/redistui/themes"
    folder.mkdir(parents=True)
    return folder


def test_a_theme_of_ones_own_is_added_or_replaces(user_themes: Path) -> None:
    (user_themes / "dusk.toml").write_text('name = "dusk"\nprimary = "#abc"\n')
    (user_themes / "mono.toml").write_text('name = "mono"\nprimary = "#010203"\nansi = true\n')
    themes, problems = load_themes()
    by_name = {theme.name: theme for theme in themes}
    assert problems == ()
    assert by_name["dusk"].primary == "#abc"
    assert by_name["mono"].primary == "#010203"
    assert by_name["mono"].variables["ansi-background"] == "ansi_default"
    assert "dusk" in theme_names()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('name = "mono"\nprimary = "blueish"', "line 2: primary must be a colour such as #5fafff or ansi_blue"),
        ('name = "mono"\nprimry = "#fff"', "line 2: primry is not known; did you mean primary?"),
        ('name = "other"\nprimary = "#fff"', "line 1: name must be mono, as the file is called"),
        ('name = "mono"\nprimary = "#fff"\ntext_alpha = 2', "line 3: text_alpha must be at most 1, not 2"),
        ('name = "mono"\nprimary = "#fff"\n[variables]\nborder = "x"', "line 4: variables.border must be a colour"),
        (
            'name = "mono"\nprimary = "#fff"\n[variables]\nlink-style = "#fff"',
            'line 4: variables.link-style must be a style such as "bold", "reverse" or "none"',
        ),
        ("name = ", "line 1: not valid TOML"),
    ],
)
def test_a_broken_theme_is_told_and_the_others_load(user_themes: Path, text: str, problem: str) -> None:
    (user_themes / "mono.toml").write_text(text)
    themes, problems = load_themes()
    assert themes == THEMES
    assert problem in problems[0]


def test_a_theme_in_the_configuration_may_be_ones_own(user_themes: Path) -> None:
    (user_themes / "dusk.toml").write_text('name = "dusk"\nprimary = "#abc"\n')
    path = user_themes.parent / "config.toml"
    path.write_text('[console]\ntheme = "dusk"\n')
    path.chmod(0o600)
    assert load().console.theme == "dusk"
    path.write_text('[console]\ntheme = "dus"\n')
    with pytest.raises(ConfigurationError, match=r"line 2: console\.theme names no theme; did you mean dusk\?"):
        load()
