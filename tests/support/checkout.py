"""The project's own files: where they are, and a clean copy to build from."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = (ROOT / "redistui", ROOT / "providers")


def modules() -> list[Path]:
    """Every module that is shipped."""
    return sorted(path for source in SOURCES for path in source.rglob("*.py"))


def project_files() -> list[Path]:
    """What is or would be committed, relative to the root."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
    return [path for path in map(Path, filter(None, listing.split("\0"))) if (ROOT / path).is_file()]


def copy_project(target: Path) -> Path:
    """A checkout as a stranger gets it, without caches and local files."""
    for path in project_files():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target / path)
    return target
