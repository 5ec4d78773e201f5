"""What others may change is refused, and so is a password that others may read. Each with the way out."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from redistui.config.folders import configuration_file, state_folder
from redistui.config.load import load
from redistui.model.errors import ConfigurationError

LITERAL = 'journal = "postgresql://u:planted@h/d"\n'
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_change(write_config: Callable[..., Path], mode: int) -> None:
    path = write_config("[console]\n", mode)
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert caught.value.message == f"{path} may be changed by others (mode {mode:04o})"
    assert caught.value.hint == f"Run: chmod go-w '{path}'"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_password_that_others_may_read(write_config: Callable[..., Path], mode: int) -> None:
    path = write_config(LITERAL, mode)
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert caught.value.message.startswith(
        "config.toml, line 1: journal may not stand here in plain text, since others can read this file: use { env ="
    )
    assert f"chmod 600 '{path}'" in caught.value.message
    assert "planted" not in str(caught.value)


def test_what_others_may_read_without_a_password_is_fine(write_config: Callable[..., Path]) -> None:
    assert load(write_config('journal = { env = "JOURNAL" }\n', 0o644)).journal is not None
    assert load(write_config(LITERAL, 0o400)).journal is not None


@as_root
def test_a_file_of_another_user(write_config: Callable[..., Path]) -> None:
    path = write_config("[console]\n")
    os.chown(path, 12345, -1)
    with pytest.raises(ConfigurationError, match=r"belongs to another user \(uid 12345\)") as caught:
        load(path)
    assert "chown" in caught.value.hint


def test_the_state_folder_is_made_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert state_folder() == tmp_path / "home/.local/state/redistui"
    monkeypatch.setenv("REDISTUI_STATE", str(tmp_path / "deep/state"))
    assert state_folder() == tmp_path / "deep/state"
    assert (tmp_path / "deep/state").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_a_state_folder_that_others_may_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(mode)
    monkeypatch.setenv("REDISTUI_STATE", str(folder))
    with pytest.raises(ConfigurationError) as caught:
        state_folder()
    assert caught.value.message == f"The state folder {folder} may be written by others (mode {mode:04o})"
    assert caught.value.hint == f"Run: chmod 700 '{folder}'"


@as_root
def test_a_state_folder_of_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.chown(tmp_path, 12345, -1)
    monkeypatch.setenv("REDISTUI_STATE", str(tmp_path))
    with pytest.raises(ConfigurationError, match="belongs to another user"):
        state_folder()


def test_a_state_folder_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("REDISTUI_STATE", str(tmp_path / "file/state"))
    with pytest.raises(ConfigurationError, match="cannot be made: Not a directory") as caught:
        state_folder()
    assert "REDISTUI_STATE" in caught.value.hint


def test_empty_variables_count_as_unset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDISTUI_CONFIG", "")
    assert configuration_file() == tmp_path / "home/.config/redistui/config.toml"
