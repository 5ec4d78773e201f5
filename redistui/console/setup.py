"""What the console is told beside the fleet: made from the workspace by `run`, by hand in tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redistui.workspace.workspace import OpenConnection

    from .operations import Operations


@dataclass(frozen=True, slots=True)
class ConsoleSetup:
    read_only: frozenset[str] = frozenset()  # environments
    keys: Mapping[str, str] = field(default_factory=dict)  # action id → keys
    theme: str | None = None
    low_bandwidth: bool = False
    only_ascii: bool = False  # the locale has no UTF-8
    configuration_path: Path | None = None  # None: there is no file
    new_configuration_path: Path = Path("config.toml")  # where one would be
    connections: "tuple[OpenConnection, ...]" = ()
    state_folder: Path | None = None  # where the chosen theme is kept; None keeps nothing
    log_path: Path | None = None  # where a crash is told in full
    open_pair: str | None = None  # the pair to open at once: `provider/name`
    operations: "Operations | None" = None  # None: nothing can be changed, as where no state can be kept
    notices: tuple[str, ...] = ()  # told at the start

    @property
    def publish_seconds(self) -> float:
        """The least time between two drawings."""
        return 5.0 if self.low_bandwidth else 0.0
