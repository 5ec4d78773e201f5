"""What Redis says after the cloud has acted, and the code of the actions of managed pairs."""

from collections.abc import Callable
from dataclasses import dataclass

from redistui.model.clock import Clock
from redistui.model.errors import ProviderError
from redistui.model.plan import PlannedStep
from redistui.model.topology import Pair
from redistui.provider.tasks import Call, ManagedTasks

from ..session import NodeSession
from ..step import Step, StepResult, done, failed, not_done, undone, unknown
from ..surroundings import Surroundings
from .cloud import Cloud, CloudCall, CloudWait
from .trouble import SILENT
from .verify import VerifySwitchover

ANSWER_SECONDS = 60.0
_POLL_SECONDS = 0.1
_ARGUMENT = "argument."


@dataclass
class VerifyRoles:
    """The cloud says so, and Redis too where it could be asked when the plan was made (`asked`)."""

    tasks: ManagedTasks
    pair: Pair
    old: NodeSession
    new: NodeSession
    asked: VerifySwitchover | None

    async def run(self) -> StepResult:
        try:
            primary = (await self.tasks.inspect(self.pair)).primary
        except ProviderError as error:
            return unknown(f"the cloud cannot be asked who leads: {error.message}")
        if primary != self.new.node.id:
            return failed(f"the cloud says that {primary or 'nobody'} leads, not {self.new.node.id}")
        if self.asked is None:
            return done(f"the cloud says that {primary} leads; Redis could not be asked from here")
        # The cloud may replace a node for it.
        self.old.expect(None)
        self.new.expect(None)
        return await self.asked.run()

    async def look(self) -> StepResult:
        return not_done("it is verified once more")

    async def undo(self) -> StepResult:
        return undone("nothing to undo")


@dataclass
class VerifyRebooted:
    session: NodeSession
    clock: Clock
    run_id: str | None

    async def run(self) -> StepResult:
        self.session.expect(None)
        until = self.clock.monotonic() + ANSWER_SECONDS
        problem = ""
        while self.clock.monotonic() < until:
            try:
                sample = await self.session.info()
            except SILENT as error:
                problem = str(error)
            else:
                if sample.run_id != self.run_id and not sample.loading:
                    return done(f"{self.session.address} runs anew as {sample.role.value}")
                problem = "it is still the same process" if sample.run_id == self.run_id else "it is loading"
            await self.clock.sleep(_POLL_SECONDS)
        return failed(f"{self.session.address} was rebooted, says the cloud: {problem}")

    async def look(self) -> StepResult:
        return not_done("it is verified once more")

    async def undo(self) -> StepResult:
        return undone("nothing to undo")


def _cloud(planned: PlannedStep, around: Surroundings) -> Cloud:
    limit = planned.values["limit_seconds"]
    assert isinstance(limit, int | float)
    tasks = _tasks(around)
    return Cloud(tasks, around.pair, around.clock, around.progress, around.cancelled, float(limit))


def _tasks(around: Surroundings) -> ManagedTasks:
    if not isinstance(around.provider, ManagedTasks):
        raise KeyError(f"managed verb of {around.provider.type}")
    return around.provider


def _call(planned: PlannedStep, name: str) -> Call:
    arguments = {
        key.removeprefix(_ARGUMENT): value for key, value in planned.values.items() if key.startswith(_ARGUMENT)
    }
    return Call(name, arguments)


def _cloud_call(planned: PlannedStep, around: Surroundings) -> Step:
    inverse, run_id = planned.values["inverse"], planned.values["run_id"]
    return CloudCall(
        _cloud(planned, around),
        _call(planned, str(planned.values["task"])),
        inverse=_call(planned, str(inverse)) if inverse else None,
        final=planned.values["final"] is True,
        always=planned.values["always"] is True,
        session=around.sessions.get(planned.node),
        run_id=str(run_id) if run_id else None,
        facts=around.facts,
    )


def _cloud_wait(planned: PlannedStep, around: Surroundings) -> Step:
    call = _call(planned, str(planned.values["task"]))
    return CloudWait(_cloud(planned, around), call, restarts=planned.values["restarts"] is True)


def _verify_roles(planned: PlannedStep, around: Surroundings) -> Step:
    old, new = around.sessions[str(planned.values["old"])], around.sessions[planned.node]
    asked = VerifySwitchover(old, new, around.clock, around.operation, {}, None)
    return VerifyRoles(_tasks(around), around.pair, old, new, asked if planned.values["reachable"] is True else None)


def _verify_rebooted(planned: PlannedStep, around: Surroundings) -> Step:
    run_id = planned.values["run_id"]
    return VerifyRebooted(around.sessions[planned.node], around.clock, str(run_id) if run_id else None)


MANAGED_ACTIONS: dict[str, Callable[[PlannedStep, Surroundings], Step]] = {
    "cloud-call": _cloud_call,
    "cloud-wait": _cloud_wait,
    "verify-roles": _verify_roles,
    "verify-rebooted": _verify_rebooted,
}
