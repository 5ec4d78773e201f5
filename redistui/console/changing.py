"""From a key to a plan to an operation; and what is known of those that have not ended."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.message import Message

from redistui.console.viewmodel.line import Tone
from redistui.model.snapshot import PairSnapshot
from redistui.model.topology import PairKey

from .operations import Operations
from .source import MonitorSource

if TYPE_CHECKING:
    from concurrent.futures import Future

    from textual.notifications import SeverityLevel

    from redistui.operations.sight import Overview, Sight

    from .app import RedistuiApp

_NO_STATE = "Nothing can be changed: there is no folder in which a journal could be kept"


class UnendedSeen(Message):
    """An operation began, ended, or is carried on by nobody any more."""

    def __init__(self, overview: "Overview") -> None:
        super().__init__()
        self.overview = overview


class Changing:
    """The app's hand on plans and operations."""

    def __init__(self, app: "RedistuiApp", source: MonitorSource, operations: Operations | None) -> None:
        self._app = app
        self._source = source
        self._operations = operations
        self._watching: Future[None] | None = None
        self.unended: tuple[Sight, ...] = ()

    def open(self) -> None:
        if self._operations is not None:
            self._watching = self._source.submit(self._operations.watch_unended(self._seen))

    def _seen(self, overview: "Overview") -> None:
        """On the source's thread."""
        self._app.post_message(UnendedSeen(overview))

    def close(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None

    def take(self, overview: "Overview") -> None:
        """Screens that are seen show it; an end that nobody watches is told."""
        from .screens.operation import OperationScreen
        from .screens.operations import OperationsScreen

        self.unended = overview.unended
        self._app.show_fleet(self._app.fleet)
        seen = self._app.screen
        if isinstance(seen, OperationsScreen):
            seen.operations_changed()
        for sight in overview.ended:
            if not (isinstance(seen, OperationScreen) and seen.operation == sight.record.id):
                self._tell_end(sight)

    def _tell_end(self, sight: "Sight") -> None:
        from redistui.present.operations import verdict

        from .viewmodel.operation import OUTCOME_TONES

        outcome = sight.record.state.outcome
        tone = OUTCOME_TONES[outcome] if outcome is not None else Tone.PLAIN
        severity: SeverityLevel = "error" if tone is Tone.BAD else "warning" if tone is Tone.WARN else "information"
        words = f"{sight.record.plan.pair.name}: {verdict(sight.record)}"
        self._app.notify(words, severity=severity, timeout=10, markup=False)

    def plan(self, verb: str, pair: PairSnapshot | None) -> None:
        """Ask what has to be chosen, then open the plan."""
        from .screens.plan import PlanScreen
        from .screens.plan_choice import ChoiceScreen
        from .viewmodel.plan_choice import choice_of

        if isinstance(self._app.screen, PlanScreen):
            self._app.notify("One plan at a time: esc leaves this one", severity="warning")
            return
        if pair is None:
            self._app.notify("Highlight or open a pair first", severity="warning")
            return
        choice = choice_of(verb, pair)
        if choice is None:
            self._open_plan(verb, pair.key, {})
            return

        def chosen(values: tuple[tuple[str, str], ...] | None) -> None:
            if values is not None:
                self._open_plan(verb, pair.key, dict(values))

        self._app.push_screen(ChoiceScreen(choice), chosen)

    def _open_plan(self, verb: str, key: PairKey, values: Mapping[str, str]) -> None:
        from .screens.plan import PlanScreen

        if self._operations is None:
            self._app.notify(_NO_STATE, severity="warning")
            return
        self._app.push_screen(PlanScreen(verb, key, values, self._source, self._operations))

    def begun(self, operation: str, key: PairKey) -> None:
        """The operation takes the place of its plan."""
        from .screens.plan import PlanScreen

        if isinstance(self._app.screen, PlanScreen):
            self._app.pop_screen()
        self.open_operation(operation, key)

    def open_operation(self, operation: str, key: PairKey) -> None:
        from .screens.operation import OperationScreen

        if self._operations is not None:
            self._app.push_screen(OperationScreen(operation, key, self._source, self._operations))

    def open_operations(self, first: PairKey | None) -> None:
        from .screens.operations import OperationsScreen

        if self._operations is None:
            self._app.notify(_NO_STATE, severity="warning")
        elif not isinstance(self._app.screen, OperationsScreen):
            self._app.push_screen(OperationsScreen(self._app.fleet, first, self._source, self._operations))
