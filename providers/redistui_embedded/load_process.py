"""Starting and ending the process of a demo pair's sample load."""

import os
import subprocess
import sys
from pathlib import Path

import redistui
from redistui.model.errors import ProviderError, ProviderErrorKind

from . import load, process
from .layout import PairFolder

LOAD_START_LIMIT_SECONDS = 20.0
LOAD_GRACE_SECONDS = 2.0


def start(folder: PairFolder) -> None:
    """Does nothing where one runs already."""
    sources = dict.fromkeys(str(Path(package).parents[1]) for package in (__file__, str(redistui.__file__)))
    try:
        answer = subprocess.run(
            [sys.executable, "-P", "-m", load.__name__, str(folder.path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LOAD_START_LIMIT_SECONDS,
            env=process.environment() | {"PYTHONPATH": os.pathsep.join(sources)},
            cwd=folder.path,
            umask=0o077,
            start_new_session=True,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ProviderError(
            ProviderErrorKind.UNKNOWN, f"the sample load of {folder.name} did not start: {error}"
        ) from None
    if answer.returncode:
        said = (answer.stdout.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
        raise ProviderError(
            ProviderErrorKind.UNKNOWN,
            f"the sample load of {folder.name} did not start: {said}",
            hint=f"its log: {folder.path / 'load.log'}",
        )


def end(folder: PairFolder) -> None:
    def is_load(pid: int) -> bool:
        command = process.command_line(pid)
        return load.__name__ in command and str(folder.path) in command

    try:
        pid = int(load.pid_file(folder).read_text())
    except (OSError, ValueError):
        return
    process.end(pid, is_load, LOAD_GRACE_SECONDS)
