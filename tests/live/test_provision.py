"""New pairs and the end of pairs on real servers: what is made, refused, resumed, rolled back, and left alone."""

import json
import random
import socket
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from support.embedded import loads, servers
from support.mortal import Killed, Mortality
from support.operating import Place, assert_ended
from support.provisioning import empty_place, everything, killed_among_files, pairs_folder, plan_of

from redistui.model.errors import ConfigurationError, RefusedError, UsageError
from redistui.model.operation import Outcome
from redistui.model.plan import Plan, Verdict
from redistui.operations import launch, runner
from redistui.operations.record import OperationRecord

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]
NEVER = 1_000_000
SEED, SAMPLE = 7, 10


async def perform(place: Place, plan: Plan) -> OperationRecord:
    operation = place.begin(plan)
    await place.run(operation)
    return place.record(operation)


async def provisioned(place: Place, name: str = "", **values: str) -> OperationRecord:
    record = await perform(place, await plan_of(place, name, **values))
    assert_ended(record, Outcome.DONE)
    return record


async def assert_whole(place: Place, nodes: int = 2) -> None:
    replicas = [f"node-{number}" for number in range(2, nodes + 1)]
    assert await place.roles() == {"node-1": "primary", **dict.fromkeys(replicas, "replica")}
    await place.wait_linked(*replicas)
    folder = pairs_folder(place) / place.key.name
    assert {path.name for path in folder.iterdir()} == {"pair.json", "node-1", *replicas}
    assert len(servers(folder)) == nodes


def assert_nothing_left(place: Place) -> None:
    name, folder = place.key.name, pairs_folder(place)
    left = [path.name for path in folder.iterdir()] if folder.exists() else []
    own = (f".creating-{name}-", f".removing-{name}-")
    assert [found for found in left if found == name or found.startswith(own)] == []
    assert [one for one in servers(folder) if f"/{name}/" in one.cwd()] == []


async def test_a_pair_is_made_as_it_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with empty_place(tmp_path, monkeypatch) as place:
        began = time.monotonic()
        wanted = {
            "maxmemory": "80mb",
            "maxmemory_policy": "noeviction",
            "save": "600 5",
            "appendonly": "yes",
            "repl_backlog_size": "2mb",
            "min_replicas_to_write": "1",
        }
        record = await provisioned(place, replicas="2", **wanted)
        print(f"a pair with 2 replicas in {time.monotonic() - began:.2f} s")
        await assert_whole(place, nodes=3)
        for node in ("node-1", "node-2", "node-3"):
            for name, value in wanted.items():
                setting = name.replace("_", "-")
                told = (await place.ask(node, "CONFIG", "GET", setting))[1].decode()
                assert told == {"80mb": str(80 << 20), "2mb": str(2 << 20)}.get(value, value)
        addresses = [str(node.address) for node in (await place.pair()).nodes]
        assert [record.facts[f"node-{number} address"] for number in (1, 2, 3)] == addresses
        password = (await place.provider.endpoint(await place.pair(), await place.node("node-1"))).password.reveal()
        assert len(password) >= 32
        for path in place.folder.rglob("*"):
            assert path.is_dir() or path.name == "redis.conf" or password.encode() not in path.read_bytes(), path
            assert path.name != "redis.conf" or path.stat().st_mode & 0o077 == 0
        assert not any(password in word for process in psutil.process_iter(["cmdline"]) for word in _words(process))


def _words(process: psutil.Process) -> list[str]:
    return process.info["cmdline"] or []


@pytest.mark.parametrize("password", ["q\"uo'te$#\\ä", "with a space"])
async def test_a_password_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setenv("NEW_PASSWORD", password)
    async with empty_place(tmp_path, monkeypatch) as place:
        record = await provisioned(place, password="env:NEW_PASSWORD")
        await assert_whole(place)
        node = await place.node("node-2")
        assert (await place.provider.endpoint(await place.pair(), node)).password.reveal() == password
        assert record.plan.values["password"] == "env:NEW_PASSWORD"
        assert password not in json.dumps(dict(record.plan.artifacts))


