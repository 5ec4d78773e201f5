"""What the README says is so: its tables, its commands, its configuration, its pictures, its JSON."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from support import readme
from support.checkout import ROOT
from support.fleets import down_pair, fleet, lagging_pair
from support.operations import DONE, record, switchover
from support.redis_server import RedisServer

from redistui.cli.catalogue import COMMANDS
from redistui.cli.providers import KnownProvider, ProviderState, providers_json
from redistui.config.load import load
from redistui.model.secret import Secret
from redistui.model.snapshot import FleetSnapshot, ProviderPhase, ProviderSnapshot
from redistui.operations.document import operation_json, plan_json
from redistui.present import json as present
from redistui.wire.client import Connection
from redistui.wire.inspect import list_clients, memory_report, slow_log
from redistui.wire.sampler import NodeSampler
from redistui.wire.settings import server_settings

TEXT = readme.README.read_text()


def test_generated_tables_are_current() -> None:
    assert set(re.findall(r"<!-- generated: ([\w-]+) -->", TEXT)) == set(readme.BLOCKS)
    outdated = [block["name"] for block in readme.BLOCK.finditer(TEXT) if readme.current(block[0]) != block[0]]
    assert outdated == [], "make readme writes them anew"


def test_every_command_of_the_readme_exists() -> None:
    named = set(
        re.findall(r"`?\bredistui ([a-z]+)\b", "\n".join(re.findall(r"`[^`\n]+`|^redistui .*$", TEXT, re.MULTILINE)))
    )
    assert named <= set(COMMANDS)
    assert set(COMMANDS) <= named


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "redistui", command, "--help"], capture_output=True, text=True, timeout=30, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert COMMANDS[command] in " ".join(answer.stdout.split())


def test_every_target_of_the_readme_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b(?=`| +#|\n)", TEXT)) <= targets
    assert "$(BIN)/redistui demo\n" in makefile


def test_the_configuration_examples_are_valid(tmp_path: Path) -> None:
    examples = [block for block in re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL) if "entry-points" not in block]
    assert len(examples) >= 2
    for number, example in enumerate(examples):
        tomllib.loads(example)
        path = tmp_path / f"{number}.toml"
        path.touch(0o600)
        path.write_text(example)
        load(path)


@pytest.mark.live
@pytest.mark.requires("redis")
async def test_the_account_of_the_readme_sees_everything(
    start_server: Callable[..., RedisServer], redis_version: str
) -> None:
    account = re.search(r"^ACL SETUSER (monitor on) >… (.+)$", TEXT, re.MULTILINE)
    assert account is not None
    server = start_server(redis_version, users=[f"{account[1]} >secret {account[2]}"])
    endpoint = server.endpoint(username="monitor", password=Secret("secret"))
    sampler = NodeSampler()
    assert (await sampler.sample(endpoint)).memory_used_bytes
    sampler.close()
    connection = await Connection.open(endpoint)
    settings = await server_settings(connection)
    connection.close()
    assert settings.values
    assert not settings.problem
    assert await list_clients(endpoint) is not None
    assert await slow_log(endpoint) is not None
    assert (await memory_report(endpoint)).advice


def test_pictures_and_links_lead_somewhere() -> None:
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", TEXT) if "://" not in target]
    assert any(target.endswith(".svg") for target in targets)
    assert [target for target in targets if not (ROOT / target).exists()] == []


def _documented(name: str) -> set[str]:
    section = re.search(rf"<!-- json: {name} -->\n(.*?)<!-- json", TEXT, re.DOTALL)
    assert section is not None
    cells = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", section[1], re.MULTILINE)
    return {field for cell in cells for field in re.findall(r"`(\w+)`", cell)}


def test_json_fields_are_documented() -> None:
    failed = ProviderSnapshot("legacy", "static", "", ProviderPhase.FAILED, message="no answer", hint="look")
    document = present.fleet_json(FleetSnapshot(0.0, (*fleet(3).pairs, lagging_pair(), down_pair()), (failed,)))
    pairs, errors = document["pairs"], document["errors"]
    assert isinstance(pairs, list)
    assert isinstance(errors, list)
    nodes = [node for pair in pairs for node in pair["nodes"]]
    findings = [finding for pair in pairs for finding in pair["findings"]]
    assert findings
    for name, objects in (("pair", pairs), ("node", nodes), ("finding", findings), ("error", errors)):
        assert {field for one in objects for field in one} == _documented(name), name
    assert set(present.check_json(lagging_pair())) == _documented("check")
    assert set(plan_json(switchover())) == _documented("plan")
    operation = operation_json(record(DONE))
    assert set(operation) == _documented("operation")
    assert isinstance(operation["result"], dict)
    section = TEXT.partition("<!-- json: operation -->")[2]
    assert [field for field in operation["result"] if f"`{field}`" not in section] == []
    [provider] = providers_json([KnownProvider("static", None, ProviderState.INSTALLED)])
    assert set(provider) == _documented("provider")
