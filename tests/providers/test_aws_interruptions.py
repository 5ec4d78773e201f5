"""kill -9 of the runner at every event of a promotion in the cloud: nobody is left unguarded, nothing is sent twice."""

import contextlib
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from support.mortal import Killed, Mortality
from support.operating import Place
from support.simulated_aws import CloudSite, in_this_process, simulated, told_role

from redistui.config.load import load
from redistui.config.secrets import Secrets
from redistui.model.operation import Outcome
from redistui.model.topology import PairKey
from redistui.simulator import ElastiCacheSimulator
from redistui.simulator.replication_group import ReplicationGroup
from redistui.workspace.workspace import Workspace

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

SAMPLE = 4
SEED = 20261123


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[ElastiCacheSimulator]:
    with simulated(tmp_path, transition_seconds=0.05) as simulator:
        yield simulator


@pytest.fixture
async def place(tmp_path: Path, cloud: ElastiCacheSimulator, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    in_this_process(monkeypatch)
    site = CloudSite.make(tmp_path, cloud)
    site.command.configure(site.command.config_file.read_text().replace("poll_seconds = 0.1", "poll_seconds = 0.05"))
    for name, value in site.command.environment().items():
        if name.startswith("REDISTUI_"):
            monkeypatch.setenv(name, value)
    workspace = Workspace.open(load(), Secrets())
    yield Place(site.journal.state, workspace, PairKey("cloud", "orders"))
    await workspace.close()


async def killed(place: Place, mortality: Mortality) -> str:
    """A promotion whose runner dies there; its id."""
    operation = place.begin(await place.plan("promote"))
    with contextlib.suppress(Killed):
        await place.run(operation, mortality)
    return operation


def assert_guarded(group: ReplicationGroup, expected_primary: str) -> None:
    assert group.status == "available"
    assert (group.automatic_failover, group.multi_az) == ("enabled", "enabled")
    assert group.primary == expected_primary
    for member in group.members:
        assert told_role(group, member.id) == ("master" if member.id == expected_primary else "slave")


async def interrupt(
    place: Place, cloud: ElastiCacheSimulator, group: ReplicationGroup, at: int, *, after: bool, way: str
) -> bool:
    """Whether the runner died at all; what it left was made whole."""
    before = group.primary
    other = next(member.id for member in group.members if member.id != before)
    already_sent = len(cloud.calls)
    mortality = Mortality(at, after=after)
    operation = await killed(place, mortality)
    outcome = await (place.resume(operation) if way == "resume" else place.roll_back(operation))
    if outcome is None:
        outcome = await place.resume(operation)
    where = f"killed {'after' if after else 'before'} event {at} ({mortality.last}), then {way}"
    assert outcome in (Outcome.DONE, Outcome.ROLLED_BACK), where
    assert_guarded(group, other if outcome is Outcome.DONE else before)
    sent = [call for call in cloud.calls[already_sent:] if call == "ModifyReplicationGroup"]
    # Off, promote, on; or off and on; or nothing at all.
    assert len(sent) in ((3,) if outcome is Outcome.DONE else (0, 2)), where
    return mortality.dead


async def test_a_sample_of_interruptions(place: Place, cloud: ElastiCacheSimulator) -> None:
    group = cloud.add_group("orders")
    chosen = random.Random(SEED)
    for _ in range(SAMPLE):
        at, after = chosen.randrange(25), chosen.random() < 0.5
        await interrupt(place, cloud, group, at, after=after, way=chosen.choice(("resume", "roll_back")))


@pytest.mark.long
@pytest.mark.parametrize("way", ["resume", "roll_back"])
@pytest.mark.parametrize("after", [False, True])
async def test_every_interruption(place: Place, cloud: ElastiCacheSimulator, way: str, after: bool) -> None:
    group = cloud.add_group("orders")
    at = 0
    while await interrupt(place, cloud, group, at, after=after, way=way):
        at += 1
    assert at > 15
