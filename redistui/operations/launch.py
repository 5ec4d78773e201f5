"""Starts the runner of an operation in a session of its own, so that no hang-up or crash of a console reaches it."""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from redistui.model.plan import Plan
from redistui.store.journal import Journal

from .consent import require_consent
from .operator import current
from .places import journal_path, runner_log_path
from .record import begin_entry
from .survival import survival


def begin(journal: Journal, plan: Plan, *, reason: str, force: bool, typed_name: str = "") -> str:
    """Write the operation down and return its id; nothing has been changed yet.

    Raises RefusedError where a guard fails, UsageError where the reason or the typed name is missing.
    """
    require_consent(plan, reason=reason, force=force, typed_name=typed_name)
    journal.require_room()
    now = time.time()
    operation = f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime(now))}-{secrets.token_hex(3)}"
    journal.append(operation, begin_entry(plan, current(), reason, force=force, at=now))
    return operation


def launch(
    operation: str, state_folder: Path, config: Path | None, typed: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    """`typed` are answers to secret prompts: they go through a pipe, never through arguments or the environment."""
    arguments = ["--config", str(config)] if config else []
    stays = survival(current().user).prefix
    log = os.open(runner_log_path(state_folder), os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        process = subprocess.Popen(
            [*stays, sys.executable, "-m", "redistui.operations.runner", operation, *arguments],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=os.environ | {"REDISTUI_STATE": str(state_folder)},
        )
    finally:
        os.close(log)
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # it ended at once; the journal and its log tell why
        process.stdin.write(json.dumps(dict(typed)).encode())
        process.stdin.close()
    return process


def open_journal(state_folder: Path) -> Journal:
    return Journal(journal_path(state_folder))
