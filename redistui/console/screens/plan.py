"""The plan of a change: looked at as long as one likes, carried out only by the second button."""

import asyncio
import time
from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.worker import Worker, WorkerState

from redistui.console.bindings import bindings
from redistui.console.dialogs.consent_bar import ConsentBar
from redistui.console.operations import Operations
from redistui.console.requests import FleetWanted, OperationBegun
from redistui.console.source import MonitorSource
from redistui.console.viewmodel.line import Line, Span, Tone, line, safe, wrapped
from redistui.console.viewmodel.plan import plan_lines, position_line
from redistui.console.widgets.frame import FooterLine, HeaderLine
from redistui.console.widgets.line_list import LineList, Row
from redistui.console.widgets.lines import Lines
from redistui.model.errors import RedistuiError
from redistui.model.plan import Plan
from redistui.model.snapshot import FleetSnapshot
from redistui.model.topology import PairKey
from redistui.present.actions import BY_ID, Scope
from redistui.present.plans import can_wait, plan_text
from redistui.present.table import Look

from .list_screen import ListKeys
from .plan_export import export

PLAN_LIMIT_SECONDS = 45.0
BEGIN_LIMIT_SECONDS = 20.0
WAIT_LIMIT_SECONDS = 600.0
_AGAIN_SECONDS = 1.0
_FOOTER = ("plan.wait", "refresh", "plan.export", "plan.copy", "back", "help")


