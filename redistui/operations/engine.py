"""Carries out what the transitions decide, and writes down intents before and results after each act."""

from collections.abc import Mapping, Sequence

from redistui.model.clock import Clock
from redistui.model.errors import safe_words
from redistui.model.operation import (
    Act,
    Decision,
    Direction,
    Entry,
    EntryKind,
    OperationState,
    Outcome,
    StepStatus,
    apply,
    decide,
)
from redistui.store.journal import Journal

from .step import Step, StepResult, Watch, unknown

# What may follow each act; anything else a step answers is a fault of the step and counts as unknown.
_ANSWERS = {
    Act.RUN: {StepStatus.DONE, StepStatus.FAILED, StepStatus.UNKNOWN},
    Act.LOOK: {StepStatus.DONE, StepStatus.NOT_DONE, StepStatus.UNKNOWN},
    Act.UNDO: {StepStatus.UNDONE, StepStatus.FAILED, StepStatus.UNKNOWN, StepStatus.FORWARD_ONLY},
}


class Engine:
    """Runs one operation to its end. Another engine may go on from the journal wherever this one was killed."""

    def __init__(
        self,
        journal: Journal,
        operation: str,
        state: OperationState,
        steps: Sequence[Step],
        clock: Clock,
        facts: dict[str, object] | None = None,
    ) -> None:
        """`facts` grow with the results of the steps; steps may look at what those before them found."""
        self._journal = journal
        self._operation = operation
        self._steps = steps
        self._clock = clock
        self.state = state
        self.facts: dict[str, object] = {} if facts is None else facts
        self._seen = len(journal.entries(operation)) - 1

    async def run(self) -> Outcome:
        while True:
            self._read_cancellation()
            decision = decide(self.state)
            if decision.outcome is not None:
                return decision.outcome
            if decision.turn_back:
                self._write(EntryKind.TURN_BACK, {})
            else:
                await self._carry_out(decision)

    async def _carry_out(self, decision: Decision) -> None:
        assert decision.act is not None
        if decision.act is not Act.LOOK:
            direction = Direction.BACKWARD if decision.act is Act.UNDO else Direction.FORWARD
            self._write(EntryKind.INTENT, {"step": decision.step, "direction": direction.value})
        if decision.act is Act.RUN and isinstance(self._steps[decision.step], Watch):
            self._write(EntryKind.WATCH, {})
        started = self._clock.monotonic()
        result = await self._attempt(decision.act, self._steps[decision.step])
        self.facts.update(result.facts)
        self._write(
            EntryKind.RESULT,
            {
                "step": decision.step,
                "status": result.status.value,
                "milliseconds": round((self._clock.monotonic() - started) * 1000, 3),
                "detail": result.detail,
                "facts": dict(result.facts),
            },
        )

    async def _attempt(self, act: Act, step: Step) -> StepResult:
        try:
            match act:
                case Act.RUN:
                    result = await step.run()
                case Act.LOOK:
                    result = await step.look()
                case Act.UNDO:
                    result = await step.undo()
        except Exception as error:  # noqa: BLE001  a step that breaks may have acted: only a look can tell
            return unknown(safe_words(error))
        if result.status not in _ANSWERS[act]:
            return unknown(f"the step answered {result.status.value}")
        return result

    def _read_cancellation(self) -> None:
        for recorded in self._journal.entries(self._operation, after=self._seen):
            self._seen = recorded.number
            if recorded.entry.kind is EntryKind.CANCEL:
                self.state = apply(self.state, recorded.entry)

    def _write(self, kind: EntryKind, payload: Mapping[str, object]) -> None:
        entry = Entry(kind, self._clock.now(), payload)
        recorded = self._journal.append(self._operation, entry)
        if recorded.number == self._seen + 1:
            self._seen = recorded.number
        self.state = apply(self.state, entry)
