"""Out of a split brain, with either choice; on real servers."""

import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.operating import Place, assert_ended, embedded_place
from support.redis_server import RedisServer

from redistui.model.errors import RefusedError
from redistui.model.operation import Outcome
from redistui.model.plan import Confirmation

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]
OTHER = {"node-1": "node-2", "node-2": "node-1"}


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    async with embedded_place(tmp_path, patch=monkeypatch) as made:
        yield made


async def split(place: Place) -> None:
    await place.ask("node-1", "SET", "common", "x")
    await place.ask("node-1", "WAIT", 1, 5000)
    await place.ask("node-2", "REPLICAOF", "NO", "ONE")
    await place.ask("node-2", "CONFIG", "REWRITE")
    for number in range(10):
        await place.ask("node-1", "SET", f"only-node-1:{number}", "x" * 100)
    await place.ask("node-2", "SET", "only-node-2:0", "x")


async def test_both_sides_are_shown_and_one_has_to_be_chosen(place: Place) -> None:
    with pytest.raises(RefusedError, match="is not split"):
        await place.plan("resolve")
    await split(place)
    plan = await place.plan("resolve")
    assert [guard.name for guard in plan.failing] == ["side that is kept"]
    shown = {guard.name: guard.observed for guard in plan.guards}
    assert "one until offset" in shown["sides of the split"]
    first, second = (f"only {node.address} has" for node in (await place.pair()).nodes)
    assert shown[first].startswith(("1.3 KB of writes", "1.4 KB of writes"))
    assert "11 keys in all" in shown[first]
    assert "2 keys in all" in shown[second]
    with pytest.raises(RefusedError):
        place.begin(plan, force=True)


@pytest.mark.parametrize("keep", ["node-1", "node-2"])
async def test_either_side_can_be_kept_and_the_other_is_set_aside(place: Place, keep: str, tmp_path: Path) -> None:
    await split(place)
    lose = OTHER[keep]
    plan = await place.plan("resolve", keep=keep)
    assert plan.confirmation is Confirmation.TYPED_NAME
    record = await place.perform("resolve", keep=keep)
    assert_ended(record, Outcome.DONE)
    assert await place.roles() == {keep: "primary", lose: "replica"}
    assert await place.ask(lose, "EXISTS", f"only-{keep}:0") == 1
    assert await place.ask(lose, "EXISTS", f"only-{lose}:0") == 0
    assert await place.ask(keep, "SET", "after", "x") == b"OK"
    kept = Path(str(record.facts["kept"]))
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with RedisServer.start(tmp_path / "look", port=None, **load_from(kept, tmp_path / "look")) as server:
        assert server.cli("EXISTS", f"only-{lose}:0") == 1, "what it had can be read from the copy"


def load_from(dump: Path, folder: Path) -> dict[str, str]:
    folder.mkdir(mode=0o700)
    (folder / "dump.rdb").write_bytes(dump.read_bytes())
    return {}
