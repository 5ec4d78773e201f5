"""Whether a runner outlives the login: logind may be set to end every process of a user at logout.

KillUserProcesses= and KillExcludeUsers= of logind.conf(5); a scope of the user's own manager survives where the user
lingers (loginctl(1), systemd-run(1)).
"""

import os
import shlex
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

_LIMIT_SECONDS = 2.0
_SCOPE = ("systemd-run", "--user", "--scope", "--quiet", "--collect", "--")


@dataclass(frozen=True, slots=True)
class Survival:
    """`prefix` stands before the runner's command; `warning` says what would end it, empty where nothing would."""

    prefix: tuple[str, ...] = ()
    warning: str = ""


def _ask_logind(name: str) -> str:
    """A property of logind as busctl prints it (`b true`); empty where it cannot be asked."""
    manager = ("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager")
    try:
        answer = subprocess.run(
            ["busctl", "get-property", *manager, name],  # noqa: S607  wherever the system has it
            capture_output=True,
            text=True,
            timeout=_LIMIT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()


def survival(
    user: str,
    environment: Mapping[str, str] = os.environ,
    ask: Callable[[str], str] = _ask_logind,
    system: Path = Path("/"),
) -> Survival:
    """Outside a login session (a service, cron, a container) there is no logout to fear."""
    if "XDG_SESSION_ID" not in environment or not (system / "run/systemd/system").is_dir():
        return Survival()
    if ask("KillUserProcesses") != "b true" or user in shlex.split(ask("KillExcludeUsers"))[2:]:
        return Survival()
    if not (system / "var/lib/systemd/linger" / user).exists():
        return Survival(
            warning=f"logind ends all that {user} runs at logout: loginctl enable-linger {user} prevents it"
        )
    if "XDG_RUNTIME_DIR" not in environment:
        return Survival(
            warning=f"the manager of {user} cannot be reached (no XDG_RUNTIME_DIR): log in without su or sudo"
        )
    return Survival(prefix=_SCOPE)
