"""After the storm, by command: a dead primary is replaced, the pair is made whole, restarted, and healed of a split."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.command import Command
from support.waiting import wait_until

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Command]:
    command = Command(tmp_path)
    assert command("demo", "--detach").code == 0
    yield command
    assert command("demo", "--stop").code == 0


def shown(demo: Command) -> Any:
    return demo("show", "demo", "--json").json


def leader(demo: Command) -> Any:
    return shown(demo)["primary"]


def process_of(demo: Command, node: str) -> int:
    return int((demo.folder / "state/providers/local/pairs/demo" / node / "redis.pid").read_text())


def outcome(demo: Command, *arguments: str) -> Any:
    result = demo(*arguments, "--yes", "--json")
    assert result.code == 0, result.err
    return result.json


def test_a_dead_primary_is_replaced_and_comes_back_as_a_replica(demo: Command) -> None:
    old = leader(demo)
    os.kill(process_of(demo, old["id"]), signal.SIGKILL)
    wait_until(lambda: leader(demo) is None, "the dead primary is seen", 10)
    refused = demo("promote", "demo", "--yes")
    assert refused.code == 2, "a failover wants the name"
    assert "--confirm" in refused.err
    told = outcome(demo, "promote", "demo", "--confirm", "demo")
    assert (told["kind"], told["outcome"]) == ("failover", "done")
    assert leader(demo)["id"] != old["id"]
    blocked = demo("start", "demo")
    assert old["id"] not in blocked.out, "a fenced primary is not started as it is"
    assert "rejoin" in blocked.err
    assert outcome(demo, "rejoin", "demo", "--confirm", "demo")["outcome"] == "done"
    (replica,) = shown(demo)["replicas"]
    assert (replica["id"], replica["link"]) == (old["id"], "up")
    assert demo("check", "demo").code == 0


def test_a_pair_is_restarted_node_by_node(demo: Command) -> None:
    before = {node["id"]: process_of(demo, node["id"]) for node in shown(demo)["nodes"]}
    told = outcome(demo, "restart", "demo")
    assert (told["kind"], told["outcome"]) == ("rolling", "done")
    assert all(process_of(demo, node) != process for node, process in before.items())
    assert demo("check", "demo").code == 0
    assert demo("rejoin", "demo", "--yes").code == 3, "nothing is astray"


def test_a_split_is_shown_first_and_ended_by_choice(demo: Command) -> None:
    kept, (other,) = leader(demo), shown(demo)["replicas"]
    stored = (demo.folder / "state/providers/local/pairs/demo" / other["id"] / "redis.conf").read_text()
    password = next(line.split()[1] for line in stored.splitlines() if line.startswith("requirepass")).strip('"')
    split(other["address"], password)
    assert demo("check", "demo").code == 1
    assert demo("promote", "demo", "--yes").code == 3, "a split is resolved, not promoted"
    unchosen = demo("resolve", "demo", "--plan")
    assert unchosen.code == 3
    assert kept["address"] in unchosen.out
    assert other["address"] in unchosen.out
    told = outcome(demo, "resolve", "demo", "--keep", kept["id"], "--confirm", "demo")
    assert told["outcome"] == "done"
    assert leader(demo)["id"] == kept["id"]
    wait_until(lambda: demo("check", "demo").code == 0, "the pair is whole again", 20)


def split(address: str, password: str) -> None:
    import redis

    host, _, port = address.partition(":")
    with redis.Redis(host, int(port), password=password) as client:
        client.replicaof("NO", "ONE")
        client.set("only-here", "x")
