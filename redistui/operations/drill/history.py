"""Earlier drills of a pair, from the journal."""

from dataclasses import dataclass

from redistui.model.topology import PairKey
from redistui.store.journal import Journal

from ..record import read
from .scenarios import Scenario

_LOOKED_AT = 500
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Earlier:
    operation: str
    at: float
    scenario: str
    verdict: str
    rto_milliseconds: float | None
    lost: int | None
    acknowledged: int


def earlier(journal: Journal, pair: PairKey, scenario: Scenario, but: str = "") -> tuple[Earlier, ...]:
    """The newest first; `but` is the drill that is being judged."""
    found: list[Earlier] = []
    for operation in journal.operations()[:_LOOKED_AT]:
        if operation == but:
            continue
        record = read(journal, operation)
        told = record.facts.get("drill")
        if record.plan.pair != pair or not isinstance(told, dict) or told.get("scenario") != scenario.value:
            continue
        rto, lost = told.get("rto_milliseconds"), told.get("lost")
        found.append(
            Earlier(
                operation,
                record.started_at,
                str(told["scenario"]),
                str(told.get("verdict")),
                float(rto) if isinstance(rto, int | float) else None,
                lost if isinstance(lost, int) else None,
                int(told.get("acknowledged") or 0),
            )
        )
        if len(found) == _SHOWN:
            break
    return tuple(found)
