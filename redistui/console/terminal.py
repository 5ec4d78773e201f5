"""What the terminal can bear, and what Textual must be told about it before it is imported."""

import os
from collections.abc import Mapping, MutableMapping
from enum import StrEnum


class Profile(StrEnum):
    LOCAL = "local"
    REMOTE = "remote"  # over ssh: no mouse reports, no animations
    LOW_BANDWIDTH = "low-bandwidth"  # asked for: sixteen colours and rare drawing, too


# Textual reads these when it is imported.
_TEXTUAL: dict[Profile, dict[str, str]] = {
    Profile.LOCAL: {},
    Profile.REMOTE: {"TEXTUAL_FPS": "10", "TEXTUAL_ANIMATIONS": "none"},
    Profile.LOW_BANDWIDTH: {"TEXTUAL_FPS": "5", "TEXTUAL_ANIMATIONS": "none"},
}


def profile(low_bandwidth: bool | None, environment: Mapping[str, str]) -> Profile:
    """What was asked for counts; where nothing was, ssh makes it remote."""
    if low_bandwidth:
        return Profile.LOW_BANDWIDTH
    if low_bandwidth is None and ("SSH_CONNECTION" in environment or "SSH_TTY" in environment):
        return Profile.REMOTE
    return Profile.LOCAL


def prepare(chosen: Profile, environment: MutableMapping[str, str] = os.environ) -> None:
    for name, value in _TEXTUAL[chosen].items():
        environment.setdefault(name, value)
