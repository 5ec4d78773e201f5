"""A plan and the records of an operation, made by hand."""

from collections.abc import Sequence

from redistui.model.operation import Entry, EntryKind, Outcome
from redistui.model.plan import Guard, NodeBasis, Plan, PlannedStep, Verdict
from redistui.model.topology import PairKey, Role
from redistui.operations.operator import Operator
from redistui.operations.record import OperationRecord, begin_entry, fold_record
from redistui.store.journal import Recorded

OLD, NEW = "10.0.0.5:6379", "10.0.0.6:6379"


def basis(address: str, role: Role) -> NodeBasis:
    return NodeBasis(address, address, role, "run-" + address, "9f3c", 88)


def switchover(**changes: object) -> Plan:
    fields: dict[str, object] = {
        "verb": "promote",
        "kind": "switchover",
        "pair": PairKey("here", "orders"),
        "summary": f"Switchover of orders: {NEW} becomes the primary, {OLD} its replica",
        "based_on": {"a": basis(OLD, Role.PRIMARY), "b": basis(NEW, Role.REPLICA)},
        "guards": (
            Guard("same history", "9f3c…", "equal", Verdict.PASS),
            Guard("replica-priority", "0", "not 0", Verdict.WARN, "it is never to lead"),
            Guard("replica close enough", "3.8 MB", "1.0 MB", Verdict.FAIL, "wait until it has caught up"),
        ),
        "steps": (
            PlannedStep("prove-storage", f"prove that roles can be stored on {NEW}", "CONFIG REWRITE", node="b"),
            PlannedStep("swap-roles", "swap the roles", f"{OLD}: CLIENT PAUSE; {NEW}: REPLICAOF NO ONE", "unpause"),
            PlannedStep("verify-switchover", "verify", "INFO", node="b"),
        ),
        "point_of_no_return": 1,
        "outage": "5 ms",
        "loss": "no acknowledged write",
        "values": {"to": "b"},
        "made_at": 1_700_000_000.0,
    }
    return Plan(**(fields | changes))  # type: ignore[arg-type]


def intent(step: int, direction: str = "forward") -> Entry:
    return Entry(EntryKind.INTENT, 1_700_000_001.0, {"step": step, "direction": direction})


def result(step: int, status: str, detail: str = "", **facts: object) -> Entry:
    payload = {"step": step, "status": status, "milliseconds": 7.25, "detail": detail, "facts": facts}
    return Entry(EntryKind.RESULT, 1_700_000_002.0, payload)


def end(outcome: Outcome, **payload: object) -> Entry:
    return Entry(EntryKind.END, 1_700_000_003.5, {"outcome": outcome.value, **payload})


def record(entries: Sequence[Entry], plan: Plan | None = None) -> OperationRecord:
    operator = Operator("root", "alice", "bastion", "10.1.1.1")
    begun = begin_entry(plan or switchover(), operator, "change 4711", force=False, at=1_700_000_000.0)
    return fold_record("20231114-221320-abc123", tuple(Recorded(n, e, "") for n, e in enumerate([begun, *entries])))


PROVEN = (intent(0), result(0, "done", "stored"))
SWAPPED = (
    intent(1),
    result(1, "done", f"{NEW} leads", write_gap_milliseconds=6.5, switch_offset=88),
)
VERIFIED = (intent(2), result(2, "done", "link up", full_resync=False))
DONE = (*PROVEN, *SWAPPED, *VERIFIED, end(Outcome.DONE))
