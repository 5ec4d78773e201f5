"""Restarts under load, and the empty primary that is not restarted; on real servers."""

import asyncio
import json
import stat
from pathlib import Path

import pytest
from support.operating import PASSWORD, Place, assert_ended, embedded_place
from support.writers import Writers, missing

from redistui.model.errors import RefusedError
from redistui.model.operation import Outcome
from redistui.model.plan import Verdict

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]
SAVING = (("save", "3600", "1"), ("repl-backlog-size", "64mb"))


@pytest.mark.parametrize("nodes", [2, 3])
async def test_a_rolling_restart_under_load_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nodes: int
) -> None:
    async with embedded_place(tmp_path, nodes=nodes, patch=monkeypatch) as place:
        before = await run_ids(place)
        writers = Writers.start(await place.ports(), 2, 1000, PASSWORD)
        record = await place.perform("restart")
        report = await asyncio.to_thread(writers.stop)
        assert_ended(record, Outcome.DONE)
        after = await run_ids(place)
        assert all(before[node] != after[node] for node in before), "each is another process"
        roles = await place.roles()
        [primary] = [node for node, role in roles.items() if role == "primary"]
        assert primary != "node-1", "it traded places first, so that nobody had to wait for it"
        assert missing((await place.node(primary)).address.port, report.acknowledged, PASSWORD) == []
        print(f"{len(report.acknowledged)} writes, longest gap {report.gaps[0] * 1000:.0f} ms")
        check_evidence(place, record.facts["evidence"])


async def test_one_replica_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with embedded_place(tmp_path, patch=monkeypatch) as place:
        before = await run_ids(place)
        record = await place.perform("restart", node="node-2")
        assert_ended(record, Outcome.DONE)
        assert record.facts["full_resync"] is False, "it saved first, so that a partial sync was enough"
        after = await run_ids(place)
        assert (before["node-1"] == after["node-1"], before["node-2"] == after["node-2"]) == (True, False)


async def test_an_empty_primary_is_not_restarted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with embedded_place(tmp_path, patch=monkeypatch) as place:
        plan = await place.plan("restart", node="node-1")
        [guard] = plan.failing
        assert not guard.loss, "no force overrides it"
        assert "wipe its 1 replica" in guard.message
        assert "redistui promote local/orders" in guard.message
        with pytest.raises(RefusedError):
            place.begin(plan, force=True)


async def test_a_primary_that_keeps_its_data_is_restarted_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with embedded_place(tmp_path, directives=SAVING, patch=monkeypatch) as place:
        await place.ask("node-1", "SET", "kept", "x")
        record = await place.perform("restart", node="node-1")
        assert_ended(record, Outcome.DONE)
        assert await place.roles() == {"node-1": "primary", "node-2": "replica"}
        assert await place.ask("node-1", "EXISTS", "kept") == 1
        await place.wait_linked("node-2")
        assert await place.ask("node-2", "EXISTS", "kept") == 1


async def test_a_node_that_is_down_is_not_started_by_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with embedded_place(tmp_path, directives=SAVING, patch=monkeypatch) as place:
        pair = await place.pair()
        await place.provider.kill(pair, pair.nodes[1])
        plan = await place.plan("restart", node="node-2")
        assert [guard.name for guard in plan.failing] == ["node answers"]
        assert "redistui rejoin" in plan.failing[0].message


async def test_that_writes_will_be_refused_meanwhile_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with embedded_place(tmp_path, patch=monkeypatch) as place:
        name = "writes go on while a replica restarts"
        assert {guard.name: guard.verdict for guard in (await place.plan("restart")).guards}[name] is Verdict.PASS
        await place.ask("node-1", "CONFIG", "SET", "min-replicas-to-write", 1)
        assert {guard.name: guard.verdict for guard in (await place.plan("restart")).guards}[name] is Verdict.WARN


async def run_ids(place: Place) -> dict[str, str]:
    told = {}
    for node in (await place.pair()).nodes:
        info = (await place.ask(node.id, "INFO", "server")).decode()
        told[node.id] = next(line for line in info.splitlines() if line.startswith("run_id:"))
    return told


def check_evidence(place: Place, name: object) -> None:
    file = Path(str(name))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text()
    assert PASSWORD not in text
    evidence = json.loads(text)
    assert set(evidence["nodes"]) >= {"node-1", "node-2"}
    assert any(line.startswith("run_id:") for line in evidence["nodes"]["node-1"]["info"])
    assert evidence["nodes"]["node-1"]["clients"]
    assert evidence["nodes"]["node-1"]["log"]
