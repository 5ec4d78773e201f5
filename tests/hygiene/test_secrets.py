"""A planted password is looked for wherever redistui writes: output, files, processes, errors and screens."""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from support.plugins import add_distribution
from support.pseudo_terminal import PseudoTerminal
from support.redis_server import RedisServer, ReplicatedPair

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

PLANTED = "Zw9-planted-Qx7"
WRONG = "Kj4-mistyped-Vb2"
LIMIT_SECONDS = 30


@dataclass
class Site:
    """A pair with a password, and a configuration that holds it in every way."""

    folder: Path
    pair: ReplicatedPair
    environment: dict[str, str]

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def run(self, *arguments: str, limit_seconds: float = LIMIT_SECONDS) -> str:
        """Both outputs of a command, whatever its exit code; its process and children are looked at meanwhile."""
        command = [sys.executable, "-m", "redistui", *arguments]
        with subprocess.Popen(
            command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            try:
                output, _ = process.communicate(timeout=limit_seconds)
            except subprocess.TimeoutExpired:
                assert_no_process_tells(process.pid)
                process.terminate()
                output, _ = process.communicate(timeout=5)
        return output.decode(errors="replace")


def _told_by(process: psutil.Process) -> str:
    try:
        return "\n".join([*process.cmdline(), *(f"{name}={value}" for name, value in process.environ().items())])
    except psutil.Error:
        return ""


def assert_no_process_tells(parent: int) -> None:
    """Arguments and environment of a process's children; its own environment may be where a secret comes from."""
    root = psutil.Process(parent)
    assert PLANTED not in " ".join(root.cmdline())
    for child in root.children(recursive=True):
        assert PLANTED not in _told_by(child), child


CONFIGURATION = """
[providers.literal]
type = "static"
[[providers.literal.pairs]]
name = "orders"
primary = "{primary}"
replicas = ["{replica}"]
password = "{planted}"

[providers.stored]
type = "static"
[[providers.stored.pairs]]
name = "from-file"
primary = "{from_file}"
password = {{ file = "password" }}
[[providers.stored.pairs]]
name = "from-environment"
primary = "{from_environment}"
password = {{ env = "PLANTED_PASSWORD" }}
[[providers.stored.pairs]]
name = "from-command"
primary = "{from_command}"
password = {{ command = ["cat", "{folder}/password"] }}
[[providers.stored.pairs]]
name = "mistyped"
primary = "{mistyped}"
password = "{wrong}"
"""


def _private(path: Path, text: str) -> Path:
    path.touch(0o600)
    path.write_text(text)
    return path


@pytest.fixture
def site(
    tmp_path: Path, start_pair: Callable[..., ReplicatedPair], start_server: Callable[..., RedisServer]
) -> Iterator[Site]:
    pair = start_pair(password=PLANTED)
    names = ("from_file", "from_environment", "from_command", "mistyped")
    lone = {name: start_server(password=PLANTED).address for name in names}
    _private(tmp_path / "password", PLANTED + "\n")
    configuration = CONFIGURATION.format(
        primary=pair.primary.address,
        replica=pair.replica.address,
        planted=PLANTED,
        wrong=WRONG,
        folder=tmp_path,
        **lone,
    )
    environment = {
        **os.environ,
        "REDISTUI_CONFIG": str(_private(tmp_path / "config.toml", configuration)),
        "REDISTUI_STATE": str(tmp_path / "state"),
        "PLANTED_PASSWORD": PLANTED,
        "REDISTUI_DEBUG": "1",
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
    }
    yield Site(tmp_path, pair, environment)
    subprocess.run(
        [sys.executable, "-m", "redistui", "demo", "--stop"],
        env=environment,
        capture_output=True,
        timeout=30,
        check=False,
    )


def test_commands_tell_no_secret(site: Site) -> None:
    told = {
        arguments: site.run(*arguments)
        for arguments in (
            ("pairs",),
            ("pairs", "--json"),
            ("show", "literal/orders"),
            ("show", "literal/orders", "--json"),
            ("show", "from-command"),
            ("show", "literal/orders", "--bundle", str(site.folder / "evidence.zip")),
            ("show", "mistyped"),
            ("check", "--all"),
            ("check", "--all", "--json"),
            ("providers",),
            ("providers", "--json"),
            ("config", "show"),
            ("config", "show", "--json"),
            ("config", "check"),
            ("logs", "literal/orders"),
            ("show", "no-such-pair"),
        )
    }
    told["watch",] = site.run("watch", limit_seconds=2.5)
    told["watch", "--json"] = site.run("watch", "--json", limit_seconds=2.5)
    versions = {pair["name"]: pair["nodes"][0]["version"] for pair in json.loads(told["pairs", "--json"])["pairs"]}
    assert [name for name, version in versions.items() if version is None] == ["mistyped"]
    assert set(versions) > {"orders", "from-file", "from-environment", "from-command"}
    assert re.search(r"orders\s.*(ok|healthy)", told["pairs",])
    assert [command for command, output in told.items() if PLANTED in output or WRONG in output] == []
    with zipfile.ZipFile(site.folder / "evidence.zip") as evidence:
        assert len(evidence.namelist()) > 3
        assert [name for name in evidence.namelist() if PLANTED.encode() in evidence.read(name)] == []


@pytest.mark.parametrize(
    "mistake",
    [
        'password = "{planted}',
        'password = "{planted}"\npassword = "{planted}"',
        'pasword = "{planted}"',
        'password = ["{planted}"]',
        'password = {{ file = "{planted}", env = "{planted}" }}',
    ],
)
def test_a_mistake_beside_a_secret_does_not_quote_it(site: Site, mistake: str) -> None:
    text = '[providers.shop]\ntype = "static"\n[[providers.shop.pairs]]\nname = "a"\nprimary = "127.0.0.1:1"\n'
    path = _private(site.folder / "broken.toml", text + mistake.format(planted=PLANTED) + "\n")
    for command in (["config", "check"], ["config", "show"], ["pairs"]):
        output = site.run(*command, "--config", str(path))
        assert "broken.toml" in output
        assert PLANTED not in output


def test_a_mistake_of_a_plugin_tells_where_it_happened_and_not_with_what(site: Site) -> None:
    plugins = site.folder / "plugins"
    plugins.mkdir()
    module = (
        "import asyncio, logging\nfrom redistui.provider.capabilities import Capability, Verb\n"
        "from redistui_static import StaticProvider\nclass Moon(StaticProvider):\n"
        "    type = 'moon'\n"
        "    def pair_capabilities(self, pair): return {Verb.LOGS: Capability.yes()}\n"
        "    async def logs(self, pair, node, lines):\n"
        "        password = (await self.endpoint(pair, node)).password.reveal()\n"
        "        async def lost(): raise ValueError('lost ' + password)\n"
        "        asyncio.ensure_future(lost())\n        await asyncio.sleep(0)\n"
        "        logging.getLogger('moon').error('cannot log in with %s', password)\n"
        "        raise ValueError('cannot log in with ' + password)\n"
    )
    add_distribution(plugins, "redistui-moon", {"moon": "moon:Moon"}, {"moon": module})
    configuration = Path(site.environment["REDISTUI_CONFIG"])
    configuration.write_text(configuration.read_text().replace('"static"', '"moon"'))
    for debug in ("", "1"):
        site.environment |= {"PYTHONPATH": str(plugins), "REDISTUI_DEBUG": debug}
        output = site.run("logs", "literal/orders")
        assert "unexpected ValueError" in output
        assert ("moon.py" in output) is bool(debug)
        assert PLANTED not in output


def test_a_demo_keeps_its_passwords_to_itself(site: Site) -> None:
    assert "local/demo" in site.run("demo", "--detach")
    stored = "\n".join(path.read_text() for path in site.state.rglob("redis.conf"))
    passwords = set(re.findall(r"^requirepass\s+\"?([^\"\s]+)", stored, re.MULTILINE))
    assert passwords
    output = site.run("show", "local/demo", "--json") + site.run("logs", "local/demo") + site.run("config", "show")
    processes = "\n".join(_told_by(process) for process in psutil.process_iter())
    for path in site.state.rglob("*"):
        if path.is_file():
            assert path.stat().st_mode & 0o077 == 0, path
    elsewhere = [path for path in site.state.rglob("*") if path.is_file() and path.name != "redis.conf"]
    for password in passwords:
        assert password not in output
        assert password not in processes
        assert [path for path in elsewhere if password.encode() in path.read_bytes()] == []


def test_no_screen_and_no_file_of_the_console_tells_a_secret(site: Site) -> None:
    screens = []
    with PseudoTerminal([sys.executable, "-m", "redistui"], site.environment, 120, 40) as console:
        console.wait("from-command")
        for key in ("", "a", "\x1b", "v", "\x1b", "?", "\x1b", "\r", *"]" * 12):
            console.send(key)
            console.settle()
            screens.append(console.text)
        assert_no_process_tells(console.process.pid)
        console.send("\x1b")
        console.settle()
        console.send("q")
        assert console.process.wait(10) == 0
    assert len(set(screens)) > 6
    assert [screen for screen in screens if PLANTED in screen or WRONG in screen] == []
    kept = [path for path in site.state.rglob("*") if path.is_file()]
    assert [path for path in kept if PLANTED.encode() in path.read_bytes()] == []
