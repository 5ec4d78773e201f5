"""Who asks for a change, and from where: also behind sudo and ssh."""

import getpass
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_NO_LOGIN_UID = 2**32 - 1  # (uid_t) -1: the process descends from no login (proc(5))


@dataclass(frozen=True, slots=True)
class Operator:
    """`user` runs the process, `login` logged in (they differ under sudo), `origin` is the address ssh came from."""

    user: str
    login: str
    host: str
    origin: str = ""

    def __str__(self) -> str:
        who = self.user if self.user == self.login else f"{self.login} as {self.user}"
        return f"{who} on {self.host}" + (f" from {self.origin}" if self.origin else "")


def current(
    environment: Mapping[str, str] = os.environ, login_uid_file: Path = Path("/proc/self/loginuid")
) -> Operator:
    user = _user_name(os.geteuid()) or getpass.getuser()
    login = environment.get("SUDO_USER") or _login_user(login_uid_file) or user
    return Operator(user, login, socket.gethostname(), environment.get("SSH_CONNECTION", "").partition(" ")[0])


def _login_user(path: Path) -> str:
    """The login uid survives su and sudo; it is kept by the kernel where auditing is on."""
    try:
        uid = int(path.read_text())
    except (OSError, ValueError):
        return ""
    return "" if uid == _NO_LOGIN_UID else _user_name(uid)


def _user_name(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return ""
