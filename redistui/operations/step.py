"""What a step is: it acts, tells whether it has already happened, and undoes itself. It holds no state of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from redistui.model.operation import StepStatus


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step ended. `facts` are kept with the result and end up in the operation's result; no secrets."""

    status: StepStatus
    detail: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


class Step(Protocol):
    """`run` is only called when the step has not happened. `look` answers DONE, NOT_DONE or UNKNOWN and changes
    nothing. `undo` may be called whatever was done of the step, and more than once; it answers UNDONE, FAILED,
    UNKNOWN, or FORWARD_ONLY when it finds that the point of no return was passed."""

    async def run(self) -> StepResult: ...

    async def look(self) -> StepResult: ...

    async def undo(self) -> StepResult: ...


class Watch:
    """A step that waits for something from outside, maybe for hours: the operation counts as watching meanwhile."""


def done(detail: str = "", **facts: object) -> StepResult:
    return StepResult(StepStatus.DONE, detail, facts)


def not_done(detail: str = "") -> StepResult:
    return StepResult(StepStatus.NOT_DONE, detail)


def failed(detail: str, **facts: object) -> StepResult:
    return StepResult(StepStatus.FAILED, detail, facts)


def unknown(detail: str, **facts: object) -> StepResult:
    return StepResult(StepStatus.UNKNOWN, detail, facts)


def undone(detail: str = "") -> StepResult:
    return StepResult(StepStatus.UNDONE, detail)


def forward_only(detail: str) -> StepResult:
    return StepResult(StepStatus.FORWARD_ONLY, detail)
