"""What is in the wheel, and that it runs where nothing else is installed."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from support.checkout import ROOT, copy_project

BUILD_LIMIT_SECONDS = 300


def _run(*command: str | Path, folder: Path) -> str:
    environment = {
        **os.environ,
        "HOME": str(folder),
        "REDISTUI_STATE": str(folder / "state"),
        "REDISTUI_CONFIG": str(folder / "config.toml"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    answer = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=BUILD_LIMIT_SECONDS, check=False
    )
    assert answer.returncode == 0, f"{command}\n{answer.stdout}\n{answer.stderr}"
    return answer.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    project = copy_project(folder / "project")
    _run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder / "dist", project, folder=folder)
    (built,) = (folder / "dist").glob("redistui-*.whl")
    return built


def test_the_wheel_carries_what_runs_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {
        "redistui",
        *(folder.name for folder in (ROOT / "providers").iterdir() if folder.is_dir()),
    }
    expected = {
        "redistui/py.typed",
        "redistui/model/rules.toml",
        "redistui_aws/py.typed",
        "redistui_embedded/py.typed",
        "redistui_static/py.typed",
        *(f"redistui/themes/{theme.name}" for theme in (ROOT / "themes").glob("*.toml")),
        *(str(style.relative_to(ROOT)) for style in (ROOT / "redistui").rglob("*.tcss")),
    }
    assert len([name for name in expected if "/themes/" in name]) >= 6
    assert any(name.endswith(".tcss") for name in expected)
    assert expected <= set(names)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not [name for name in names if "test_" in name or name.endswith((".pyc", ".md", ".svg"))]


def test_the_wheel_names_its_providers(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        entry_points = archive.read(metadata).decode()
    assert "redistui = redistui.__main__:main" in entry_points
    assert "aws = redistui_aws:AwsProvider" in entry_points
    assert "embedded = redistui_embedded:EmbeddedProvider" in entry_points
    assert "static = redistui_static:StaticProvider" in entry_points


def test_the_wheel_runs_in_a_fresh_environment(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    _run(python, "-m", "pip", "install", "-q", wheel, folder=tmp_path)
    redistui = tmp_path / "venv" / "bin" / "redistui"
    assert _run(redistui, "--version", folder=tmp_path).strip().endswith(wheel.name.split("-")[1])
    providers = json.loads(_run(redistui, "providers", "--json", folder=tmp_path))
    assert {provider["type"] for provider in providers} >= {"embedded", "static"}
    assert json.loads(_run(redistui, "pairs", "--json", folder=tmp_path)) == {"pairs": [], "errors": []}
