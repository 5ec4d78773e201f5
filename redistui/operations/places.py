"""Where operations keep their files in the state folder."""

from pathlib import Path


def journal_path(state_folder: Path) -> Path:
    return state_folder / "journal.sqlite"


def runner_log_path(state_folder: Path) -> Path:
    return state_folder / "runner.log"
