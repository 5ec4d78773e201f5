"""Where the configuration, the state and the themes are."""

import os
import stat
from pathlib import Path

from platformdirs import user_config_path, user_state_path

import redistui
from redistui.model.errors import ConfigurationError

from .files import OTHERS_MAY_WRITE

_NAME = "redistui"


def configuration_file() -> Path:
    """REDISTUI_CONFIG, else `config.toml` in the platform's config folder. It need not exist."""
    chosen = os.environ.get("REDISTUI_CONFIG")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return _absolute(user_config_path(_NAME, appauthor=False), "REDISTUI_CONFIG") / "config.toml"


def state_folder() -> Path:
    """REDISTUI_STATE, else the platform's state folder; made 0700 when missing.

    Refused when others could plant something in it: passwords and stored configurations of servers live there.
    """
    chosen = os.environ.get("REDISTUI_STATE")
    folder = (
        Path(chosen).expanduser().absolute()
        if chosen
        else _absolute(user_state_path(_NAME, appauthor=False), "REDISTUI_STATE")
    )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError as error:
        raise ConfigurationError(
            f"The state folder {folder} cannot be made: {error.strerror or error}",
            hint="Set REDISTUI_STATE to a folder that you may write.",
        ) from None
    if status.st_uid != os.geteuid():
        raise ConfigurationError(
            f"The state folder {folder} belongs to another user (uid {status.st_uid})",
            hint="Set REDISTUI_STATE to a folder of your own.",
        )
    if status.st_mode & OTHERS_MAY_WRITE:
        raise ConfigurationError(
            f"The state folder {folder} may be written by others (mode {stat.S_IMODE(status.st_mode):04o})",
            hint=f"Run: chmod 700 '{folder}'",
        )
    return folder


def user_theme_folder() -> Path:
    """`themes` beside the configuration file."""
    return configuration_file().parent / "themes"


def shipped_theme_folder() -> Path:
    """Inside the package in a wheel, at the top of the checkout in an editable install."""
    package = Path(redistui.__file__).parent
    installed = package / "themes"
    return installed if installed.is_dir() else package.parent / "themes"


def _absolute(folder: Path, variable: str) -> Path:
    if not folder.is_absolute():
        # Without HOME and without an entry in the user database, `~` stays as it is.
        raise ConfigurationError("This user has no home folder", hint=f"Set HOME or {variable}.")
    return folder
