"""What is rehearsed, how hard, and within which limit."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from redistui.model.errors import UsageError

DEFAULT_WRITES_PER_SECOND = 200
MOST_WRITES_PER_SECOND = 2000
KEY_PREFIX = "redistui:drill:"


class Scenario(StrEnum):
    SWITCHOVER = "switchover"
    PRIMARY_CRASH = "primary-crash"
    PRIMARY_HANG = "primary-hang"
    REPLICA_LOSS = "replica-loss"
    PROVIDER = "provider"

    @property
    def promises_no_loss(self) -> bool:
        """Replication is asynchronous: no failover can promise it."""
        return self in (Scenario.SWITCHOVER, Scenario.REPLICA_LOSS)


# Seconds without a successful write, where neither the operator nor the environment says otherwise. A hang is only
# known for one after a silence.
DEFAULT_RTO_LIMIT_SECONDS = {
    Scenario.SWITCHOVER: 1.0,
    Scenario.PRIMARY_CRASH: 10.0,
    Scenario.PRIMARY_HANG: 20.0,
    Scenario.REPLICA_LOSS: 1.0,
    Scenario.PROVIDER: 60.0,
}
# Of a failover: acknowledged writes that are older than this when the primary fails must have reached the replica.
LOSS_WINDOW_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class DrillOrder:
    scenario: Scenario
    writes_per_second: int = DEFAULT_WRITES_PER_SECOND
    rto_limit_seconds: float | None = None
    failback: bool = False

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "DrillOrder":
        """Of what was asked for. Raises UsageError."""
        order = cls(
            _scenario(values.get("scenario", "")),
            _pace(values.get("writes-per-second", str(DEFAULT_WRITES_PER_SECOND))),
            _limit(values["rto-limit"]) if values.get("rto-limit") else None,
            values.get("failback") == "yes",
        )
        if order.failback and order.scenario is Scenario.REPLICA_LOSS:
            raise UsageError("there is nothing to fail back: the primary stays", hint="leave --failback out")
        return order

    def values(self) -> dict[str, str]:
        told = {"scenario": self.scenario.value, "writes-per-second": str(self.writes_per_second)}
        if self.rto_limit_seconds is not None:
            told["rto-limit"] = f"{self.rto_limit_seconds:g}"
        return told | ({"failback": "yes"} if self.failback else {})

    def limit_seconds(self, environment_limit: float | None) -> float:
        if self.rto_limit_seconds is not None:
            return self.rto_limit_seconds
        return DEFAULT_RTO_LIMIT_SECONDS[self.scenario] if environment_limit is None else environment_limit


def _scenario(text: str) -> Scenario:
    try:
        return Scenario(text)
    except ValueError:
        raise UsageError(
            f"there is no scenario {text!r}" if text else "a drill needs its scenario",
            hint=f"one of: {', '.join(Scenario)}",
        ) from None


def _pace(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WRITES_PER_SECOND:
        raise UsageError(f"writes a second are 1 to {MOST_WRITES_PER_SECOND}, not {text!r}")
    return int(text)


def _limit(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 3600:
        raise UsageError(f"the limit of a drill is more than 0 and at most 3600 seconds, not {text!r}")
    return seconds
