"""A plan in words: what it costs, every guard with what was seen, every step with its exact command."""

from collections.abc import Iterator

from redistui.model.plan import Confirmation, Guard, Plan, PlannedStep, Verdict
from redistui.operations.document import plan_json

from .table import Cell, Column, Look, Tone, render

__all__ = [
    "VERDICT_GLYPHS",
    "VERDICT_TONES",
    "artifacts_text",
    "can_wait",
    "guards_text",
    "plan_json",
    "plan_text",
    "steps_text",
]

VERDICT_GLYPHS = {Verdict.PASS: "✓", Verdict.WARN: "!", Verdict.FAIL: "✖"}
VERDICT_TONES = {Verdict.PASS: Tone.GOOD, Verdict.WARN: Tone.WARNING, Verdict.FAIL: Tone.BAD}
NO_RETURN = "point of no return"
# Guards that time alone may let pass, by their names.
_PASSING_TROUBLES = frozenset({
    "all nodes answer", "no other operation on the pair", "no save, load or failover running",
    "primary sees the replica", "replica close enough", "replication link",
})  # fmt: skip
_GUARD_COLUMNS = (Column(""), Column("GUARD"), Column("SEEN"), Column("LIMIT"))


def plan_text(plan: Plan, look: Look) -> Iterator[str]:
    """Summary, cost, guards and steps; a message stands under the guard that has one."""
    yield look.toned(look.text(plan.summary), Tone.STRONG)
    for name, value in _facts(plan).items():
        yield f"{name:<9} {look.text(value)}"
    yield ""
    yield from guards_text(plan, look)
    yield ""
    yield from steps_text(plan, look)


def guards_text(plan: Plan, look: Look) -> Iterator[str]:
    heading, *rows = render(_GUARD_COLUMNS, [_guard_row(guard) for guard in plan.guards], look)
    yield heading
    for guard, row in zip(plan.guards, rows, strict=True):
        yield row
        if guard.message:
            yield look.toned(look.text(f"     {guard.message}"), VERDICT_TONES[guard.verdict])


def steps_text(plan: Plan, look: Look) -> Iterator[str]:
    yield look.toned("STEPS", Tone.FAINT)
    for index, step in enumerate(plan.steps):
        if index == plan.point_of_no_return:
            yield look.toned(look.text(f"── {NO_RETURN}: inside the next step ──"), Tone.WARNING)
        yield from _step_lines(index, step, look)


def artifacts_text(plan: Plan, look: Look) -> Iterator[str]:
    """The files that will be made, each whole."""
    for name, text in plan.artifacts.items():
        yield ""
        yield look.toned(look.text(f"FILE {name}"), Tone.FAINT)
        yield from (look.text(f"     {text_line}") for text_line in text.splitlines())


def can_wait(guard: Guard) -> bool:
    """Whether it is worth waiting until the guard passes."""
    return guard.name in _PASSING_TROUBLES


def confirmation_words(plan: Plan) -> str:
    """What has to be typed, and whether a reason is wanted; empty for a plain question."""
    wanted = [
        *(["the pair's name typed in full"] if plan.confirmation is Confirmation.TYPED_NAME else []),
        *(["a reason"] if plan.requires_reason else []),
    ]
    return " and ".join(wanted)


def _facts(plan: Plan) -> dict[str, str]:
    facts = {"outage": plan.outage, "loss": plan.loss, "asks for": confirmation_words(plan)}
    return {name: value for name, value in facts.items() if value}


def _guard_row(guard: Guard) -> list[Cell | str]:
    return [Cell(VERDICT_GLYPHS[guard.verdict], VERDICT_TONES[guard.verdict]), guard.name, guard.observed, guard.limit]


def _step_lines(index: int, step: PlannedStep, look: Look) -> Iterator[str]:
    yield look.text(f"{index + 1:>2} {step.name}")
    for words in (*step.call.split("; "), *([f"undo: {step.undo}"] if step.undo else [])):
        yield look.toned(look.text(f"     {words}"), Tone.FAINT)
