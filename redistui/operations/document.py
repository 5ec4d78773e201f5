"""Plans and operations as the JSON that scripts and hooks rely on. Objects may gain fields; none is ever dropped."""

import msgspec

from redistui.model.moment import timestamp
from redistui.model.plan import Guard, Plan, PlannedStep

from .record import OperationRecord
from .results import result_of

Json = dict[str, object]


def plan_json(plan: Plan) -> Json:
    """`point_of_no_return` is the index of its step, null where all can be undone."""
    return {
        "verb": plan.verb,
        "pair": str(plan.pair),
        "kind": plan.kind,
        "summary": plan.summary,
        "based_on": msgspec.to_builtins(plan.based_on),
        "guards": [_guard_json(guard) for guard in plan.guards],
        "steps": [_planned_json(step) for step in plan.steps],
        "point_of_no_return": plan.point_of_no_return,
        "outage": plan.outage,
        "loss": plan.loss,
        "confirmation": plan.confirmation.value,
        "requires_reason": plan.requires_reason,
        "artifacts": dict(plan.artifacts),
        "made_at": timestamp(plan.made_at),
    }


def operation_json(record: OperationRecord, *, interrupted: bool = False) -> Json:
    """`interrupted`: it has not ended, and no process on this machine carries it on."""
    outcome = record.state.outcome
    return {
        "id": record.id,
        "verb": record.plan.verb,
        "kind": record.plan.kind,
        "pair": str(record.plan.pair),
        "state": record.phase.value,
        "interrupted": interrupted,
        "outcome": outcome.value if outcome else None,
        "started_at": timestamp(record.started_at),
        "ended_at": timestamp(record.ended_at),
        "operator": str(record.operator),
        "reason": record.reason,
        "refused": list(record.refused),
        "steps": [
            {
                "name": planned.name,
                "status": step.status.value,
                "started_at": timestamp(step.started_at),
                "milliseconds": step.milliseconds,
                "detail": step.detail,
            }
            for planned, step in zip(record.plan.steps, record.state.steps, strict=True)
        ],
        "result": result_of(record),
    }


def _guard_json(guard: Guard) -> Json:
    return {
        "name": guard.name,
        "observed": guard.observed,
        "limit": guard.limit,
        "verdict": guard.verdict.value,
        "message": guard.message,
    }


def _planned_json(step: PlannedStep) -> Json:
    return {"name": step.name, "call": step.call, "undo": step.undo, "node": step.node or None}
