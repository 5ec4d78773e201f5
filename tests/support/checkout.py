"""The project's own files: where they are, and a clean copy to build from."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = (ROOT / "redistui", ROOT / "providers")


def modules() -> list[Path]:
    """Every module that is shipped."""
    return sorted(path for source in SOURCES for path in source.rglob("*.py"))


def _unpacked_files() -> list[Path]:
    """The files of a source archive, or of a clone that Git will not read for us."""
    files = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    made = {
        ".git",
        "__pycache__",
        "build",
        "dist",
        ".venv",
        ".pytest_cache",
        ".mypy_cache",
        ".ruff_cache",
        ".hypothesis",
    }
    return sorted(path for path in files if not made & set(path.parts) and path.name != "uv.lock")


def project_files() -> list[Path]:
    """What is or would be committed, relative to the root."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return _unpacked_files()
    return [path for path in map(Path, filter(None, listing.split("\0"))) if (ROOT / path).is_file()]


def copy_project(target: Path) -> Path:
    """A checkout as a stranger gets it, without caches and local files."""
    for path in project_files():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target / path)
    return target