async def test_a_secret_that_is_not_there_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_PASSWORD", raising=False)
    async with empty_place(tmp_path, monkeypatch) as place:
        record = await perform(place, await plan_of(place, password="env:NO_SUCH_PASSWORD"))
        assert_ended(record, Outcome.FAILED)
        assert "NO_SUCH_PASSWORD" in record.state.steps[0].detail
        assert_nothing_left(place)
        monkeypatch.setenv("NO_SUCH_PASSWORD", "there-it-is")
        assert await place.resume(record.id) is Outcome.DONE
        await assert_whole(place)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"password": "planted-in-the-open"}, "may not stand here in plain text"),
        ({"replica": "2"}, "replicas"),
        ({"replicas": "0"}, "at least 1"),
        ({"replicas": "many"}, "whole number"),
        ({"maxmemory": "lots"}, "a size such as"),
        ({"maxmemory_policy": "allkeys"}, "did you mean"),
        ({"save": "900"}, "pairs of seconds and changes"),
        ({"ports": "7001"}, "2 different numbers"),
        ({"ports": "7001,7001"}, "2 different numbers"),
    ],
)
async def test_what_cannot_be_meant_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: dict[str, str], words: str
) -> None:
    async with empty_place(tmp_path, monkeypatch) as place:
        with pytest.raises(ConfigurationError, match=words) as caught:
            await plan_of(place, **values)
        assert "planted" not in f"{caught.value} {caught.value.hint}"
        with pytest.raises(ConfigurationError, match="cannot be the name"):
            await plan_of(place, "../elsewhere")


async def test_guards_forbid_what_is_taken_or_cannot_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with empty_place(tmp_path, monkeypatch) as place:
        await provisioned(place)
        there = await place.ports()
        plan = await plan_of(place, ports=f"{there[0]},{there[1]}")
        assert {guard.name for guard in plan.failing} == {"name is free", "ports are free"}
        plan = await plan_of(place, "other", ports=f"{there[0]},{there[1]}", min_replicas_to_write="2")
        assert [guard.name for guard in plan.failing] == ["ports are free", "writes are possible"]
        assert f"{there[0]} is orders's" in plan.failing[0].message
        plan = await plan_of(place, "other", server="/no/such/redis-server")
        assert [guard.name for guard in plan.failing] == ["server program"]
        plan = await plan_of(place, "other", maxmemory="100tb", save="900 1")
        warned = [guard.name for guard in plan.guards if guard.verdict is Verdict.WARN]
        assert warned == ["memory fits", "disk has room"]
        with pytest.raises(RefusedError):
            place.begin(await plan_of(place))
        await assert_whole(place)


async def test_a_disk_without_room_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with empty_place(tmp_path, monkeypatch) as place:
        full = type(psutil.disk_usage("/"))(1 << 40, 1 << 40, 1 << 20, 99.9)
        monkeypatch.setattr("shutil.disk_usage", lambda _: full)
        assert [guard.name for guard in (await plan_of(place)).failing] == ["disk has room"]


async def test_what_was_taken_meanwhile_is_refused_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with empty_place(tmp_path, monkeypatch) as place:
        plan = await plan_of(place)
        operation = place.begin(plan)
        with socket.create_server(("127.0.0.1", int(plan.values["ports"].split(",")[1]))):
            await place.run(operation)
        record = place.record(operation)
        assert any("ports are free" in reason for reason in record.refused)
        assert_nothing_left(place)


