"""Configuration files in a folder of their own, and no trace of the operator's."""

from collections.abc import Callable
from pathlib import Path

import pytest

WriteConfig = Callable[..., Path]


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDISTUI_CONFIG", raising=False)
    monkeypatch.delenv("REDISTUI_STATE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home/.config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home/.local/state"))


@pytest.fixture
def write_config(tmp_path: Path) -> WriteConfig:
    def write(text: str | bytes, mode: int = 0o600, name: str = "config.toml") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        path.chmod(mode)
        return path

    return write
