"""Commands that ask on the terminal or open the console on it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.command import LIMIT_SECONDS, Command
from support.pseudo_terminal import PseudoTerminal
from support.redis_server import ReplicatedPair

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

SECRET = "planted-5c21"
StartPair = Callable[..., ReplicatedPair]


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path, {"TERM": "xterm-256color"})


def with_prompt(command: Command, servers: ReplicatedPair) -> None:
    command.configure(
        '[providers.here]\ntype = "static"\n[[providers.here.pairs]]\nname = "orders"\n'
        f'primary = "{servers.primary.address}"\nreplicas = ["{servers.replica.address}"]\n'
        'password = { prompt = "Password of orders" }\n'
    )


def test_a_password_is_asked_for_once_and_never_shown(command: Command, start_pair: StartPair) -> None:
    with_prompt(command, start_pair(password=SECRET))
    with PseudoTerminal(command.arguments("check", "orders"), command.environment(), 120) as terminal:
        terminal.wait("Password of orders:")
        terminal.send(f"{SECRET}\n")
        terminal.wait("here/orders  ● ok")
        assert terminal.process.wait(LIMIT_SECONDS) == 0
        assert terminal.text.count("Password of orders") == 1
        assert SECRET not in terminal.text


def test_ctrl_c_while_it_asks_leaves_the_terminal_as_it_was(command: Command, start_pair: StartPair) -> None:
    with_prompt(command, start_pair(password=SECRET))
    shell = f"{' '.join(command.arguments('check', 'orders'))}; echo code=$?; stty -a; read wait"
    with PseudoTerminal(["bash", "-c", f"trap : INT; {shell}"], command.environment(), 120) as terminal:
        terminal.wait("Password of orders:")
        terminal.send("\x03")
        terminal.wait("code=130")
        terminal.wait(" echo ")
        assert "Traceback" not in terminal.text


def test_without_a_terminal_a_password_is_not_asked_for(command: Command, start_pair: StartPair) -> None:
    with_prompt(command, start_pair(password=SECRET))
    result = command("check", "orders", "--json")
    assert (result.code, result.err) == (1, "")
    assert result.json["status"] == "unknown"
    assert "has to be typed, and there is no terminal" in result.out


def test_connect_opens_a_pair_by_address_and_writes_nothing(command: Command, start_pair: StartPair) -> None:
    servers = start_pair(password=SECRET)
    arguments = command.arguments("connect", str(servers.replica.address), "--password-env", "ORDERS")
    with PseudoTerminal(arguments, command.environment(ORDERS=SECRET), 120, 40) as terminal:
        terminal.wait(str(servers.primary.address))
        terminal.wait("primary")
        terminal.send("q")
        assert terminal.process.wait(LIMIT_SECONDS) == 0
    assert not list((command.folder / "home").rglob("*.toml"))
    kept = [path for path in command.folder.rglob("*") if path.is_file() and "pair-" not in str(path)]
    assert [path for path in kept if SECRET.encode() in path.read_bytes()] == []
