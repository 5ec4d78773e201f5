"""Whether a logout would take the runner along."""

from pathlib import Path

import pytest

from redistui.operations.survival import Survival, survival

SESSION = {"XDG_SESSION_ID": "7", "XDG_RUNTIME_DIR": "/run/user/1000"}


@pytest.fixture
def system(tmp_path: Path) -> Path:
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    (tmp_path / "var/lib/systemd/linger").mkdir(parents=True)
    return tmp_path


def logind(kills: bool, *excluded: str) -> dict[str, str]:
    names = " ".join(f'"{name}"' for name in excluded)
    return {"KillUserProcesses": f"b {str(kills).lower()}", "KillExcludeUsers": f"as {len(excluded)} {names}".strip()}


def test_a_user_who_lingers_gets_a_scope_of_its_own(system: Path) -> None:
    (system / "var/lib/systemd/linger/ann").touch()
    found = survival("ann", SESSION, logind(True, "root").__getitem__, system)
    assert found.prefix[:3] == ("systemd-run", "--user", "--scope")
    assert found.warning == ""


def test_a_manager_that_cannot_be_reached_is_told(system: Path) -> None:
    (system / "var/lib/systemd/linger/ann").touch()
    found = survival("ann", {"XDG_SESSION_ID": "7"}, logind(True).__getitem__, system)
    assert found.prefix == ()
    assert "XDG_RUNTIME_DIR" in found.warning


def test_a_user_who_does_not_linger_is_warned_with_the_way_out(system: Path) -> None:
    found = survival("ann", SESSION, logind(True, "root").__getitem__, system)
    assert found.prefix == ()
    assert "loginctl enable-linger ann" in found.warning


@pytest.mark.parametrize(
    ("user", "environment", "answers"),
    [
        ("root", SESSION, logind(True, "root")),
        ("ann", SESSION, logind(False)),
        ("ann", {}, logind(True)),
        ("ann", SESSION, {"KillUserProcesses": "", "KillExcludeUsers": ""}),
    ],
    ids=["excluded", "kills nothing", "no login session", "cannot be asked"],
)
def test_nothing_is_done_where_nothing_threatens(
    system: Path, user: str, environment: dict[str, str], answers: dict[str, str]
) -> None:
    assert survival(user, environment, answers.__getitem__, system) == Survival()


def test_a_machine_without_systemd_is_left_alone(tmp_path: Path) -> None:
    assert survival("ann", SESSION, logind(True).__getitem__, tmp_path).warning == ""
