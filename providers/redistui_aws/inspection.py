"""A group as it was described a moment ago, and what its verbs take: calls and guards.

User guide: a replica is promoted only while automatic failover is off ("Promoting a read replica to primary"); a
rebooted primary comes back empty and its replicas empty themselves after it ("Rebooting nodes").
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redistui.model.plan import Guard, Verdict
from redistui.model.topology import Role
from redistui.provider.tasks import Arguments, Call, PlannedCall, TaskPlan

from .calls import CallName, shown
from .groups import Group, Kind
from .states import AVAILABLE

# Acceptance runs of others took up to 40 minutes for changes of a group.
CHANGE_SECONDS = 2400.0
REBOOT_SECONDS = 1200.0
# It ends by itself, and changes are taken afterwards.
_PASSING = ("snapshotting",)


@dataclass(frozen=True, slots=True)
class GroupInspection:
    """`at` is the vendor's own time."""

    group: Group
    at: float

    @property
    def primary(self) -> str | None:
        return self.group.primary.id if self.group.primary else None

    def plan_promote(self, target: str) -> TaskPlan:
        calls = tuple(self._promotion(target))
        return TaskPlan(
            calls,
            (self._is_available(), self._is_replica(target), *self._roles_may_change()),
            "writes stop until ElastiCache has moved the primary endpoint, usually for a minute or less",
            _index(calls, CallName.PROMOTE),
        )

    def plan_restart(self, nodes: Sequence[str], successor: str | None) -> TaskPlan:
        calls: list[PlannedCall] = []
        for node in nodes:
            if node == self.primary and successor:
                calls += self._promotion(successor)
            calls.append(self._reboot(node))
        direct = self.primary in nodes and not successor
        guards = [self._is_available()]
        if successor:
            guards += [self._is_replica(successor), *self._roles_may_change()]
        if direct:
            guards.append(self._keeps_data())
        outage = "none for writes; reads on a node stop while it reboots and loads"
        if direct:
            outage = "no reads and no writes on the primary while it reboots"
        if successor:
            outage = "writes stop while ElastiCache moves the primary endpoint, usually for a minute or less"
        turning_point = _index(calls, CallName.PROMOTE) if successor else len(calls) - 1 if direct else None
        return TaskPlan(tuple(calls), tuple(guards), outage, turning_point)

    def _promotion(self, target: str) -> Iterator[PlannedCall]:
        group = {"group": self.group.id}
        failover: Arguments = {**group, "multi_az": self.group.multi_az}
        protected = self.group.automatic_failover != "disabled"
        off, on = Call(CallName.FAILOVER_OFF, failover), Call(CallName.FAILOVER_ON, failover)
        what = "automatic failover and Multi-AZ" if self.group.multi_az else "automatic failover"
        if protected:
            yield PlannedCall(
                off,
                f"turn {what} off",
                shown(off),
                "automatic failover is disabled",
                CHANGE_SECONDS,
                inverse=on.name,
                inverse_shown=shown(on),
            )
        promote = Call(CallName.PROMOTE, {**group, "target": target})
        yield PlannedCall(
            promote,
            f"make {target} the primary",
            shown(promote),
            f"{target} is the primary",
            CHANGE_SECONDS,
            node=target,
            leader=target,
        )
        if protected:
            yield PlannedCall(
                on, f"turn {what} on again", shown(on), "automatic failover is enabled", CHANGE_SECONDS, always=True
            )

    def _reboot(self, node: str) -> PlannedCall:
        group = self.group.id if self.group.kind is Kind.GROUP else None
        call = Call(CallName.REBOOT, {"group": group, "member": node, "since": self.at})
        return PlannedCall(
            call,
            f"reboot {node}: it loses what it holds and comes back",
            shown(call),
            f"{node} was rebooted",
            REBOOT_SECONDS,
            node=node,
            restarts=True,
        )

    def _is_available(self) -> Guard:
        statuses = {self.group.status, *(member.status for member in self.group.members)}
        odd = sorted(statuses - {AVAILABLE})
        if not odd:
            return Guard("group is available", AVAILABLE, AVAILABLE, Verdict.PASS)
        passing = all(status in _PASSING for status in odd)
        message = "the calls wait until it has ended" if passing else "ElastiCache takes no changes meanwhile"
        verdict = Verdict.WARN if passing else Verdict.FAIL
        return Guard("group is available", ", ".join(odd), AVAILABLE, verdict, message)

    def _is_replica(self, target: str) -> Guard:
        member = self.group.member(target)
        role = member.role if member else Role.UNKNOWN
        ok = role is Role.REPLICA
        message = "" if ok else f"ElastiCache does not call {target} a replica of {self.group.id}"
        return Guard("target is a replica", role.value, "replica", Verdict.PASS if ok else Verdict.FAIL, message)

    def _roles_may_change(self) -> Iterator[Guard]:
        failover = self.group.automatic_failover
        settled = failover in ("enabled", "disabled")
        message = "" if settled else "wait until ElastiCache has switched it"
        verdict = Verdict.PASS if settled else Verdict.FAIL
        yield Guard("automatic failover is settled", failover or "unknown", "enabled or disabled", verdict, message)
        if self.group.pending:
            words = "changes wait for the maintenance window, and may be applied along with these"
            yield Guard("nothing is pending", ", ".join(self.group.pending), "none", Verdict.WARN, words)
        if self.group.is_global:
            words = "its roles belong to the global datastore: fail that over instead"
            yield Guard("not in a global datastore", "it is", "no", Verdict.FAIL, words)

    def _keeps_data(self) -> Guard:
        replicas = len(self.group.members) - 1
        name, limit = "primary's data survives", "a replica takes over first"
        if replicas:
            message = "a rebooted primary comes back empty and its replicas empty themselves: promote a replica first"
            return Guard(name, "it is lost", limit, Verdict.FAIL, message)
        message = "it has no replica: a rebooted node loses everything it holds"
        return Guard(name, "it is lost", limit, Verdict.FAIL, message, loss=True)


def _index(calls: Sequence[PlannedCall], name: CallName) -> int:
    return next(index for index, planned in enumerate(calls) if planned.call.name == name)