@pytest.mark.parametrize("way_out", ["resume", "rollback"])
async def test_a_failing_step_stops_and_leaves_the_choice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way_out: str
) -> None:
    """Somebody takes the replica's port once the guards have passed."""
    async with empty_place(tmp_path, monkeypatch) as place:
        await provisioned(place, "bystander")
        plan = await plan_of(place)
        operation = place.begin(plan)
        squatter = socket.socket()
        judge = runner._refused

        async def judged(*arguments: Any) -> tuple[str, ...]:
            refused = await judge(*arguments)
            squatter.bind(("127.0.0.1", int(plan.values["ports"].split(",")[1])))
            return refused

        with monkeypatch.context() as patched, squatter:
            patched.setattr(runner, "_refused", judged)
            assert await place.run(operation) is Outcome.FAILED
            record = place.record(operation)
            statuses = [step.status.value for step in record.state.steps]
            assert statuses == ["done", "done", "done", "done", "failed", "pending", "pending"]
            assert (await place.roles())["node-1"] == "primary", "what is there stays until somebody decides"
        before = everything(pairs_folder(place) / "bystander" / "node-1" / "redis.conf")
        if way_out == "resume":
            assert await place.resume(operation) is Outcome.DONE
            await assert_whole(place)
        else:
            assert await place.roll_back(operation) is Outcome.ROLLED_BACK
            assert_nothing_left(place)
        assert len(servers(pairs_folder(place) / "bystander")) == 2
        assert everything(pairs_folder(place) / "bystander" / "node-1" / "redis.conf") == before


async def test_a_pair_in_use_is_not_rolled_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with empty_place(tmp_path, monkeypatch) as place:
        record = await provisioned(place)
        assert await place.roll_back(record.id) is None
        await assert_whole(place)


async def test_a_rollback_leaves_a_pair_of_the_same_name_that_another_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with empty_place(tmp_path, monkeypatch) as place:
        one = await killed(place, await plan_of(place), NEVER, after=False, dies_with="create_node")
        assert await place.roll_back(one) is Outcome.ROLLED_BACK
        other = await provisioned(place)
        design = await place.provider.remains(await place.pair(), one)
        assert design is None
        await place.provider.remove_pair(await place.pair(), one)
        await place.provider.remove_node(await place.pair(), await place.node("node-2"), one)
        await assert_whole(place)
        assert await place.provider.remains(await place.pair(), other.id) == {"node-1", "node-2"}


async def killed(
    place: Place, plan: Plan, dies_at: int, *, after: bool, dies_with: str = "", counted: list[int] | None = None
) -> str:
    """Begin it and kill its runner at that event, or at the first of that name; the id of the operation."""
    operation = place.begin(plan)
    mortality = Mortality(dies_at, after=after)
    if dies_with:
        before = mortality.before

        def chosen(what: str) -> bool:
            mortality.dies_at = mortality.events if what == dies_with and not mortality.dead else mortality.dies_at
            return before(what)

        mortality.before = chosen  # type: ignore[method-assign]
    try:
        with killed_among_files(mortality):
            await place.run(operation, mortality)
    except Killed:
        pass
    if counted is not None:
        counted.append(mortality.events)
    return operation


async def provision_killed_at(place: Place, dies_at: int, after: bool, way_out: str) -> None:
    operation = await killed(place, await plan_of(place), dies_at, after=after)
    turned = None
    if way_out == "rollback":
        turned = await place.roll_back(operation)
    if turned is None:
        assert await place.resume(operation) is Outcome.DONE
        await assert_whole(place)
        assert_ended(await perform(place, await place.plan("destroy")), Outcome.DONE)
    else:
        assert turned is Outcome.ROLLED_BACK, (dies_at, after, place.record(operation))
    assert_nothing_left(place)


async def destroy_killed_at(place: Place, dies_at: int, after: bool, way_out: str) -> None:
    await provisioned(place)
    operation = await killed(place, await place.plan("destroy"), dies_at, after=after)
    turned = await place.roll_back(operation) if way_out == "rollback" else None
    if turned is Outcome.ROLLED_BACK:
        await assert_whole(place)
        operation = (await perform(place, await place.plan("destroy"))).id
    elif turned is None:
        assert await place.resume(operation) is Outcome.DONE
    assert_ended(place.record(operation), Outcome.DONE)
    assert_nothing_left(place)


MATRIX = {"provision": provision_killed_at, "destroy": destroy_killed_at}
WAYS = [(after, way_out) for after in (False, True) for way_out in ("resume", "rollback")]


async def count_events(place: Place, verb: str) -> int:
    counted: list[int] = []
    plan = await plan_of(place)
    if verb == "destroy":
        await provisioned(place)
        plan = await place.plan("destroy")
    operation = await killed(place, plan, NEVER, after=False, counted=counted)
    assert_ended(place.record(operation), Outcome.DONE)
    if verb == "provision":
        assert_ended(await perform(place, await place.plan("destroy")), Outcome.DONE)
    return counted[0]


