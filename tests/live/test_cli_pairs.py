"""`pairs`, `show`, `check`: the real command on real servers."""

import json
import re
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.command import Command
from support.redis_server import ReplicatedPair

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

StartPair = Callable[..., ReplicatedPair]
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
SECRET = "planted-3f9a"
NODE_FIELDS = {
    "id": str, "address": str, "peer_address": str, "role": str, "version": str, "offset": int,
    "memory_used_bytes": int, "memory_max_bytes": int, "clients": int, "operations_per_second": int | float,
    "sampled_at": str,
}  # fmt: skip
PAIR_FIELDS = {"name": str, "provider": str, "type": str, "environment": str | None, "control": str, "findings": list}


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path)


def static(name: str, pair: ReplicatedPair, extra: str = "") -> str:
    replicas = json.dumps([str(server.address) for server in pair.replicas])
    return (
        f"[[providers.here.pairs]]\nname = {json.dumps(name, ensure_ascii=False)}\n"
        f'primary = "{pair.primary.address}"\nreplicas = {replicas}\n{extra}\n'
    )


def configuration(*pairs: str) -> str:
    return '[environments.prod]\n[providers.here]\ntype = "static"\nenvironment = "prod"\n' + "".join(pairs)


def only(told: dict[str, Any]) -> dict[str, Any]:
    (pair,) = told["pairs"]
    assert isinstance(pair, dict)
    return pair


def test_a_pair_has_the_fields_of_the_interface(command: Command, start_pair: StartPair, redis_version: str) -> None:
    servers = start_pair(redis_version)
    command.configure(configuration(static("orders", servers)))
    result = command("pairs", "--json")
    assert (result.code, result.err) == (0, "")
    assert result.json["errors"] == []
    pair = only(result.json)
    for field, type_ in PAIR_FIELDS.items():
        assert isinstance(pair[field], type_), field
    assert (pair["name"], pair["provider"], pair["type"], pair["environment"]) == ("orders", "here", "static", "prod")
    assert (pair["status"], pair["control"]) == ("healthy", "self-managed")
    (replica,) = pair["replicas"]
    for node in (pair["primary"], replica):
        for field, type_ in NODE_FIELDS.items():
            assert isinstance(node[field], type_), (field, node[field])
        assert MOMENT.fullmatch(node["sampled_at"])
    assert (pair["primary"]["address"], pair["primary"]["role"]) == (str(servers.primary.address), "primary")
    assert (pair["primary"]["link"], pair["primary"]["lag_bytes"]) == (None, None)
    assert (replica["address"], replica["role"], replica["link"]) == (str(servers.replica.address), "replica", "up")
    assert replica["lag_bytes"] >= 0
    assert pair["write_endpoint"] == str(servers.primary.address)
    assert pair["read_endpoints"] == [str(servers.replica.address)]


def test_the_table_for_people(command: Command, start_pair: StartPair) -> None:
    servers = start_pair()
    command.configure(configuration(static("[red]订单[/] 🛒", servers)))
    result = command("pairs")
    heading, row = result.out.splitlines()
    assert heading.split()[:4] == ["PAIR", "ENVIRONMENT", "STATE", "PRIMARY"]
    assert "here/[red]订单[/] 🛒  prod" in row
    assert "● ok" in row
    assert str(servers.primary.address) in row
    assert "link up" in row
    assert "\x1b" not in result.out, "no colour where nobody looks"


def test_check_tells_health_by_exit_code(command: Command, start_pair: StartPair) -> None:
    servers = start_pair()
    command.configure(configuration(static("orders", servers)))
    healthy = command("check", "orders", "--json")
    assert healthy.code == 0
    assert {key: healthy.json[key] for key in ("pair", "status")} == {"pair": "here/orders", "status": "healthy"}
    assert command("check", "--all").code == 0
    servers.replica.stop()
    broken = command("check", "here/orders", "--json")
    assert broken.code == 1
    assert broken.json["status"] != "healthy"
    finding = broken.json["findings"][0]
    assert finding["severity"] in {"critical", "warning"}
    assert MOMENT.fullmatch(finding["since"])
    assert finding["rule"]
    assert finding["message"]
    assert str(servers.replica.address) in json.dumps(broken.json), "the words name the node"
    everything = command("check", "--all", "--json")
    assert everything.code == 1
    assert [check["pair"] for check in everything.json["checks"]] == ["here/orders"]
    words = command("check", "orders")
    assert words.code == 1
    assert finding["message"] in words.out