class PlanScreen(ListKeys[None]):
    AUTO_FOCUS = "#cancel"
    scope = Scope.PLAN
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Scope.PLAN),
        *bindings(Scope.ANYWHERE, "refresh"),
        Binding("left,right", "app.focus_next", "other button", id="plan.other", tooltip="The other button"),
    ]

    class Told(Message):
        """What is being looked at."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    def __init__(
        self, verb: str, key: PairKey, values: Mapping[str, str], source: MonitorSource, operations: Operations
    ) -> None:
        super().__init__()
        self.key = key
        self._verb = verb
        self._values = values
        self._source = source
        self._operations = operations
        self.plan: Plan | None = None
        self._waiting = False

    def compose(self) -> ComposeResult:
        yield HeaderLine(f"{self._verb} {self.key.name}")
        yield LineList(id="plan")
        yield Lines(id="position")
        yield ConsentBar()
        yield FooterLine(actions=tuple(BY_ID[name] for name in _FOOTER))

    def on_mount(self) -> None:
        self.action_refresh()

    def on_screen_resume(self) -> None:
        self.post_message(FleetWanted())

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    @property
    def bar(self) -> ConsentBar:
        return self.query_one(ConsentBar)

    def update_fleet(self, fleet: FleetSnapshot) -> None:
        pair = fleet.pair(self.key)
        self.query_one(HeaderLine).show_fleet(fleet, environment=pair.pair.environment if pair else None)

    # ---- looking

    def action_refresh(self) -> None:
        """Look again, once."""
        self._waiting = False
        self.run_worker(self._look(), group="plan", exclusive=True, exit_on_error=False)

    def action_plan_wait(self) -> None:
        if self._waiting:
            self.action_refresh()
        elif self.plan is not None and any(can_wait(guard) for guard in self.plan.failing):
            self._waiting = True
            self.run_worker(self._wait(), group="plan", exclusive=True, exit_on_error=False)
        else:
            self.notify("Nothing that fails here passes by itself" if self.plan and self.plan.failing
                        else "There is nothing to wait for", markup=False)  # fmt: skip

    async def _look(self) -> None:
        if await self._plan_once():
            self.bar.say(None)

    async def _wait(self) -> None:
        began = time.monotonic()
        while self._waiting and self.plan is not None:
            passing = [guard for guard in self.plan.failing if can_wait(guard)]
            if not passing:
                self.notify("What was waited for has passed: look at the plan and decide", markup=False)
                break
            waited = time.monotonic() - began
            if waited > WAIT_LIMIT_SECONDS:
                self.notify(f"Not passed within {WAIT_LIMIT_SECONDS / 60:g} min; w waits again", severity="warning")
                break
            names = "; ".join(f"{guard.name}: {guard.observed}, limit {guard.limit}" for guard in passing)
            self.bar.say(self._words(f" Waiting {waited:.0f} s for {names}. w stops.", Tone.ACCENT))
            await asyncio.sleep(_AGAIN_SECONDS)
            if not await self._plan_once():
                return
        self._waiting = False
        self.bar.say(None)

    async def _plan_once(self) -> bool:
        """Whether there is a plan now."""
        asked = self._operations.plan(self._verb, self.key, self._values, self._tell)
        try:
            future = asyncio.wrap_future(self._source.submit(asked))
            self.plan = await asyncio.wait_for(future, PLAN_LIMIT_SECONDS)
        except RedistuiError as error:
            self._explain(error.message, error.hint)
        except TimeoutError:
            self._explain(f"no plan within {PLAN_LIMIT_SECONDS:g} s: a node or its provider does not answer", "")
        else:
            self._draw()
            self.bar.show_plan(self.plan, self._operations.obstacle)
            return True
        return False

    def _tell(self, words: str) -> None:
        """On the source's thread."""
        self.post_message(self.Told(words))

    def on_plan_screen_told(self, message: Told) -> None:
        if self.plan is None:
            self._show([line(), *self._words(f"  … {message.words}, at most {PLAN_LIMIT_SECONDS:g} s", Tone.ACCENT),
                        line(), line("  Nothing is changed by looking.")])  # fmt: skip

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR:
            self._explain(f"unexpected error: {type(event.worker.error).__name__}", "r looks again")

    def _explain(self, message: str, hint: str) -> None:
        self.plan = None
        self._waiting = False
        lines = self._words(f"  ✖ No plan, nothing was changed: {message}", Tone.BAD)
        hints = self._words(f"    {hint}", Tone.ACCENT) if hint else []
        self._show([line(), *lines, *hints, line(), line(Span("  r looks again, esc goes back", Tone.DIM))])
        self.bar.forget_plan()

    def _words(self, text: str, tone: Tone) -> list[Line]:
        return wrapped([Span(safe(text), tone)], max(20, self.size.width - 2), indent=4)

    # ---- drawing

    def _draw(self) -> None:
        if self.plan is not None:
            self._show(plan_lines(self.plan, self.size.width))

    def _show(self, lines: list[Line]) -> None:
        self.listing.show_rows([Row(one) for one in lines])
        self._draw_position()

    def _draw_position(self) -> None:
        first, shown, total = self.listing.window
        self.query_one("#position", Lines).show([position_line(first, shown, total, self.size.width)])

    @on(LineList.Moved)
    def _moved(self) -> None:
        self._draw_position()

    # ---- deciding

    @on(ConsentBar.Declined)
    def _declined(self) -> None:
        self.app.pop_screen()

    @on(ConsentBar.Given)
    def _given(self, message: ConsentBar.Given) -> None:
        if self.plan is not None:
            self._waiting = False
            self.run_worker(self._begin(self.plan, message), group="plan", exclusive=True, exit_on_error=False)

    async def _begin(self, plan: Plan, message: ConsentBar.Given) -> None:
        self.bar.say(self._words(" … writing it into the journal and starting its process", Tone.ACCENT))
        self.bar.disabled = True
        try:
            future = asyncio.wrap_future(self._source.submit(self._operations.begin(plan, message.consent)))
            operation = await asyncio.wait_for(future, BEGIN_LIMIT_SECONDS)
        except RedistuiError as error:
            self._not_begun(f"{error.message}. {error.hint}" if error.hint else error.message)
        except TimeoutError:
            self._not_begun(f"the journal did not answer within {BEGIN_LIMIT_SECONDS:g} s; o shows whether it began")
        else:
            self.post_message(OperationBegun(operation, self.key))

    def _not_begun(self, words: str) -> None:
        self.bar.disabled = False
        self.bar.say(self._words(f" ✖ Not begun: {words}", Tone.BAD))

    # ---- keeping

    def action_plan_export(self) -> None:
        if self.plan is None:
            return
        try:
            path = export(self.plan, self._operations.state_folder)
        except OSError as error:
            self.notify(f"{error.filename}: {error.strerror}", title="Not written", severity="error", markup=False)
        else:
            self.notify(f"The plan is in {path}", timeout=8, markup=False)

    def action_plan_copy(self) -> None:
        if self.plan is not None:
            self.app.copy_to_clipboard("\n".join(plan_text(self.plan, Look())))
            self.notify("Sent to the terminal's clipboard", timeout=3)
