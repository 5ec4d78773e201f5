"""One look at all pairs or at one, for the commands that answer once."""

from redistui.config.load import load
from redistui.model.errors import RedistuiError
from redistui.model.snapshot import FleetSnapshot, PairSnapshot
from redistui.model.topology import Pair
from redistui.monitor.survey import survey
from redistui.workspace.workspace import Workspace

from .discovery import find_pair
from .invocation import Invocation
from .session import ask, open_with_passwords


def survey_all(invocation: Invocation) -> FleetSnapshot:
    """Every pair, sampled once."""
    return ask(open_with_passwords(load(invocation.config)), survey)


def survey_one(invocation: Invocation, text: str) -> PairSnapshot:
    """The pair that PAIR means, sampled once."""

    async def find_and_look(workspace: Workspace) -> PairSnapshot:
        return await survey_pair(workspace, (await find_pair(workspace, text)).pair)

    return ask(open_with_passwords(load(invocation.config), text), find_and_look)


async def survey_pair(workspace: Workspace, pair: Pair) -> PairSnapshot:
    fleet = await survey(workspace, only=pair.key)
    shown = fleet.pair(pair.key)
    if shown is None:
        raise RedistuiError(f"{pair.key} is not there any more", hint="`redistui pairs` shows what is")
    return shown
