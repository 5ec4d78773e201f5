"""What the console needs of the engine that changes things. The coroutines run on the source's loop, by `submit`."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from redistui.model.topology import PairKey

if TYPE_CHECKING:
    from redistui.model.plan import Plan
    from redistui.operations.sight import Overview, Sight
    from redistui.store.journal import Journal
    from redistui.workspace.workspace import Workspace

_MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class Consent:
    """What the operator gave with the yes."""

    typed_name: str = ""
    reason: str = ""
    accepts_loss: bool = False


@dataclass(frozen=True, slots=True)
class Verification:
    """Of the journal's hash chains."""

    problems: tuple[str, ...]
    operations: int
    head: str


@dataclass(frozen=True)
class Operations:
    """`typed` are answers to secret prompts, which a runner gets by a pipe. `obstacle` says why nothing can be begun
    from this console at all. Whatever reads the journal opens it for itself: a connection belongs to one thread."""

    workspace: "Workspace"
    state_folder: Path
    config: Path | None = None
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)
    obstacle: str = ""

    async def plan(self, verb: str, key: PairKey, values: Mapping[str, str], tell: Callable[[str], None]) -> "Plan":
        """Look at the pair as it is now; changes nothing. Raises RedistuiError."""
        from redistui.model.clock import SYSTEM_CLOCK
        from redistui.operations.guards.history import with_history
        from redistui.operations.verbs import find, plan_found

        tell(f"asking {key.provider} where {key.name} is")
        provider, pair = await find(self.workspace, key)
        tell(f"asking {len(pair.nodes)} nodes of {key.name}: roles, offsets, settings, permissions")
        plan = await plan_found(verb, self.workspace, provider, pair, values, SYSTEM_CLOCK)
        with self._journal() as journal:
            return with_history(plan, journal, self.state_folder)

    async def begin(self, plan: "Plan", consent: Consent) -> str:
        """Write the operation down and start its process; returns its id. Raises RedistuiError."""
        return await asyncio.to_thread(self._begin, plan, consent)

    def _begin(self, plan: "Plan", consent: Consent) -> str:
        from redistui.operations.launch import begin

        with self._journal() as journal:
            operation = begin(
                journal, plan, reason=consent.reason, force=consent.accepts_loss, typed_name=consent.typed_name
            )
        self.launch(operation)
        return operation

    def launch(self, operation: str) -> None:
        from redistui.operations.launch import launch

        process = launch(operation, self.state_folder, self.config, self.typed)
        threading.Thread(target=process.wait, name="redistui-runner", daemon=True).start()  # leaves no zombie

    async def cancel(self, operation: str) -> None:
        """Raises RefusedError where nobody could hear it."""
        from redistui.operations.control import cancel

        with self._journal() as journal:
            cancel(journal, self.state_folder, operation)

    async def resume(self, operation: str) -> None:
        await asyncio.to_thread(self._go_on, operation, back=False)

    async def roll_back(self, operation: str) -> None:
        """Raises RefusedError past the point of no return."""
        await asyncio.to_thread(self._go_on, operation, back=True)

    def _go_on(self, operation: str, *, back: bool) -> None:
        from redistui.operations.control import resume, roll_back

        with self._journal() as journal:
            wanted = (roll_back if back else resume)(journal, self.state_folder, operation)
        if wanted:
            self.launch(operation)

    async def watch(self, operation: str, tell: "Callable[[Sight], None]") -> None:
        """Tell the operation each time it has changed, until cancelled."""
        from redistui.operations.sight import watch

        with self._journal() as journal:
            async for sight in watch(journal, operation, self.state_folder):
                tell(sight)

    async def watch_unended(self, tell: "Callable[[Overview], None]") -> None:
        """Tell what has not ended each time it has changed, until cancelled."""
        from redistui.operations.sight import overview

        with self._journal() as journal:
            async for seen in overview(journal, self.state_folder):
                tell(seen)

    async def history(self) -> "tuple[Sight, ...]":
        """The newest operations, of whatever pair."""
        return await asyncio.to_thread(self._history)

    def _history(self) -> "tuple[Sight, ...]":
        from redistui.operations.sight import look

        with self._journal() as journal:
            return tuple(look(journal, one, self.state_folder) for one in journal.operations()[:_MOST_LISTED])

    async def report(self, operation: str) -> tuple[str, ...]:
        """What a drill has written for people; nothing where there is none."""
        return await asyncio.to_thread(self._report, operation)

    def _report(self, operation: str) -> tuple[str, ...]:
        from redistui.operations.drill.report import folder_of

        try:
            return tuple((folder_of(self.state_folder, operation) / "report.md").read_text("utf-8").splitlines())
        except (OSError, UnicodeDecodeError):
            return ()

    async def verify(self) -> Verification:
        return await asyncio.to_thread(self._verify)

    def _verify(self) -> Verification:
        with self._journal() as journal:
            return Verification(journal.verify(), len(journal.operations()), journal.head())

    @contextmanager
    def _journal(self) -> "Iterator[Journal]":
        from redistui.operations.launch import open_journal

        journal = open_journal(self.state_folder)
        try:
            yield journal
        finally:
            journal.close()
