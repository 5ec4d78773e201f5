"""kill -9 of the runner at every command, act on a machine and journal entry of failover, rejoin, restart and resolve,
then resume or roll back: afterwards one primary takes writes, or none and a fence says why. A seeded sample of it in
every run, all of it in the long one."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.mortal import Killed, Mortality
from support.operating import Place, assert_ended, embedded_place

from redistui.model.operation import Outcome
from redistui.operations import gather
from redistui.operations.guards import vantage

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]
SAMPLED = 3
SEED = 20


async def written(place: Place) -> None:
    """One key that every node has."""
    await place.ask("node-1", "SET", "common", "x")
    replicas = len((await place.pair()).nodes) - 1
    assert await place.ask("node-1", "WAIT", replicas, 5000) == replicas


async def crashed(place: Place) -> None:
    await written(place)
    pair = await place.pair()
    await place.provider.kill(pair, pair.nodes[0])


async def failed_over(place: Place) -> None:
    await crashed(place)
    assert_ended(await place.perform("promote"), Outcome.DONE)


async def split(place: Place) -> None:
    await written(place)
    await place.ask("node-2", "REPLICAOF", "NO", "ONE")
    await place.ask("node-2", "CONFIG", "REWRITE")
    await place.ask("node-1", "SET", "only-1", "x")
    await place.ask("node-2", "SET", "only-2", "x")


@dataclass(frozen=True)
class Scenario:
    verb: str
    prepare: Callable[[Place], Awaitable[None]]
    values: dict[str, str]
    nodes: int = 2
    primaries_before: int = 1


SCENARIOS = {
    "failover": Scenario("promote", crashed, {}),
    "failover-of-three": Scenario("promote", crashed, {}, nodes=3),
    "rejoin": Scenario("rejoin", failed_over, {}),
    "restart": Scenario("restart", written, {}),
    "resolve": Scenario("resolve", split, {"keep": "node-2"}, primaries_before=2),
}


@asynccontextmanager
async def prepared(scenario: Scenario, folder: Path, patch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    # That silence is confirmed over seconds is another test's business.
    patch.setattr(gather, "SILENCE_SECONDS", 0.1)
    patch.setattr(vantage, "SILENCE_SECONDS", 0.1)
    patch.setattr(gather, "_RETRY_SECONDS", 0.1)
    async with embedded_place(folder, nodes=scenario.nodes, patch=patch) as place:
        await scenario.prepare(place)
        yield place


async def event_count(scenario: Scenario, folder: Path) -> int:
    with pytest.MonkeyPatch.context() as patch:
        async with prepared(scenario, folder, patch) as place:
            operation = place.begin(await place.plan(scenario.verb, **scenario.values))
            counting = Mortality(-1, after=False)
            await place.run(operation, counting)
            assert_ended(place.record(operation), Outcome.DONE)
            return counting.events


async def interrupt(scenario: Scenario, folder: Path, dies_at: int, *, after: bool, way_out: str) -> str:
    """Kill, go on, and look; returns where it was killed."""
    with pytest.MonkeyPatch.context() as patch:
        async with prepared(scenario, folder, patch) as place:
            operation = place.begin(await place.plan(scenario.verb, **scenario.values))
            mortality = Mortality(dies_at, after=after)
            with suppress(Killed):
                await place.run(operation, mortality)
            where = f"{'after' if after else 'before'} event {dies_at} ({mortality.last}), then {way_out}"
            writable = [node for node, role in (await place.roles()).items() if role == "primary"]
            assert len(writable) <= scenario.primaries_before, f"{where}: {writable} take writes"
            if way_out == "resume":
                outcome: Outcome | None = await place.resume(operation)
                assert outcome is Outcome.DONE, f"{where}: {told(place, operation)}"
            else:
                outcome = await place.roll_back(operation)
                if outcome is None:
                    outcome = await place.resume(operation)
                assert outcome in (Outcome.ROLLED_BACK, Outcome.DONE), f"{where}: {told(place, operation)}"
            await check(place, scenario, operation, outcome, where)
            return where


def told(place: Place, operation: str) -> str:
    record = place.record(operation)
    steps = zip(record.plan.steps, record.state.steps, strict=True)
    return "; ".join(f"{planned.action} {state.status.value} {state.detail}" for planned, state in steps)


async def check(place: Place, scenario: Scenario, operation: str, outcome: Outcome | None, where: str) -> None:
    roles = await place.roles()
    writable = [node for node, role in roles.items() if role == "primary"]
    known = f"{where}: {roles}: {told(place, operation)}"
    if outcome is Outcome.DONE:
        assert len(writable) == 1, known
        assert await place.ask(writable[0], "SET", "after", "x") == b"OK", known
    else:
        assert len(writable) <= scenario.primaries_before, known
        pair = await place.pair()
        for node in pair.nodes:  # what was fenced before is, what was not is not, and what ran runs
            fenced = await place.provider.fenced(pair, node)
            assert fenced is (scenario.verb == "rejoin" and node.id == "node-1"), known
    holder = writable[0] if writable else "node-2"
    assert await place.ask(holder, "EXISTS", "common") == 1, known


@pytest.mark.parametrize("name", SCENARIOS)
async def test_a_sample_of_interruptions(tmp_path: Path, name: str) -> None:
    scenario = SCENARIOS[name]
    events = await event_count(scenario, tmp_path / "count")
    chance = random.Random(f"{SEED} {name}")
    for number in range(SAMPLED):
        dies_at, after = chance.randrange(events), chance.random() < 0.5
        way_out = chance.choice(["resume", "rollback"])
        await interrupt(scenario, tmp_path / str(number), dies_at, after=after, way_out=way_out)


@pytest.mark.long
@pytest.mark.parametrize("way_out", ["resume", "rollback"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", SCENARIOS)
async def test_every_interruption(tmp_path: Path, name: str, after: bool, way_out: str) -> None:
    scenario = SCENARIOS[name]
    events = await event_count(scenario, tmp_path / "count")
    problems = []
    for dies_at in range(events):
        try:
            await interrupt(scenario, tmp_path / str(dies_at), dies_at, after=after, way_out=way_out)
        except AssertionError as problem:
            problems.append(str(problem))
    assert problems == [], f"{len(problems)} of {events}"
    print(f"{name}: {events} events, killed {'after' if after else 'before'} each, then {way_out}")
