"""Whether the pair is whole again after a drill, and in words what is left to do when it is not."""

from redistui.model.sample import LinkState, NodeSample
from redistui.model.topology import Role
from redistui.wire.failures import WireFailure

from ..session import WrongServer
from ..surroundings import Surroundings

WHOLE_SECONDS = 30.0
_POLL_SECONDS = 0.1


async def left_to_do(around: Surroundings, limit_seconds: float = WHOLE_SECONDS) -> tuple[str, ...]:
    """Empty as soon as one node leads and all others follow it with their links up."""
    until = around.clock.monotonic() + limit_seconds
    while problems := await _problems(around):
        if around.clock.monotonic() >= until:
            return (*problems, f"redistui check {around.plan.pair} tells how the pair is")
        await around.clock.sleep(_POLL_SECONDS)
    return ()


async def _problems(around: Surroundings) -> tuple[str, ...]:
    primaries, problems = list[str](), list[str]()
    for session in around.sessions.values():
        try:
            session.expect(None)
            sample = await session.info("replication")
        except (WireFailure, WrongServer) as error:
            problems.append(f"{session.address} does not answer: {error}; redistui rejoin {around.plan.pair}")
            continue
        if sample.role is Role.PRIMARY:
            primaries.append(session.address)
        elif not _follows(sample):
            problems.append(f"{session.address} has no link to its primary: redistui rejoin {around.plan.pair}")
    if len(primaries) > 1:
        problems.append(f"{' and '.join(primaries)} both lead: redistui resolve {around.plan.pair}")
    if not primaries:
        problems.append(f"no node leads: redistui promote {around.plan.pair}")
    return tuple(problems)


def _follows(sample: NodeSample) -> bool:
    return sample.role is Role.REPLICA and sample.link is LinkState.UP
