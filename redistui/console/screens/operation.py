"""One operation, live from the journal, whoever began it. Leaving the screen leaves the operation running."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from redistui.console.bindings import bindings
from redistui.console.dialogs.confirm import ConfirmDialog
from redistui.console.operations import Operations
from redistui.console.requests import FleetWanted, OpenPair
from redistui.console.source import MonitorSource
from redistui.console.viewmodel.line import Span, Tone, line
from redistui.console.viewmodel.operation import current_line, operation_lines
from redistui.console.viewmodel.operation_controls import CANCEL, RESUME, ROLL_BACK, control_lines, why_not
from redistui.console.viewmodel.underway import doing
from redistui.console.widgets.frame import FooterLine, HeaderLine, setup_of
from redistui.console.widgets.line_list import LineList, Row
from redistui.console.widgets.lines import Lines
from redistui.model.errors import RedistuiError
from redistui.model.snapshot import FleetSnapshot
from redistui.model.topology import PairKey
from redistui.operations.control import Standing
from redistui.operations.sight import Sight
from redistui.present.actions import BY_ID, Scope

from .list_screen import ListKeys

if TYPE_CHECKING:
    from concurrent.futures import Future

ASK_LIMIT_SECONDS = 20.0
_SEEN_BELOW = 5  # lines of the current step: what it sends and waits for
_FOOTER = ("operation.cancel", "operation.resume", "operation.rollback", "operation.pair", "back", "help")


class OperationScreen(ListKeys[None]):
    scope = Scope.OPERATION
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.OPERATION)]

    class Seen(Message):
        """The operation has changed."""

        def __init__(self, sight: Sight) -> None:
            super().__init__()
            self.sight = sight

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, OperationScreen.Seen)

    class Lost(Message):
        """It cannot be followed any more."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    def __init__(self, operation: str, key: PairKey, source: MonitorSource, operations: Operations) -> None:
        super().__init__()
        self.key = key
        self.operation = operation
        self._source = source
        self._operations = operations
        self._following: Future[None] | None = None
        self._report: tuple[str, ...] = ()
        self.sight: Sight | None = None

    def compose(self) -> ComposeResult:
        yield HeaderLine(self.key.name)
        yield LineList(id="operation")
        yield Lines(id="controls")
        yield FooterLine(actions=tuple(BY_ID[name] for name in _FOOTER))

    def on_mount(self) -> None:
        self.listing.show_rows([Row(line(Span(f"  … reading operation {self.operation}", Tone.DIM)))])
        self._following = self._source.submit(self._operations.watch(self.operation, self._tell))
        self._following.add_done_callback(self._follow_ended)
        self.set_interval(1.0, self._tick)

    def _tell(self, sight: Sight) -> None:
        """On the source's thread."""
        self.post_message(self.Seen(sight))

    def on_unmount(self) -> None:
        if self._following is not None:
            self._following.cancel()

    def on_screen_resume(self) -> None:
        self.post_message(FleetWanted())

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def update_fleet(self, fleet: FleetSnapshot) -> None:
        pair = fleet.pair(self.key)
        self.query_one(HeaderLine).show_fleet(fleet, environment=pair.pair.environment if pair else None)

    def _follow_ended(self, future: "Future[None]") -> None:
        """On the source's thread: only a failure ends the following by itself."""
        error = None if future.cancelled() else future.exception()
        if error is not None:
            self.post_message(self.Lost(error.message if isinstance(error, RedistuiError) else type(error).__name__))

    def on_operation_screen_lost(self, message: Lost) -> None:
        self.notify(f"The operation cannot be followed: {message.words}", severity="error", markup=False)

    def on_operation_screen_seen(self, message: Seen) -> None:
        before, self.sight = self.sight, message.sight
        self._draw()
        if self.sight.ended and self.sight.record.plan.verb == "drill" and not self._report:
            self.run_worker(self._read_report(), group="report", exclusive=True, exit_on_error=False)
        if before is not None and not before.ended and self.sight.ended:
            self._source.refresh()

    async def _read_report(self) -> None:
        future = asyncio.wrap_future(self._source.submit(self._operations.report(self.operation)))
        self._report = await asyncio.wait_for(future, ASK_LIMIT_SECONDS)
        self._draw()

    def _tick(self) -> None:
        """Seconds pass while it runs."""
        if self.sight is not None and self.sight.standing in (Standing.RUNNING, Standing.WATCHING):
            self._draw()

    def _draw(self) -> None:
        sight = self.sight
        if sight is None or not self.size.width:
            return
        now = time.time()
        lines = operation_lines(sight, now, self.size.width, self._report)
        self.listing.show_rows([Row(one) for one in lines])
        place = 0 if sight.ended else current_line(lines)
        if place is not None:
            self.listing.reveal(min(place + _SEEN_BELOW, len(lines) - 1))
            self.listing.reveal(place)
        self.query_one("#controls", Lines).show(control_lines(sight, now, setup_of(self.app).keys, self.size.width))

    # ---- asking something of it

    def step_back(self) -> bool:
        """Escape leaves the screen; an operation that runs goes on."""
        if self.sight is not None and self.sight.standing in (Standing.RUNNING, Standing.WATCHING):
            plan = self.sight.record.plan
            self.app.notify(
                f"{plan.pair.name}: {doing(self.sight)} goes on without this screen; o shows it", markup=False
            )
        return False

    def action_operation_pair(self) -> None:
        self.post_message(OpenPair(self.key))

    def action_operation_cancel(self) -> None:
        self._ask(CANCEL, "Turn back?", "After the current step, what was done is undone, the newest first.",
                  "Turn back", self._operations.cancel)  # fmt: skip

    def action_operation_resume(self) -> None:
        self._ask(RESUME, "Go on with it?", "Its process looks at each step first; nothing is done twice.",
                  "Resume", self._operations.resume)  # fmt: skip

    def action_operation_rollback(self) -> None:
        self._ask(ROLL_BACK, "Undo it?", "What was done is undone, the newest first, each after a look.",
                  "Roll back", self._operations.roll_back)  # fmt: skip

    def _ask(
        self, action: str, question: str, explanation: str, verb: str, do: Callable[[str], Awaitable[None]]
    ) -> None:
        if self.sight is None:
            return
        if reason := why_not(self.sight, action) or (self._operations.obstacle if action != CANCEL else ""):
            self.notify(f"{BY_ID[action].title}: {reason}", severity="warning", markup=False)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.run_worker(self._do(do), group="asked", exclusive=True, exit_on_error=False)

        self.app.push_screen(ConfirmDialog(question, explanation, verb), answered)

    async def _do(self, do: Callable[[str], Awaitable[None]]) -> None:
        async def asked() -> None:
            await do(self.operation)

        try:
            await asyncio.wait_for(asyncio.wrap_future(self._source.submit(asked())), ASK_LIMIT_SECONDS)
        except RedistuiError as error:
            self.notify(f"{error.message}. {error.hint}" if error.hint else error.message, severity="error",
                        markup=False)  # fmt: skip
        except TimeoutError:
            self.notify(f"no answer within {ASK_LIMIT_SECONDS:g} s", severity="error")