def test_a_dead_node_has_null_and_its_reason(command: Command, start_pair: StartPair) -> None:
    servers = start_pair()
    command.configure(configuration(static("orders", servers)))
    servers.primary.kill()
    pair = only(command("pairs", "--json").json)
    assert pair["primary"] is None
    assert pair["status"] == "down"
    dead = next(node for node in pair["nodes"] if node["address"] == str(servers.primary.address))
    assert dead["failure"]["kind"] == "refused"
    assert [dead[field] for field in ("role", "offset", "clients", "memory_used_bytes", "sampled_at")] == [None] * 5
    assert "refuses connections" in command("show", "orders").out


def test_a_wrong_password_is_unknown_in_words_and_not_healthy(command: Command, start_pair: StartPair) -> None:
    servers = start_pair(password=SECRET)
    command.configure(configuration(static("orders", servers, 'password = "no-secret-77"')))
    result = command("check", "orders")
    assert result.code == 1
    assert "? unknown" in result.out
    assert "password" in result.out
    pair = only(command("pairs", "--json").json)
    assert pair["status"] == "unknown"
    assert {node["failure"]["kind"] for node in pair["nodes"]} == {"authentication"}
    assert "no-secret-77" not in result.out + result.err


def test_show_tells_all_and_no_secret(command: Command, start_pair: StartPair) -> None:
    servers = start_pair(password=SECRET)
    command.configure(configuration(static("orders", servers, 'password = { env = "ORDERS" }')))
    servers.primary.cli("CONFIG", "SET", "maxmemory", "100mb")
    text = command("show", "orders", ORDERS=SECRET)
    assert text.code == 0
    for heading in ("REPLICATION", "MEMORY", "LOAD", "DATA", "FINDINGS"):
        assert heading in text.out
    assert re.search(r"maxmemory +104857600 +0", text.out), "what differs between the nodes is listed"
    details = command("show", "orders", "--json", ORDERS=SECRET)
    told = details.json
    node = told["details"][told["primary"]["id"]]
    assert node["sample"]["role"] == "primary"
    assert MOMENT.fullmatch(node["sample"]["sampled_at"])
    assert node["sample"]["memory_max_bytes"] == 104857600
    assert node["settings"]["maxmemory"] == "104857600"
    assert told["links"][0]["state"] == "up"
    assert SECRET not in text.out + text.err + details.out + details.err


def test_an_evidence_bundle_has_what_every_node_says_and_no_secret(
    command: Command, start_pair: StartPair, tmp_path: Path
) -> None:
    servers = start_pair(password=SECRET, slowlog_log_slower_than=0)
    servers.primary.cli("SET", "session:7", "value-of-a-customer")
    command.configure(configuration(static("orders", servers, 'password = { env = "ORDERS" }')))
    bundle = tmp_path / "evidence.zip"
    result = command("show", "orders", "--bundle", str(bundle), ORDERS=SECRET)
    assert result.code == 0, result.err
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600
    with zipfile.ZipFile(bundle) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert json.loads(files["snapshot.json"])["name"] == "orders"
    folders = {name.split("/")[1] for name in files if name.startswith("nodes/")}
    assert len(folders) == 2
    for folder in folders:
        assert "# Replication" in files[f"nodes/{folder}/info.txt"]
        assert "redistui-monitor" in files[f"nodes/{folder}/clients.txt"]
        assert "requirepass ***" in files[f"nodes/{folder}/settings.txt"]
        assert "slowlog.txt" in {name.split("/")[-1] for name in files}
    everything = "\n".join(files.values())
    assert "session:7" in everything
    assert SECRET not in everything
    assert "value-of-a-customer" not in everything
    again = command("show", "orders", "--bundle", str(bundle), ORDERS=SECRET)
    assert again.code == 2
    assert "exists already" in again.err


def test_names_that_are_wrong_or_ambiguous(command: Command, start_pair: StartPair) -> None:
    servers = start_pair()
    there = static("orders", servers).replace("providers.here", "providers.there")
    other = '[providers.there]\ntype = "static"\n' + there
    command.configure(configuration(static("orders", servers)) + other)
    ambiguous = command("show", "orders")
    assert (ambiguous.code, ambiguous.out) == (2, "")
    assert "here/orders, there/orders" in ambiguous.err
    unknown = command("check", "ordres", "--json")
    assert (unknown.code, unknown.out) == (2, "")
    error = json.loads(unknown.err)["error"]
    assert "'ordres'" in error["message"]
    assert "nearest: there/orders, here/orders" in error["hint"]
    assert command("show", "there/orders").code == 0


def test_logs_of_a_plain_address_say_why_not(command: Command, start_pair: StartPair) -> None:
    command.configure(configuration(static("orders", start_pair())))
    result = command("logs", "orders")
    assert (result.code, result.out) == (1, "")
    assert "here/orders gives no logs: a bare address cannot: set commands.logs" in result.err
