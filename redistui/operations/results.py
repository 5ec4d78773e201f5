"""What came of an operation in figures, one object a verb; null while there is nothing to tell."""

from collections.abc import Callable, Mapping

from redistui.model.operation import Outcome, StepStatus
from redistui.model.topology import Role

from .record import OperationRecord

Result = dict[str, object]


def result_of(record: OperationRecord) -> Result | None:
    make = _RESULTS.get(record.plan.verb)
    return None if make is None else make(record)


def _promotion(record: OperationRecord) -> Result | None:
    """As soon as the roles have changed, also when a later step failed."""
    facts, nodes = record.facts, record.plan.based_on
    if record.state.outcome is not Outcome.DONE and "switch_offset" not in facts:
        return None
    new = record.plan.values.get("to", "")
    old = next((node for node, seen in nodes.items() if seen.role is Role.PRIMARY and node != new), None)
    return {
        "kind": record.plan.kind,
        "old_primary": nodes[old].address if old is not None else None,
        "new_primary": nodes[new].address if new in nodes else None,
        "switch_offset": facts.get("switch_offset"),
        "write_gap_milliseconds": facts.get("write_gap_milliseconds"),
        "full_resync": facts.get("full_resync"),
    }


def _unpausing(record: OperationRecord) -> Result | None:
    if record.state.outcome is not Outcome.DONE:
        return None
    seen = next((guard.observed for guard in record.plan.guards if guard.name == "writes are paused"), "unknown")
    return {"was_paused": {"paused": True, "not paused": False}.get(seen)}


def _drill(record: OperationRecord) -> Result | None:
    """What was judged; one that ended before that has failed."""
    told = record.facts.get("drill")
    if isinstance(told, dict):
        return {str(name): value for name, value in told.items()} | _leaders(record)
    if record.state.outcome is None or record.refused:
        return None if record.untouched else {"scenario": record.plan.kind} | _leaders(record)
    return {
        "scenario": record.plan.kind,
        "rto_milliseconds": None,
        "acknowledged": 0,
        "lost": None,
        "verdict": "fail",
        "reasons": ["it ended before anything was measured"],
        "phases": [],
        "report": None,
    } | _leaders(record)


def _leaders(record: OperationRecord) -> Result:
    """Who leads now and who did before, in a failback the other way round; null while nothing has changed."""
    nodes, to = record.plan.based_on, record.plan.values.get("to", "")
    first = next((node for node, seen in nodes.items() if seen.role is Role.PRIMARY), None)
    swaps = sum(
        planned.action in _CHANGES_LEADER and step.status is StepStatus.DONE
        for planned, step in zip(record.plan.steps, record.state.steps, strict=True)
    )
    if not swaps or first is None or to not in nodes or record.facts.get("primary_restarted"):
        return {"old_primary": None, "new_primary": None}
    old, new = (first, to) if swaps == 1 else (to, first)
    return {"old_primary": nodes[old].address, "new_primary": nodes[new].address}


_CHANGES_LEADER = frozenset({"drill-swap-roles", "promote-survivor", "swap-roles"})


def _provision(record: OperationRecord) -> Result | None:
    """The addresses of what was made."""
    if record.state.outcome is not Outcome.DONE:
        return None
    made = [step for step in record.plan.steps if step.action == "start-created"]
    addresses = {step.node: record.facts.get(f"{step.node} address") for step in made}
    primary, *replicas = addresses.values() or [None]
    return {"primary": primary, "replicas": replicas}


_RESULTS: Mapping[str, Callable[[OperationRecord], Result | None]] = {
    "promote": _promotion,
    "unpause": _unpausing,
    "drill": _drill,
    "provision": _provision,
}
