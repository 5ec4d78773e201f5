"""The steps that measure: the probe is started before the fault and asked at the end, whatever happened between."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from redistui.model import units
from redistui.model.errors import ProviderError
from redistui.model.operation import StepStatus
from redistui.model.plan import PlannedStep
from redistui.store.journal import Journal

from ..places import journal_path
from ..record import OperationRecord, read
from ..step import StepResult, done, failed, not_done, undone
from ..surroundings import Surroundings
from . import report as reports
from .handle import ProbeHandle
from .health import left_to_do
from .history import earlier
from .measures import Part, Phase, measure, verdict_line
from .messages import Order, ProbeReport, Pulse, TargetOrder
from .scenarios import KEY_PREFIX, DrillOrder
from .timeline import words

BASELINE_SECONDS = 1.5
CALM_SECONDS = 1.0
_SHARED = "drill probe"
_START_SECONDS = 10.0
_FLOW_SECONDS = 10.0
_FINISH_SECONDS = 60.0
_ABANDON_SECONDS = 20.0
_RUN = (StepStatus.DONE, StepStatus.FAILED, StepStatus.UNKNOWN, StepStatus.FORWARD_ONLY, StepStatus.RUNNING)


def probe_of(around: Surroundings) -> ProbeHandle | None:
    """The probe of this drill, while this process has it and it lives."""
    handle = around.shared.get(_SHARED)
    return handle if isinstance(handle, ProbeHandle) and handle.alive else None


@dataclass
class StartProbe:
    """Returns when writes flow and a stretch of them is there to compare with."""

    around: Surroundings
    replicas: tuple[str, ...]

    async def run(self) -> StepResult:
        around, order = self.around, DrillOrder.of(self.around.plan.values)
        try:
            targets = await self._targets()
        except ProviderError as error:
            return failed(f"{error.message}; nothing was changed")
        prefix = f"{KEY_PREFIX}{around.operation}:"
        handle = ProbeHandle.start(
            Order(prefix, targets, order.writes_per_second), around.hidden_variables, _Progress(around)
        )
        around.shared[_SHARED] = handle
        if not await handle.written(1, _START_SECONDS):
            await handle.abandon(_ABANDON_SECONDS)
            return failed(
                f"no write was acknowledged within {units.duration(_START_SECONDS)}; "
                "nothing was changed: may this user write keys?"
            )
        await around.clock.sleep(BASELINE_SECONDS)
        return done(f"{order.writes_per_second} writes a second under {prefix}", drill_prefix=prefix)

    async def look(self) -> StepResult:
        return done("it writes") if probe_of(self.around) else not_done("it does not write")

    async def undo(self) -> StepResult:
        if handle := probe_of(self.around):
            await handle.abandon(_ABANDON_SECONDS)
        return undone("the probe has ended and its keys are removed")

    async def _targets(self) -> tuple[TargetOrder, ...]:
        pair, provider = self.around.pair, self.around.provider
        endpoints = {node.id: await provider.endpoint(pair, node) for node in pair.nodes}
        return tuple(
            TargetOrder.of(node_id, endpoint, replica=node_id in self.replicas)
            for node_id, endpoint in endpoints.items()
        )


class _Progress:
    """Writes the probe's pulse down for whoever follows. On the listening thread, with a journal of its own."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._journal: Journal | None = None

    def __call__(self, pulse: Pulse) -> None:
        if self._journal is None:
            self._journal = Journal(journal_path(self._around.state_folder))
        self._journal.report_progress(self._around.operation, self._around.clock.now(), words(pulse))


@dataclass
class Judge:
    """Runs always, last: lets writes flow for a moment, ends the probe, looks for every acknowledged write, reports."""

    around: Surroundings
    limit_seconds: float

    async def run(self) -> StepResult:
        around, order = self.around, DrillOrder.of(self.around.plan.values)
        left = await left_to_do(around)
        probe = await self._asked()
        journal = Journal(journal_path(around.state_folder))
        try:
            record = read(journal, around.operation)
            before = earlier(journal, around.plan.pair, order.scenario, but=around.operation)
        finally:
            journal.close()
        measures = measure(
            order.scenario,
            self.limit_seconds,
            probe,
            phases_of(record),
            full_resync=_flag(around.facts),
            left_to_do=left,
        )
        if around.cancelled():
            note = "it was cancelled: the pair was made whole, and what was only watched was cut short"
            measures = replace(measures, notes=(*measures.notes, note))
        try:
            path = reports.write(around.state_folder, record, measures, probe, before)
        except OSError as error:
            told = reports.result(measures, None)
            return done(f"{verdict_line(measures)}; the report could not be written: {error.strerror}", drill=told)
        return done(verdict_line(measures), drill=reports.result(measures, path))

    async def look(self) -> StepResult:
        return not_done("it is judged once more")

    async def undo(self) -> StepResult:
        return undone("a report changes nothing")

    async def _asked(self) -> ProbeReport | None:
        handle = probe_of(self.around)
        if handle is None:
            return None
        if await handle.flows(_FLOW_SECONDS):
            await self.around.clock.sleep(CALM_SECONDS)
        return await handle.finish(_FINISH_SECONDS)


def phases_of(record: OperationRecord) -> tuple[Phase, ...]:
    """The steps that ran, but for the judging itself."""
    return tuple(
        Phase(
            planned.name,
            part_of(planned),
            step.started_at,
            step.milliseconds,
            step.detail if step.status in (StepStatus.FAILED, StepStatus.UNKNOWN) else "",
        )
        for planned, step in zip(record.plan.steps, record.state.steps, strict=True)
        if step.status in _RUN
        and step.started_at is not None
        and step.milliseconds is not None
        and part_of(planned) is not Part.JUDGE
    )


def part_of(planned: PlannedStep) -> Part:
    told = planned.values.get("part")
    return Part(told) if isinstance(told, str) else Part.PREPARE


def _flag(facts: Mapping[str, object]) -> bool | None:
    told = facts.get("full_resync")
    return told if isinstance(told, bool) else None
