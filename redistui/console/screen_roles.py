"""What a screen may be to the app."""

from typing import Protocol, runtime_checkable

from redistui.model.snapshot import FleetSnapshot
from redistui.model.topology import PairKey


@runtime_checkable
class FleetViewer(Protocol):
    """A screen that shows live data."""

    def update_fleet(self, fleet: FleetSnapshot) -> None: ...


@runtime_checkable
class AboutPair(Protocol):
    """A screen on which one pair is meant when none is named."""

    @property
    def key(self) -> PairKey | None: ...


@runtime_checkable
class StepsBack(Protocol):
    """A screen for which `escape` may mean something smaller than leaving it."""

    def step_back(self) -> bool: ...
