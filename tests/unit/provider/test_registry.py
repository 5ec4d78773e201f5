"""Installed providers are listed without importing them; a broken plugin is one error in words, the others work."""

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from support.plugins import add_distribution, provider_source

from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.provider.registry import extra_hint, installed, load, sdk_missing

Install = Callable[[str, Mapping[str, str], Mapping[str, str]], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def add(distribution: str, entry_points: Mapping[str, str], modules: Mapping[str, str]) -> None:
        add_distribution(tmp_path, distribution, entry_points, modules)
        importlib.invalidate_caches()

    yield add
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and str(tmp_path) in str(sys.modules[name].__file__):
            del sys.modules[name]


def refusal(provider_type: str) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        load(provider_type)
    assert caught.value.kind is ProviderErrorKind.UNSUPPORTED
    assert caught.value.hint
    return caught.value


def test_a_plugin_of_another_distribution_is_found_and_loaded(install: Install) -> None:
    install("acme-redis", {"acme": "acme_plugin:Plugin"}, {"acme_plugin": provider_source("acme")})
    found = {provider.type: provider for provider in installed()}
    assert found["acme"].distribution == "acme-redis"
    assert found["acme"].problem == ""
    assert {"embedded", "static"} <= set(found)
    assert "acme_plugin" not in sys.modules
    assert load("acme").type == "acme"


def test_listing_imports_no_provider() -> None:
    code = (
        "import sys\nfrom redistui.provider.registry import installed\n"
        "assert {provider.type for provider in installed()} >= {'embedded', 'static'}\n"
        "print([name for name in sys.modules if name.startswith(('redistui_', 'redis', 'textual')) "
        "and not name.startswith('redistui.')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert run.stdout.strip() == "['redistui']"


def test_a_plugin_that_cannot_be_imported(install: Install) -> None:
    install(
        "broken",
        {"raises": "raises_plugin:Plugin", "exits": "exits_plugin:Plugin", "gone": "gone_plugin:Plugin"},
        {"raises_plugin": "import nothing_of_the_kind", "exits_plugin": "raise SystemExit(3)"},
    )
    assert "raises of broken cannot be imported: ModuleNotFoundError: No module named 'nothing_of" in str(
        refusal("raises")
    )
    assert "exits of broken cannot be imported: SystemExit: 3" in str(refusal("exits"))
    assert "gone of broken cannot be imported: ModuleNotFoundError" in str(refusal("gone"))
    assert load("embedded").type == "embedded"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            provider_source("odd", extra="api_version = 2"),
            "The provider odd of odd-plugin is made for provider API 2, and this redistui has 1",
        ),
        ("class Plugin:\n    api_version = 7", "is made for provider API 7, and this redistui has 1"),
        ("class Plugin:\n    pass", "The provider odd of odd-plugin is not a Provider class"),
        ("Plugin = 3", "is not a Provider class"),
        (
            "from redistui.provider.contract import Provider\nclass Plugin(Provider):\n    type = 'odd'",
            "lacks capabilities, changed, discover, endpoint",
        ),
        (provider_source("even"), "calls itself even, unlike its entry point"),
    ],
)
def test_a_plugin_that_does_not_fit(install: Install, source: str, reason: str) -> None:
    install("odd-plugin", {"odd": "odd_plugin:Plugin"}, {"odd_plugin": source})
    error = refusal("odd")
    assert reason in error.message
    assert "pip install -U odd-plugin" in error.hint


def test_a_shipped_name_cannot_be_taken(install: Install) -> None:
    install("thief", {"embedded": "thief_plugin:Plugin"}, {"thief_plugin": provider_source("embedded")})
    problems = {provider.distribution: provider.problem for provider in installed() if provider.type == "embedded"}
    assert problems == {
        "redistui": "",
        "thief": "The provider name embedded of thief is also claimed by redistui",
    }
    assert load("embedded").__module__.startswith("redistui_embedded")


def test_a_name_that_two_plugins_claim_is_nobodys(install: Install) -> None:
    for name in ("one", "two"):
        install(name, {"claimed": f"{name}_plugin:Plugin"}, {f"{name}_plugin": provider_source("claimed")})
    error = refusal("claimed")
    assert error.message == "The provider name claimed of one is also claimed by two"
    assert error.hint == "Uninstall one of them: pip uninstall one"


def test_a_type_that_nobody_brings() -> None:
    error = refusal("embeded")
    assert error.message == "There is no provider of type embeded; did you mean embedded?"
    error = refusal("xyzzy")
    assert error.message == "There is no provider of type xyzzy"
    assert "Installed are" in error.hint


@pytest.mark.parametrize(
    ("module", "missing"), [("json", False), ("email.mime", False), ("no_sdk", True), ("no_sdk.client", True)]
)
def test_a_missing_sdk_is_known_without_importing_it(install: Install, module: str, missing: bool) -> None:
    source = provider_source("cloud", extra=f'sdk_module = "{module}"\nextra = "cloud"')
    install("cloud-plugin", {"cloud": "cloud_plugin:Plugin"}, {"cloud_plugin": source})
    provider = load("cloud")
    assert sdk_missing(provider) is missing
    assert extra_hint(provider, "redistui") == "pip install 'redistui[cloud]'"
