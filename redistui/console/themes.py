"""Which themes there are, which one is worn, and remembering it."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.theme import Theme

from redistui.config.themes import ThemeDefinition, load_themes, theme_names

if TYPE_CHECKING:
    from textual.app import App

DEFAULT = "redistui-dark"
FEW_COLOURS = "ansi-16"
_FILE = "theme.json"


class Wardrobe:
    """Registers themes with the app: one at the start, all of them when asked to choose."""

    def __init__(self, app: "App[Any]", configured: str | None, folder: Path | None, *, few_colours: bool) -> None:
        self._app = app
        self._configured = configured
        self._folder = folder
        self._default = FEW_COLOURS if few_colours else DEFAULT
        self.problems: tuple[str, ...] = ()

    def dress(self) -> None:
        """Wear the theme that was chosen last, or is configured, or fits the terminal."""
        definitions, self.problems = load_themes()
        for definition in definitions:
            self._app.register_theme(_theme(definition))
        known = self._app.available_themes
        wanted = self._remembered() or self._configured or self._default
        if wanted not in known:
            self.problems = (*self.problems, f"There is no theme {wanted}; t shows those there are.")
        self._app.theme = next((name for name in (wanted, self._default) if name in known), self._app.theme)

    def names(self) -> list[str]:
        return list(theme_names())

    def keep(self, name: str) -> None:
        """For the next start. A folder that cannot be written only costs the memory."""
        if self._folder is None:
            return
        path = self._folder / _FILE
        fresh = path.with_suffix(".new")
        try:
            fresh.write_text(json.dumps({"chosen": name, "configured": self._configured}), encoding="utf-8")
            fresh.replace(path)
        except OSError as error:
            self._app.notify(
                f"{path}: {error.strerror}", title="The theme is not remembered", severity="warning", markup=False
            )

    def _remembered(self) -> str | None:
        """What was chosen, unless the configuration says something else since."""
        if self._folder is None:
            return None
        try:
            kept = json.loads((self._folder / _FILE).read_bytes())
            chosen, configured = kept["chosen"], kept["configured"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return chosen if isinstance(chosen, str) and configured == self._configured else None


def _theme(definition: ThemeDefinition) -> Theme:
    return Theme(**asdict(definition))


def has_few_colours() -> bool:
    """Whether the terminal says that it has 16 colours or fewer."""
    if os.environ.get("COLORTERM", "").casefold() in {"truecolor", "24bit"}:
        return False
    terminal = os.environ.get("TERM", "")
    return "256color" not in terminal and not terminal.startswith(("xterm-kitty", "alacritty", "foot", "wezterm"))
