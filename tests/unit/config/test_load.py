"""A good file gives checked settings; without any file the pairs of this machine are shown."""

from collections.abc import Callable
from pathlib import Path

import pytest

from redistui.config.load import load
from redistui.config.settings import BackupSettings, Connection, ConsoleSettings, Environment
from redistui.model.errors import ConfigurationError
from redistui.model.rules import Operator
from redistui.model.secret import Secret, SecretReference, SecretSource

EVERYTHING = """\
journal = { env = "JOURNAL" }
[environments.prod]
read_only = true
protected = true
require_reason = true
max_lag_bytes = "1mb"
rto_limit_seconds = 2
[environments.prod.hooks]
after_promote = ["move-vip", "--now"]
after_backup = [["notify"], ["sync", "off-site"]]
[environments.prod.rules.memory-high]
threshold = "70%"
for = "10m"
[environments.dev]
[providers.legacy]
type = "static"
environment = "prod"
anything = [{ the = "provider", declares = 1 }]
[providers.machine]
type = "embedded"
[keys]
promote = "ctrl+p"
[alerts.rules.connections]
enabled = false
[alerts.rules.too-slow]
metric = "round_trip_seconds"
operator = ">"
threshold = "250ms"
severity = "info"
[history]
retention = "14d"
[backups]
folder = "backups"
keep = 7
keep_days = 30
[console]
theme = "redistui-light"
low_bandwidth = true
"""


def test_everything_that_can_be_written(write_config: Callable[..., Path], tmp_path: Path) -> None:
    configuration = load(write_config(EVERYTHING))
    prod = configuration.environment("prod")
    assert (prod.read_only, prod.protected, prod.require_reason) == (True, True, True)
    assert (prod.max_lag_bytes, prod.rto_limit_seconds) == (1 << 20, 2.0)
    assert prod.hooks == {
        "after_promote": (("move-vip", "--now"),),
        "after_backup": (("notify",), ("sync", "off-site")),
    }
    assert (prod.rules["memory-high"].threshold, prod.rules["memory-high"].for_seconds) == (0.7, 600.0)
    assert configuration.environment("dev") == Environment("dev")
    settings = {"anything": [{"the": "provider", "declares": 1}]}
    assert configuration.connections == (
        Connection("legacy", "static", "prod", settings, line=15),
        Connection("machine", "embedded", line=19),
    )
    assert configuration.keys == {"promote": "ctrl+p"}
    assert configuration.alerts.rules["connections"].enabled is False
    assert configuration.alerts.rules["too-slow"].operator is Operator.ABOVE
    assert configuration.history.retention_seconds == 14 * 86400
    assert configuration.backups == BackupSettings(tmp_path / "backups", keep=7, keep_days=30)
    assert configuration.console == ConsoleSettings("redistui-light", low_bandwidth=True)
    assert configuration.journal == SecretReference(SecretSource.ENVIRONMENT, ("JOURNAL",))


def test_settings_without_effect_yet_are_told(write_config: Callable[..., Path]) -> None:
    notices = load(write_config(EVERYTHING)).notices
    assert "config.toml, line 1: journal is kept for a later release and changes nothing yet" in notices
    assert "environments.prod.rto_limit_seconds" in "\n".join(notices)
    assert "environments.prod.hooks.after_backup" in "\n".join(notices)
    assert not any("after_promote" in notice or "max_lag_bytes" in notice for notice in notices)
    assert not any("read_only" in notice or "console" in notice for notice in notices)


def test_no_file_shows_the_pairs_of_this_machine() -> None:
    configuration = load()
    assert configuration.connections == (Connection("local", "embedded"),)
    assert (configuration.path, configuration.environments, configuration.notices) == (None, {}, ())


def test_the_file_is_found_in_the_configuration_folder(tmp_path: Path) -> None:
    folder = tmp_path / "home/.config/redistui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('[providers.a]\ntype = "static"\n')
    (folder / "config.toml").chmod(0o600)
    assert [connection.name for connection in load().connections] == ["a", "local"]


def test_an_environment_variable_names_the_file(
    write_config: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REDISTUI_CONFIG", str(write_config('[providers.b]\ntype = "static"\n', name="other.toml")))
    assert load().connections[0].name == "b"
    monkeypatch.setenv("REDISTUI_CONFIG", str(tmp_path / "missing.toml"))
    missing = load()
    assert [connection.name for connection in missing.connections] == ["local"]
    assert missing.notices == (
        f"REDISTUI_CONFIG names {tmp_path / 'missing.toml'}, which does not exist; nothing is configured",
    )
    with pytest.raises(ConfigurationError, match=r"missing\.toml cannot be read: No such file"):
        load(tmp_path / "missing.toml")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ["local"]),
        ('[providers.mine]\ntype = "embedded"', ["mine"]),
        ('[providers.local]\ntype = "static"', ["local", "embedded"]),
        ('[providers.local]\ntype = "static"\n[providers.embedded]\ntype = "x"', ["local", "embedded", "local-2"]),
    ],
)
def test_the_embedded_pairs_are_always_there(write_config: Callable[..., Path], text: str, names: list[str]) -> None:
    configuration = load(write_config(text))
    assert [connection.name for connection in configuration.connections] == names
    assert sum(connection.type == "embedded" for connection in configuration.connections) == 1


def test_windows_line_ends_and_a_byte_order_mark(write_config: Callable[..., Path]) -> None:
    text = b'\xef\xbb\xbf[console]\r\nlow_bandwidth = true\r\n[providers."\xe4\xb8\xad"]\r\ntype = "static"\r\n'
    configuration = load(write_config(text))
    assert configuration.console.low_bandwidth is True
    assert configuration.connections[0] == Connection("中", "static", line=3)


def test_a_password_in_the_file_stays_out_of_every_repr(write_config: Callable[..., Path]) -> None:
    text = 'journal = "postgresql://u:planted@h/d"\n[providers.p]\ntype = "static"\npassword = "planted"\n'
    configuration = load(write_config(text))
    assert isinstance(configuration.journal, Secret)
    assert configuration.journal.reveal() == "postgresql://u:planted@h/d"
    assert "planted" not in repr(configuration)
