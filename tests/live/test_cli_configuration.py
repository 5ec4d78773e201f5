"""Configurations that are missing, broken or strange; providers that cannot be used; completion."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from support.command import LIMIT_SECONDS, Command
from support.redis_server import ReplicatedPair
from support.waiting import wait_until

pytestmark = pytest.mark.live

UNUSABLE = '[providers.cloud]\ntype = "awss"\ntoken = "planted-77"\n'


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path)


def test_without_any_configuration_it_says_what_to_do(command: Command) -> None:
    result = command("pairs")
    assert (result.code, result.out) == (0, "")
    assert "no pairs" in result.err
    assert "redistui demo" in result.err
    assert command("pairs", "--json").json == {"pairs": [], "errors": []}
    path = command("config", "path")
    assert path.out.strip() == str(command.folder / "home/.config/redistui/config.toml")
    assert command("config", "check").code == 0


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('[providers.x]\ntype = "static', "line 2"),
        ("[providers.x]\npairs = 3", "line 1"),
        ("[provider.x]\n", "did you mean providers?"),
        ('[providers.x]\ntype = "static"\n[[providers.x.pairs]]\nname = "a"\nprimry = "h"', "did you mean primary?"),
    ],
)
def test_a_broken_configuration_is_told_with_its_line(command: Command, written: str, told: str) -> None:
    command.configure(written)
    for arguments in (["config", "check"], ["pairs"], ["watch"]):
        result = command(*arguments)
        assert (result.code, result.out) == (2, "")
        assert told in result.err
        assert "config.toml" in result.err
    error = json.loads(command("pairs", "--json").err)["error"]
    assert told in error["message"]


def test_config_before_or_after_the_command(command: Command) -> None:
    other = command.folder / "other.toml"
    other.touch(mode=0o600)
    other.write_text("[keys]\nrefresh = 'f6'\n")
    for arguments in (["--config", str(other), "config", "show"], ["config", "show", "--config", str(other)]):
        result = command(*arguments)
        assert result.code == 0
        assert 'refresh = "f6"' in result.out
    assert command("pairs", "--config", str(command.folder / "none.toml")).code == 2


def test_an_unknown_provider_stops_nobody_else(command: Command, start_pair: Callable[..., ReplicatedPair]) -> None:
    servers = start_pair()
    pair = '[providers.here]\ntype = "static"\n[[providers.here.pairs]]\nname = "a"\n'
    command.configure(f'{UNUSABLE}{pair}primary = "{servers.primary.address}"\n')
    told = command("pairs", "--json")
    assert told.code == 0
    assert [pair["name"] for pair in told.json["pairs"]] == ["a"]
    (error,) = told.json["errors"]
    assert error["provider"] == "cloud"
    assert "awss" in error["message"]
    assert error["hint"]
    words = command("pairs")
    assert words.code == 0
    assert "cloud: There is no provider of type awss" in words.err
    assert command("check", "a").code == command("check", "here/a").code
    everything = command("check", "--all", "--json")
    assert everything.code == 1, "who cannot be asked is not healthy"
    assert command("config", "check").code == 2
    shown = command("config", "show")
    assert "planted-77" not in shown.out + shown.err + words.err + told.out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[keys]\nthem = "f2"\n', "line 2: keys.them names no action; did you mean theme?"),
        ('[keys]\ntheme = "q"\n', "line 2: keys.theme takes q, which is also quit"),
        ('[providers.x]\ntype = "statik"\n', "line 1: providers.x cannot be used: There is no provider of type statik"),
        (
            '[providers.x]\ntype = "static"\n[[providers.x.pairs]]\nname = "a"\nprimary = "10.0.0.1"\n'
            '[[providers.x.pairs]]\nname = "b"\nprimary = "10.0.0.1"\n',
            "line 1: providers.x is not right: 10.0.0.1:6379 stands in pair a and in pair b",
        ),
    ],
)
def test_a_check_finds_also_what_only_use_would_show(command: Command, text: str, told: str) -> None:
    command.configure(text)
    result = command("config", "check")
    assert result.code == 2
    assert told in result.err


def test_providers_tell_what_they_can_and_why_not(command: Command) -> None:
    command.configure(UNUSABLE)
    told = {item["name"] or item["type"]: item for item in command("providers", "--json").json}
    assert {"cloud", "local", "static"} <= set(told)
    assert told["cloud"]["state"] == "unavailable"
    assert "awss" in told["cloud"]["problem"]
    assert told["local"]["state"] == "configured"
    assert told["local"]["problem"] is None
    assert told["static"]["state"] == "installed"
    assert told["local"]["verbs"]["logs"] == {"supported": True, "reason": None}
    assert told["local"]["verbs"]["promote"] == {"supported": True, "reason": None}
    backup = told["local"]["verbs"]["backup"]
    assert backup["supported"] is False
    assert backup["reason"]
    words = command("providers")
    assert words.code == 0
    assert backup["reason"] in words.out


def test_a_provider_without_its_sdk_names_the_extra(command: Command) -> None:
    plugin = command.folder / "plugins"
    (plugin / "redistui_moon-1.0.dist-info").mkdir(parents=True)
    (plugin / "redistui_moon-1.0.dist-info/METADATA").write_text(
        "Metadata-Version: 2.1\nName: redistui-moon\nVersion: 1.0\n"
    )
    (plugin / "redistui_moon-1.0.dist-info/entry_points.txt").write_text(
        "[redistui.providers]\nmoon = redistui_moon:Moon\nbad = redistui_moon:Missing\n"
    )
    (plugin / "redistui_moon.py").write_text(
        "from redistui_static import StaticProvider\n"
        "class Moon(StaticProvider):\n    type = 'moon'\n    extra = 'sdk'\n    sdk_module = 'moon_sdk'\n"
        "    settings_fields = ()\n"
    )
    command.configure('[providers.far]\ntype = "moon"\n')
    told = {item["type"]: item for item in command("providers", "--json", PYTHONPATH=str(plugin)).json}
    assert told["moon"]["state"] == "unavailable"
    assert "moon_sdk" in told["moon"]["problem"]
    assert told["moon"]["hint"] == "pip install 'redistui-moon[sdk]'"
    assert told["moon"]["verbs"]["logs"], "what it could do is told all the same"
    assert told["bad"]["state"] == "unavailable"
    assert "cannot be imported" in told["bad"]["problem"]
    pairs = command("pairs", PYTHONPATH=str(plugin))
    assert pairs.code == 0
    assert "moon_sdk" in pairs.err


def test_wrong_usage_is_exit_code_2_with_the_nearest(command: Command) -> None:
    assert "Did you mean 'pairs'" in command("pars").err
    for arguments in (
        ["pars"],
        ["pairs", "--jsn"],
        ["check"],
        ["check", "a", "--all"],
        ["config"],
        ["connect"],
        ["show"],
    ):
        result = command(*arguments)
        assert (result.code, result.out) == (2, ""), arguments
        assert result.err


def test_the_console_needs_a_terminal(command: Command) -> None:
    for arguments in ([], ["connect", "127.0.0.1:1"], ["demo"]):
        result = command(*arguments)
        assert (result.code, result.out) == (2, "")
        assert "terminal" in result.err
    assert not list((command.folder / "state").rglob("*.pid")), "nothing was started for nobody"


def test_connect_refuses_what_cannot_be(command: Command) -> None:
    for arguments, told in (
        (["10.0.0.5:99999"], "the port must be 1 to 65535"),
        (["a", "--password-env", "X", "--ask-password"], "one place only"),
        (["a", "--cert", __file__], "--cert and --key belong together"),
    ):
        result = command("connect", *arguments)
        assert result.code == 2
        assert told in result.err


@pytest.mark.requires("redis")
def test_a_demo_is_started_read_stopped_and_started_again(command: Command) -> None:
    try:
        started = command("demo", "--detach")
        assert (started.code, started.out) == (0, "local/demo\n")
        assert command("check", "demo").code == 0
        pair = command("pairs", "--json").json["pairs"][0]
        node = pair["replicas"][0]["id"]
        logs = command("logs", "demo", node, "--lines", "5")
        assert (logs.code, len(logs.out.splitlines())) == (0, 5)
        both = command("logs", "demo", "--json").json
        assert [item["address"] for item in both] == [node["address"] for node in pair["nodes"]]
        nothing = command("start", "demo")
        assert (nothing.code, nothing.out) == (0, "")
        assert "no node is stopped" in nothing.err
        pid_file = next((command.folder / "state").rglob(f"{node}/redis.pid"))
        server = psutil.Process(int(pid_file.read_text()))
        server.terminate()
        wait_until(lambda: command("check", "demo").code == 1, "the replica is missed")
        again = command("start", "demo")
        assert (again.code, again.out) == (0, f"{node} {pair['replicas'][0]['address']} runs\n")
        wait_until(lambda: command("check", "demo").code == 0, "the pair is healthy again")
    finally:
        stopped = command("demo", "--stop")
    assert stopped.code == 0
    assert "demo" in stopped.err
    assert command("pairs", "--json").json["pairs"] == []


def complete(command: Command, line: str) -> list[str]:
    """What bash would offer, by the script that `completion bash` prints."""
    script = (
        f'redistui() {{ {" ".join(command.arguments())} "$@"; }}; export -f redistui\n'
        f'source /dev/stdin <<< "$SCRIPT"\nCOMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n'
        '[[ "$LINE" == *" " ]] && COMP_WORDS+=("") && COMP_CWORD=$((COMP_CWORD + 1))\n'
        '_redistui_completion "$WRAPPER"\nprintf \'%s\\n\' "${COMPREPLY[@]}"'
    )
    wrapper = command.folder / "redistui"
    wrapper.write_text("#!/bin/sh\nexec " + " ".join(command.arguments()) + ' "$@"\n')
    wrapper.chmod(0o700)
    done = subprocess.run(
        ["bash", "-c", script],
        env=command.environment(SCRIPT=command("completion", "bash").out, LINE=line, WRAPPER=str(wrapper)),
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.requires("redis")
def test_bash_completes_commands_pairs_and_nodes(command: Command, start_pair: Callable[..., ReplicatedPair]) -> None:
    servers = start_pair()
    command.configure(
        '[providers.here]\ntype = "static"\n[[providers.here.pairs]]\nname = "orders"\n'
        f'primary = "{servers.primary.address}"\nreplicas = ["{servers.replica.address}"]\n'
    )
    assert set(complete(command, "redistui co")) == {"connect", "config", "completion"}
    assert complete(command, "redistui show ") == ["here/orders"]
    assert complete(command, "redistui show or") == ["orders"]
    assert set(complete(command, "redistui config ")) == {"path", "check", "show"}
    node = command("pairs", "--json").json["pairs"][0]["primary"]["id"]
    assert node in complete(command, "redistui logs orders ")


def test_completion_is_silent_when_the_configuration_is_broken(command: Command) -> None:
    command.configure("[providers")
    assert complete(command, "redistui show ") == []


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_scripts_for_other_shells(command: Command, shell: str) -> None:
    result = command("completion", shell)
    assert result.code == 0
    assert f"_REDISTUI_COMPLETE={shell}_complete" in result.out
