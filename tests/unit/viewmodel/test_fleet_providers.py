"""The examples of connections that the providers screen shows."""

import tomllib

import pytest

from redistui.present.connection_example import connection_example
from redistui.provider.registry import load


@pytest.mark.parametrize("provider_type", ["static", "embedded"])
@pytest.mark.parametrize("everything", [False, True])
def test_an_example_can_be_pasted(provider_type: str, everything: bool) -> None:
    """Also with every optional line taken in."""
    lines = connection_example(provider_type, load(provider_type).settings_fields)
    text = "\n".join(line.removeprefix("# ") if everything else line for line in lines)
    connection = tomllib.loads(text)["providers"]["NAME"]
    assert connection["type"] == provider_type
    if provider_type == "static":
        assert connection["pairs"][0]["primary"] == "10.0.0.5:6379"
