"""From a configuration to providers: wrong settings are told with their lines, a broken connection stays alone."""

import importlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.plugins import add_distribution, provider_source

from redistui.config.load import load
from redistui.config.secrets import Secrets
from redistui.model.errors import ConfigurationError
from redistui.model.secret import Secret
from redistui.workspace.workspace import OpenConnection, Workspace

SETTINGS = """
from redistui.model.fields import Field, FieldType
PAIR = (
    Field("name", FieldType.TEXT, "its name", required=True),
    Field("password", FieldType.SECRET, "its password"),
)
"""
PLUGIN = SETTINGS + provider_source(
    "acme",
    extra="""
    settings_fields = (Field("pairs", FieldType.TABLES, "the pairs", fields=PAIR),)
    closed = []
    async def close(self):
        self.closed.append(self.context.name)
    """,
)
HANGS = provider_source(
    "hangs",
    extra="""
    async def close(self):
        import asyncio
        await asyncio.sleep(60)
    """,
)
FAILS = provider_source(
    "fails",
    extra="""
    def __init__(self, context):
        raise ValueError("planted")
    """,
)
NO_SDK = provider_source("cloud", extra='sdk_module = "no_such_sdk"\nextra = "cloud"')


@pytest.fixture(autouse=True)
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "site"
    folder.mkdir()
    sources = {"acme": PLUGIN, "hangs": HANGS, "fails": FAILS, "cloud": NO_SDK, "broken": "1 / 0"}
    for name, source in sources.items():
        add_distribution(folder, f"{name}-plugin", {name: f"{name}_plugin:Plugin"}, {f"{name}_plugin": source})
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("REDISTUI_STATE", str(tmp_path / "state"))
    importlib.invalidate_caches()
    yield
    for name in sources:
        sys.modules.pop(f"{name}_plugin", None)


def opened(tmp_path: Path, text: str, mode: int = 0o600) -> Workspace:
    path = tmp_path / "config.toml"
    path.write_text(text)
    path.chmod(mode)
    return Workspace.open(load(path), Secrets())


def connection(workspace: Workspace, name: str) -> OpenConnection:
    found = workspace.connection(name)
    assert found is not None
    return found


def test_a_provider_gets_its_checked_settings(tmp_path: Path) -> None:
    workspace = opened(
        tmp_path,
        '[environments.prod]\n[providers.shop]\ntype = "acme"\nenvironment = "prod"\n'
        '[[providers.shop.pairs]]\nname = "orders"\npassword = "planted"\n',
    )
    shop = connection(workspace, "shop")
    assert shop.provider is not None
    context = shop.provider.context
    assert (context.name, context.environment) == ("shop", "prod")
    assert context.settings == {"pairs": [{"name": "orders", "password": Secret("planted")}]}
    assert context.state_folder == tmp_path / "state/providers/shop"
    assert context.config_folder == tmp_path
    assert "planted" not in repr(shop) + repr(context)


def test_wrong_settings_are_told_with_their_lines(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        opened(
            tmp_path,
            '[providers.legacy]\ntype = "acme"\n[[providers.legacy.pairs]]\nname = "a"\npasword = "planted"\n'
            '[providers.other]\ntype = "acme"\nregion = 1\n',
        )
    assert caught.value.message.splitlines() == [
        "config.toml, line 5: providers.legacy.pairs[0].pasword is not known; did you mean password?",
        "config.toml, line 8: providers.other.region is not known; expected pairs",
    ]


def test_a_password_in_a_file_that_others_may_read(tmp_path: Path) -> None:
    text = '[providers.a]\ntype = "acme"\npairs = [{ name = "a", password = "planted" }]\n'
    assert connection(opened(tmp_path, text), "a").provider is not None
    with pytest.raises(ConfigurationError) as caught:
        opened(tmp_path, text, 0o644)
    assert "config.toml, line 3: providers.a.pairs[0].password may not stand here in plain text" in str(caught.value)
    assert f"chmod 600 '{tmp_path / 'config.toml'}'" in str(caught.value)
    assert "planted" not in str(caught.value)


def test_a_broken_connection_stays_alone(tmp_path: Path) -> None:
    workspace = opened(
        tmp_path,
        "".join(
            f'[providers.{name}]\ntype = "{type_}"\n'
            for name, type_ in (
                ("one", "acmee"),
                ("two", "broken"),
                ("three", "cloud"),
                ("four", "fails"),
                ("five", "acme"),
            )
        ),
    )
    told = {one.name: (one.problem, one.hint) for one in workspace.connections if one.provider is None}
    assert told == {
        "one": ("There is no provider of type acmee; did you mean acme?", 'Write type = "acme"'),
        "two": (
            "The provider broken of broken-plugin cannot be imported: ZeroDivisionError: division by zero",
            "Install it again: pip install --force-reinstall broken-plugin",
        ),
        "three": (
            "The provider cloud needs no_such_sdk, which is not installed",
            "pip install 'cloud-plugin[cloud]'",
        ),
        "four": ("The provider fails cannot be made: ValueError", "Report it to the makers of fails-plugin"),
    }
    assert connection(workspace, "five").provider is not None
    assert connection(workspace, "local").provider is not None


def test_rules_of_an_environment(tmp_path: Path) -> None:
    workspace = opened(
        tmp_path,
        "[alerts.rules.connections]\nthreshold = 500\n"
        "[environments.prod.rules.connections]\nfor = '1m'\n"
        "[environments.dev.rules.connections]\nenabled = false\n"
        "[environments.dev.rules.busy]\nmetric = 'operations_per_second'\noperator = '>'\nthreshold = 9\n"
        "severity = 'info'\n",
    )
    rules = {name: workspace.rules(name).named("connections") for name in ("", "prod", "dev")}
    assert {name: rule and (rule.threshold, rule.for_seconds, rule.enabled) for name, rule in rules.items()} == {
        "": (500.0, 300.0, True),
        "prod": (500.0, 60.0, True),
        "dev": (500.0, 300.0, False),
    }
    assert workspace.rules("prod").named("busy") is None
    busy = workspace.rules("dev").named("busy")
    assert busy is not None
    assert busy.threshold == 9


async def test_closing_waits_for_nobody_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redistui.workspace.workspace._CLOSE_LIMIT_SECONDS", 0.2)
    workspace = opened(
        tmp_path, '[providers.slow]\ntype = "hangs"\n[providers.b]\ntype = "acme"\n[providers.c]\ntype = "acme"\n'
    )
    started = time.monotonic()
    await workspace.close()
    assert time.monotonic() - started < 2
    assert sorted(sys.modules["acme_plugin"].Plugin.closed) == ["b", "c"]
