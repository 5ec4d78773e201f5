"""Where operations keep their files in the state folder."""

import re
from pathlib import Path


def journal_path(state_folder: Path) -> Path:
    return state_folder / "journal.sqlite"


def evidence_path(state_folder: Path, operation: str) -> Path:
    return state_folder / "evidence" / f"{operation}.json"


def kept_path(state_folder: Path, operation: str, node: str) -> Path:
    """Where the snapshot of a node that lost a split brain is kept."""
    return state_folder / "set-aside" / f"{operation}-{re.sub(r'[^A-Za-z0-9._-]+', '-', node)}.rdb"


def runner_log_path(state_folder: Path) -> Path:
    return state_folder / "runner.log"
