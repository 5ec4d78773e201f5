"""What a command costs before it does anything: nothing is loaded that it does not need."""

import importlib
import pkgutil
import subprocess
import sys

import click
import pytest

from redistui.cli import commands
from redistui.cli.catalogue import COMMANDS

HEAVY = (
    *("textual", "rich", "redis", "msgspec", "hiredis", "asyncio", "wcwidth", "keyring", "redistui_embedded"),
    *(f"redistui.{room}" for room in ("config", "workspace", "monitor", "console", "provider")),
)
PROBE = """
import sys
sys.argv = ["redistui", *{arguments!r}]
from redistui.__main__ import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["pairs", "--help"], ["completion", "bash"]])
def test_help_loads_neither_the_console_nor_any_redis_client(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(arguments=arguments, heavy=HEAVY)],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stderr.strip() == "[]"
    assert done.stdout


def test_every_listed_command_is_there_and_no_other() -> None:
    modules = {module.name for module in pkgutil.iter_modules(commands.__path__)}
    assert modules == set(COMMANDS)
    for name, help_ in COMMANDS.items():
        command = importlib.import_module(f"redistui.cli.commands.{name}").command
        assert isinstance(command, click.Command)
        assert command.name == name
        assert (command.help or "").startswith(help_)


def test_every_command_takes_config() -> None:
    def leaves(command: click.Command) -> list[click.Command]:
        if isinstance(command, click.Group):
            return [leaf for sub in command.commands.values() for leaf in leaves(sub)]
        return [command]

    for name in COMMANDS:
        for command in leaves(importlib.import_module(f"redistui.cli.commands.{name}").command):
            assert any("--config" in parameter.opts for parameter in command.params), command.name
