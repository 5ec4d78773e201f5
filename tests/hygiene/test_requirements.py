"""A real part that is missing is skipped by name, and is a failure where REDISTUI_REQUIRE asks for it."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
SUITE = """
import pytest

@pytest.mark.requires("tmux")
def test_marked():
    raise AssertionError("must not run")
"""


def _run(folder: Path, require: str) -> str:
    (folder / "conftest.py").write_text((TESTS / "conftest.py").read_text())
    (folder / "test_suite.py").write_text(SUITE)
    environment = {
        **os.environ,
        "PYTHONPATH": str(TESTS),
        "PATH": str(folder),
        "REDISTUI_REQUIRE": require,
        "PYTEST_ADDOPTS": "",
    }
    command = [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False).stdout


def test_a_missing_part_is_skipped_by_name(tmp_path: Path) -> None:
    output = _run(tmp_path, require="")
    assert "1 skipped" in output
    assert "needs tmux: tmux not found" in output


def test_a_required_part_must_not_be_skipped(tmp_path: Path) -> None:
    for require in ("sshd, tmux", "all"):
        output = _run(tmp_path, require)
        assert "skipped" not in output
        assert "1 error" in output
        assert "tmux is required by REDISTUI_REQUIRE" in output
