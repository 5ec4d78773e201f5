"""Plans made by hand, the console's engine with them, and a runner that does what a test tells it."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from redistui.config.settings import Configuration
from redistui.console.operations import Operations
from redistui.model.operation import Entry, EntryKind, Outcome, StepStatus
from redistui.model.plan import Guard, NodeBasis, Plan, PlannedStep, Verdict
from redistui.model.topology import PairKey, Role
from redistui.operations.launch import open_journal
from redistui.operations.operator import Operator
from redistui.operations.pair_lock import operation_lock
from redistui.operations.record import begin_entry
from redistui.store.journal import Journal
from redistui.workspace.workspace import Workspace

KEY = PairKey("k8s", "orders")
OLD, NEW = "10.2.0.14:6379", "10.2.0.15:6379"
PASSED = Guard("same history", "9f3c…", "equal", Verdict.PASS)
TOO_FAR = Guard("replica close enough", "3.8 MB", "1.0 MB", Verdict.FAIL, "wait until it has caught up")
READ_ONLY = Guard("environment may be changed", "prod is read-only", "not read-only", Verdict.FAIL,
                  "environment prod refuses every change")  # fmt: skip
LOSES = Guard("primary is dead", "last seen 40 s ago", "acknowledged writes", Verdict.FAIL, "up to 5 000 writes", True)


def plan(*guards: Guard, key: PairKey = KEY, **changes: Any) -> Plan:
    made = Plan(
        verb="promote",
        kind="switchover",
        pair=key,
        summary=f"Switchover of {key.name}: {NEW} becomes the primary, {OLD} its replica",
        based_on={
            "orders-0": NodeBasis(OLD, OLD, Role.PRIMARY, "a" * 40, "9f3c", 88_213_004),
            "orders-1": NodeBasis(NEW, NEW, Role.REPLICA, "b" * 40, "9f3c", 88_213_004),
        },
        guards=(PASSED, *guards),
        steps=(
            PlannedStep("prove-storage", f"prove that roles can be stored on {OLD}", "CONFIG REWRITE"),
            PlannedStep(
                "swap-roles", f"pause writes on {OLD}, {NEW} leads", "CLIENT PAUSE 5000 WRITE", "CLIENT UNPAUSE"
            ),
            PlannedStep("verify-switchover", "verify: one primary", "INFO; SET and GET of a probe key"),
        ),
        point_of_no_return=1,
        outage="writes stop for about 5 ms",
        loss="no acknowledged write",
        values={"to": "orders-1"},
        made_at=1_700_000_000.0,
    )
    return replace(made, **changes)


@dataclass(frozen=True)
class PlannedOperations(Operations):
    """Plans are taken from `plans`, the last one again and again; an exception among them is raised. Instead of
    starting a process, `launch` notes the operation."""

    plans: list[Plan | Exception] = field(default_factory=list)
    asked: list[tuple[str, PairKey, Mapping[str, str]]] = field(default_factory=list)
    launched: list[str] = field(default_factory=list)

    async def plan(self, verb: str, key: PairKey, values: Mapping[str, str], tell: Callable[[str], None]) -> Plan:
        self.asked.append((verb, key, values))
        tell(f"asking {key.provider} where {key.name} is")
        found = self.plans.pop(0) if len(self.plans) > 1 else self.plans[0]
        if isinstance(found, Exception):
            raise found
        return found

    def launch(self, operation: str) -> None:
        self.launched.append(operation)


def planned(folder: Path, *plans: Plan | Exception, obstacle: str = "") -> PlannedOperations:
    return PlannedOperations(Workspace(Configuration(), ()), folder, obstacle=obstacle, plans=list(plans))


@dataclass
class Runner:
    """Writes what a runner would write, step by step."""

    journal: Journal
    operation: str

    def attach(self) -> None:
        self._write(EntryKind.ATTACH, {"process": 1, "host": "bastion", "version": "0"})

    def start(self, step: int, direction: str = "forward") -> None:
        self._write(EntryKind.INTENT, {"step": step, "direction": direction})

    def finish(self, step: int, status: StepStatus = StepStatus.DONE, detail: str = "", **facts: object) -> None:
        told = {"step": step, "status": status.value, "milliseconds": 5.4, "detail": detail, "facts": facts}
        self._write(EntryKind.RESULT, told)

    def end(self, outcome: Outcome, **facts: object) -> None:
        self._write(EntryKind.END, {"outcome": outcome.value, "facts": facts})

    def kinds(self) -> list[EntryKind]:
        return [recorded.entry.kind for recorded in self.journal.entries(self.operation)]

    def _write(self, kind: EntryKind, payload: Mapping[str, object]) -> None:
        self.journal.append(self.operation, Entry(kind, time.time(), payload))


@contextlib.contextmanager
def runner(folder: Path, made: Plan, operation: str = "20261101-090000-abcdef") -> Iterator[Runner]:
    """One that has begun and holds its operation."""
    journal = open_journal(folder)
    who = Operator("ann", "ann", "bastion")
    journal.append(operation, begin_entry(made, who, "change 4711", force=False, at=time.time()))
    try:
        with operation_lock(folder, operation):
            yield Runner(journal, operation)
    finally:
        journal.close()
