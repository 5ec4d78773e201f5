"""kill -9 of a runner at any instant: at every command to a server, every act on a machine, every journal entry."""

from pathlib import Path
from typing import Any

import pytest
from redistui_embedded import lifecycle

from redistui.model.operation import Entry
from redistui.operations import runner
from redistui.operations.session import NodeSession
from redistui.store.journal import Journal, Recorded
from redistui.wire.client import Reply

MAKING = ("create_pair", "create_node", "remove_node", "remove_pair")
ACTS = ("stop", "start", "restart", "fence", "unfence", "store_role", "fetch", "send", *MAKING)
INNER_ACTS = ("start_node", "shut_down", "stop_node")  # in the middle of the acts of embedded pairs


class Killed(BaseException):
    """Stands for kill -9 of the runner: nothing catches it."""


class Mortality:
    """Kills at the n-th event, before it happens or after it did. Once dead, nothing more happens."""

    def __init__(self, dies_at: int, *, after: bool) -> None:
        self.dies_at, self.after = dies_at, after
        self.events = 0
        self.dead = False
        self.last = ""

    def before(self, what: str) -> bool:
        """Whether the event that begins is the last one."""
        if self.dead:
            raise Killed
        last = self.events == self.dies_at
        self.events += 1
        if last:
            self.last = what
            if not self.after:
                self.dead = True
                raise Killed
        return last

    def behind(self, last: bool) -> None:
        if last:
            self.dead = True
            raise Killed

    def journal(self, path: Path) -> Journal:
        mortality = self

        class DyingJournal(Journal):
            def append(self, operation: str, entry: Entry) -> Recorded:
                last = mortality.before(f"journal {entry.kind.value}")
                recorded = super().append(operation, entry)
                mortality.behind(last)
                return recorded

        return DyingJournal(path)

    def take(self, patch: pytest.MonkeyPatch, machine: Any) -> None:
        """Sessions and acts on machines that are made from now on are mortal."""
        mortality = self

        class MortalSession(NodeSession):
            async def _send(self, commands: Any, timeout_seconds: float | None) -> list[Reply]:
                last = mortality.before(" ".join(map(str, commands[0][:3])))
                replies = await super()._send(commands, timeout_seconds)
                mortality.behind(last)
                return replies

        patch.setattr(runner, "NodeSession", MortalSession)
        for act in ACTS:
            if hasattr(machine, act):
                patch.setattr(machine, act, self._mortal(act, getattr(machine, act)))
        for act in INNER_ACTS:
            patch.setattr(lifecycle, act, self._mortal(act, getattr(lifecycle, act)))

    def _mortal(self, name: str, act: Any) -> Any:
        async def mortal(*arguments: Any, **options: Any) -> Any:
            last = self.before(name)
            answer = await act(*arguments, **options)
            self.behind(last)
            return answer

        return mortal
