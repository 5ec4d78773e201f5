"""What the console is told beside the fleet: made from the workspace by `run`, by hand in tests."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ConsoleSetup:
    read_only: frozenset[str] = frozenset()  # environments
    keys: Mapping[str, str] = field(default_factory=dict)  # action id → keys
    theme: str | None = None
    low_bandwidth: bool = False
    configuration_path: Path | None = None
    state_folder: Path | None = None  # where the chosen theme and the log are kept; None keeps nothing
    open_pair: str | None = None  # the pair to open at once: `provider/name`
    clock: Callable[[], float] = time.time

    @property
    def publish_seconds(self) -> float:
        """The least time between two drawings."""
        return 5.0 if self.low_bandwidth else 0.0