async def interrupt(place: Place, verb: str, sample: int | None) -> int:
    await provisioned(place, "bystander")
    aside = {path: path.read_bytes() for path in (pairs_folder(place) / "bystander").rglob("*.conf")}
    events = await count_events(place, verb)
    cases = [(dies_at, *way) for dies_at in range(events) for way in WAYS]
    if sample is not None:
        cases = random.Random(f"{SEED} {verb}").sample(cases, sample)
    for dies_at, after, way_out in cases:
        await MATRIX[verb](place, dies_at, after, way_out)
    assert len(servers(pairs_folder(place) / "bystander")) == 2
    assert {path: path.read_bytes() for path in aside} == aside
    print(f"{verb}: {len(cases)} of {events * len(WAYS)} interruptions")
    return len(cases)


@pytest.mark.parametrize("verb", MATRIX)
async def test_killed_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    async with empty_place(tmp_path, monkeypatch) as place:
        assert await interrupt(place, verb, SAMPLE) == SAMPLE


@pytest.mark.long
@pytest.mark.parametrize("verb", MATRIX)
async def test_killed_at_every_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    async with empty_place(tmp_path, monkeypatch) as place:
        assert await interrupt(place, verb, None) >= 40


async def test_destroy_asks_for_the_name_and_shows_what_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with empty_place(tmp_path, monkeypatch) as place:
        await provisioned(place)
        for number in range(50):
            await place.ask("node-1", "SET", f"key-{number}", "x")
        node = await place.node("node-1")
        endpoint = await place.provider.endpoint(await place.pair(), node)
        with socket.create_connection((endpoint.address.host, endpoint.address.port)) as visitor:
            visitor.sendall(f"AUTH {endpoint.password.reveal()}\r\nCLIENT SETNAME orders-api\r\n".encode())
            while visitor.recv(100).count(b"+OK") == 0:
                pass
            plan = await place.plan("destroy")
        assert "50 keys" in plan.loss
        [used] = [guard for guard in plan.guards if guard.name == "nobody uses it"]
        assert (used.verdict, used.message) == (Verdict.WARN, f"1 from 127.0.0.1 (orders-api) on {node.address}")
        assert plan.confirmation.value == "typed-name"
        with place.journal() as journal, pytest.raises(UsageError, match="typed in full"):
            launch.begin(journal, plan, reason="", force=True, typed_name="order")
        await assert_whole(place)


async def test_a_pair_with_a_hung_and_a_dead_server_is_destroyed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with empty_place(tmp_path, monkeypatch) as place:
        await provisioned(place)
        pair = await place.pair()
        await place.provider.kill(pair, pair.nodes[0])
        await place.provider.freeze(pair, pair.nodes[1])
        plan = await place.plan("destroy")
        assert "not known what" in plan.loss
        assert_ended(await perform(place, plan), Outcome.DONE)
        assert_nothing_left(place)


async def test_a_demo_pair_is_destroyed_with_its_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with empty_place(tmp_path, monkeypatch, "demo") as place:
        await place.provider.start_demo(2)
        assert len(loads(tmp_path)) == 2
        assert_ended(await perform(place, await place.plan("destroy")), Outcome.DONE)
        assert_nothing_left(place)
        assert len(loads(tmp_path)) == 1
        assert len(servers(tmp_path)) == 2, "demo-2 goes on"
        assert await place.provider.stop_demo() == ["demo-2"]


async def test_a_name_that_was_given_anew_meanwhile_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The runner dies between the end of a demo pair and its last words; `redistui demo` makes another one."""
    async with empty_place(tmp_path, monkeypatch, "demo") as place:
        await place.provider.start_demo(1)
        gone = await killed(place, await place.plan("destroy"), NEVER, after=True, dies_with="remove_pair")
        assert_nothing_left(place)
        await place.provider.start_demo(1)
        assert await place.resume(gone) is Outcome.DONE
        assert await place.roles() == {"node-1": "primary", "node-2": "replica"}
        await place.provider.stop_demo()
