"""`config show`: the configuration in effect, as TOML that can be read back, without its secrets."""

import tomllib
from pathlib import Path

from redistui.cli.configuration import effective, toml_lines
from redistui.config.load import read
from redistui.config.secrets import Secrets
from redistui.config.source import SourceFile
from redistui.workspace.workspace import Workspace

WRITTEN = """
[console]
theme = "fjord"
[keys]
refresh = "f6"
[environments."prod eu"]
protected = true
[environments."prod eu".hooks]
after_promote = ["move-vip", "--now"]
[providers.legacy]
type = "static"
environment = "prod eu"
[[providers.legacy.pairs]]
name = "订单 \\"x\\" \\u0007"
primary = "10.0.0.5:6379"
replicas = ["10.0.0.6"]
password = { env = "ORDERS_PASSWORD" }
tls = { verify = false }
[[providers.legacy.pairs]]
name = "literal"
primary = "10.0.0.7:6379"
password = "hunter2"
[providers.broken]
type = "sttic"
token = "hunter2"
"""


def shown(tmp_path: Path) -> str:
    configuration = read(SourceFile(tmp_path / "config.toml", text=WRITTEN))
    return "\n".join(toml_lines(effective(Workspace.open(configuration, Secrets()))))


def test_what_is_shown_is_toml_with_everything_in_effect(tmp_path: Path) -> None:
    read_back = tomllib.loads(shown(tmp_path))
    legacy = read_back["providers"]["legacy"]
    assert legacy["environment"] == "prod eu"
    assert legacy["pairs"][0]["name"] == '订单 "x" \x07'
    assert legacy["pairs"][0]["replicas"] == ["10.0.0.6:6379"]
    assert legacy["pairs"][0]["tls"] == {"verify": False}
    assert legacy["pairs"][0]["discover"] is False, "defaults are told too"
    assert read_back["environments"]["prod eu"]["protected"] is True
    assert read_back["environments"]["prod eu"]["hooks"]["after_promote"] == [["move-vip", "--now"]]
    assert read_back["keys"] == {"refresh": "f6"}
    assert read_back["console"] == {"theme": "fjord"}
    assert read_back["providers"]["local"] == {"type": "embedded"}


def test_secrets_are_where_they_are_kept_never_what_they_are(tmp_path: Path) -> None:
    text = shown(tmp_path)
    assert "hunter2" not in text
    pairs = tomllib.loads(text)["providers"]["legacy"]["pairs"]
    assert pairs[0]["password"] == {"env": "ORDERS_PASSWORD"}
    assert pairs[1]["password"] == "***"


def test_settings_of_a_provider_that_cannot_be_used_stay_out(tmp_path: Path) -> None:
    assert tomllib.loads(shown(tmp_path))["providers"]["broken"] == {"type": "sttic"}
