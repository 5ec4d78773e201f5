"""Every way to install that the README names, from a checkout, each in an environment of its own."""

import json
import os
import shutil
import subprocess
import venv
from pathlib import Path

import pytest
from support.checkout import copy_project

pytestmark = pytest.mark.long

INSTALL_LIMIT_SECONDS = 600


class Machine:
    """An empty home with a checkout; commands run there and must succeed."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.project = copy_project(home / "redistui")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("REDISTUI_", "VIRTUAL_ENV"))},
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }

    def run(self, *command: str | Path, **environment: str) -> str:
        answer = subprocess.run(
            command,
            cwd=self.project,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_LIMIT_SECONDS,
            check=False,
        )
        assert answer.returncode == 0, f"{command}\n{answer.stdout}\n{answer.stderr}"
        return answer.stdout

    def tool(self, name: str) -> Path:
        """A program from the package index, in an environment of its own."""
        folder = self.home / "tools"
        venv.create(folder, with_pip=True)
        self.run(folder / "bin" / "pip", "install", "-q", name)
        return folder / "bin" / name

    def check(self, *redistui: str | Path) -> None:
        assert self.run(*redistui, "--version").strip()
        providers = json.loads(self.run(*redistui, "providers", "--json"))
        assert {provider["type"] for provider in providers} >= {"embedded", "static"}
        themes = self.run(*redistui, "config", "show")
        assert themes


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("options", [[], ["-e"]], ids=["pip install .", "pip install -e ."])
def test_pip(machine: Machine, options: list[str]) -> None:
    folder = machine.home / "venv"
    venv.create(folder, with_pip=True)
    machine.run(folder / "bin" / "pip", "install", "-q", *options, ".")
    machine.check(folder / "bin" / "redistui")


def test_uv(machine: Machine) -> None:
    uv = machine.tool("uv")
    machine.run(uv, "sync", "-q")
    machine.check(uv, "run", "-q", "redistui")
    assert "no tests ran" not in machine.run(uv, "run", "-q", "pytest", "-q", "tests/hygiene/test_shape.py")


def test_pipx(machine: Machine) -> None:
    pipx = machine.tool("pipx")
    machine.run(pipx, "install", ".", PIPX_HOME=str(machine.home / "pipx"), PIPX_BIN_DIR=str(machine.home / "bin"))
    machine.check(machine.home / "bin" / "redistui")


@pytest.mark.requires("make")
def test_make_demo_and_make_test_set_themselves_up(machine: Machine) -> None:
    """The two commands of the README on a machine that has Python and make, and an empty home."""
    shutil.rmtree(machine.project / ".venv", ignore_errors=True)
    machine.run("make", ".venv/.demo", VENV=".venv")
    redistui = machine.project / ".venv" / "bin" / "redistui"
    machine.check(redistui)
    try:
        machine.run(redistui, "demo", "--detach")
        pairs = json.loads(machine.run(redistui, "pairs", "--json"))["pairs"]
        assert [pair["status"] for pair in pairs] == ["healthy"]
    finally:
        machine.run(redistui, "demo", "--stop")
    assert " passed" in machine.run("make", "test", "ARGS=tests/hygiene/test_shape.py")
