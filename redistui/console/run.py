"""Opens the console on a workspace. Imports Textual only once the terminal is known."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from redistui.config.folders import configuration_file, state_folder
from redistui.model.errors import ConfigurationError, ExitCode, UsageError
from redistui.present.text import locale_is_plain

from .operations import Operations
from .quiet import Quiet
from .setup import ConsoleSetup
from .source import MonitorSource
from .terminal import Profile, prepare, profile

if TYPE_CHECKING:
    from redistui.workspace.workspace import Workspace


def run(
    workspace: "Workspace",
    *,
    open_pair: str | None = None,
    theme: str | None = None,
    low_bandwidth: bool | None = None,
    config: Path | None = None,
    typed: Mapping[str, str] | None = None,
    obstacle: str = "",
) -> int:
    """Watch the workspace until the operator leaves; returns the exit code.

    `config` and `typed`, the answers to secret prompts, are for the processes of operations; `obstacle` says why none
    can be started.
    """
    from redistui.monitor.monitor import Monitor

    require_terminal()
    settings = workspace.configuration.console
    chosen = profile(settings.low_bandwidth if low_bandwidth is None else low_bandwidth, os.environ)
    monitor = Monitor(workspace)
    monitor.start()
    try:
        setup = setup_of(workspace, chosen, open_pair, theme)
        if setup.state_folder is not None:
            operations = Operations(workspace, setup.state_folder, config, typed or {}, obstacle)
            setup = replace(setup, operations=operations)
        return run_on(monitor, setup, chosen, closing=monitor.stop)
    finally:
        monitor.stop()


def run_on(
    source: MonitorSource, setup: ConsoleSetup, chosen: Profile, *, closing: Callable[[], None] | None = None
) -> int:
    """Show a source until the operator leaves, a signal comes or the terminal is gone.

    `closing` is called then, and after a signal not waited for any longer than the app itself.
    """
    prepare(chosen)
    _write_utf8()
    with Quiet(setup.log_path):
        return _show(source, setup, chosen, closing)


def _show(source: MonitorSource, setup: ConsoleSetup, chosen: Profile, closing: Callable[[], None] | None) -> int:
    from .app import RedistuiApp  # imports Textual
    from .ending import Ending

    app = RedistuiApp(source, setup)
    with Ending(app.end_from_outside) as ending:
        code = app.run(mouse=chosen is Profile.LOCAL)
        if closing is not None:
            closing()
    told = app.crash.tell()
    if told is not None:
        print(told, file=sys.stderr)
        return ExitCode.FAILED
    return ending.code if ending.code is not None else code or ExitCode.DONE


def setup_of(workspace: "Workspace", chosen: Profile, open_pair: str | None, theme: str | None) -> ConsoleSetup:
    configuration = workspace.configuration
    try:
        folder, notices = state_folder(), configuration.notices
    except ConfigurationError as problem:
        folder, notices = None, (*configuration.notices, f"{problem.message}. {problem.hint}")
    return ConsoleSetup(
        read_only=frozenset(name for name, one in configuration.environments.items() if one.read_only),
        keys=configuration.keys,
        theme=theme or configuration.console.theme,
        low_bandwidth=chosen is Profile.LOW_BANDWIDTH,
        only_ascii=locale_is_plain(os.environ),
        configuration_path=configuration.path,
        new_configuration_path=configuration.path or configuration_file(),
        connections=workspace.connections,
        state_folder=folder,
        log_path=folder / "console.log" if folder is not None else None,
        open_pair=open_pair,
        notices=notices,
    )


def require_terminal() -> None:
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        raise UsageError(
            "the console needs a terminal",
            hint="`redistui pairs`, `redistui watch` and the others tell the same without",
        )


def _write_utf8() -> None:
    """Textual draws on the stderr that Python opened; a locale without UTF-8 would turn every line into escapes."""
    stream = sys.__stderr__
    if stream is not None and hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8", errors="replace")
