"""One look at all pairs or at one, for the commands that answer once."""

from redistui.model.errors import RedistuiError
from redistui.model.snapshot import FleetSnapshot, PairSnapshot
from redistui.model.topology import Pair
from redistui.monitor.survey import survey
from redistui.workspace.workspace import Workspace

from .discovery import find_pair
from .invocation import Invocation
from .session import run, workspace


def survey_all(invocation: Invocation) -> FleetSnapshot:
    """Every pair, sampled once."""

    async def ask_all() -> FleetSnapshot:
        async with workspace(invocation) as opened:
            return await survey(opened)

    return run(ask_all())


def survey_one(invocation: Invocation, text: str) -> PairSnapshot:
    """The pair that PAIR means, sampled once."""

    async def ask_one() -> PairSnapshot:
        async with workspace(invocation) as opened:
            return await survey_pair(opened, (await find_pair(opened, text)).pair)

    return run(ask_one())


async def survey_pair(opened: Workspace, pair: Pair) -> PairSnapshot:
    fleet = await survey(opened, only=pair.key)
    shown = fleet.pair(pair.key)
    if shown is None:
        raise RedistuiError(f"{pair.key} is not there any more", hint="`redistui pairs` shows what is")
    return shown
