"""Questions to a node that are asked on demand: waited for with a limit, answered in words, dropped when stale."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual.containers import Vertical
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from redistui.console.source import MonitorSource
from redistui.console.viewmodel.line import Line, Span, Tone, line, safe
from redistui.console.viewmodel.phrases import as_line, wrap
from redistui.model.endpoint import Endpoint
from redistui.model.errors import RedistuiError
from redistui.model.topology import PairKey

from .panel import ScrolledLines

Answer = TypeVar("Answer")
LIMIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a question is about; an answer about another subject is dropped."""

    key: PairKey
    node_id: str
    label: str


class AnswerPanel(Vertical, Generic[Answer]):
    """Asks when it is first seen, when another node is chosen, and when it is told to ask again."""

    asked_for: ClassVar[str]

    def __init__(self, panel_id: str, source: MonitorSource) -> None:
        super().__init__(id=panel_id, classes="panel")
        self.words = ScrolledLines(classes="words")
        self._source = source
        self._subject: Subject | None = None

    async def question(self, subject: Subject) -> Answer:
        """The question itself, run on the source's loop."""
        raise NotImplementedError

    def show_answer(self, subject: Subject, answer: Answer) -> None:
        raise NotImplementedError

    def answer_widget(self) -> Widget:
        """What holds the answer; hidden while there is none."""
        raise NotImplementedError

    def move(self, lines: int) -> None:
        raise NotImplementedError

    def look_at(self, subject: Subject | None) -> None:
        """Seen now, for this node."""
        if subject is not None and subject != self._subject:
            self.ask(subject)

    def ask(self, subject: Subject | None) -> None:
        if subject is None:
            self.tell([line(Span("no node to ask", Tone.WARN))])
            return
        self._subject = subject
        self.answer_widget().display = False
        self.tell([line(f"asking {subject.label} for its {self.asked_for} …")])
        self.run_worker(self._wait(subject), group=f"question-{self.id}", exclusive=True, exit_on_error=False)

    async def _wait(self, subject: Subject) -> None:
        future = asyncio.wrap_future(self._source.submit(self.question(subject)))
        try:
            answer = await asyncio.wait_for(future, LIMIT_SECONDS)
        except RedistuiError as error:
            self._explain(subject, error.message, error.hint)
        except TimeoutError:
            self._explain(subject, f"no answer within {LIMIT_SECONDS:g} s", "r asks again")
        else:
            if subject == self._subject:
                self.answer_widget().display = True
                self.show_answer(subject, answer)

    def _explain(self, subject: Subject, message: str, hint: str) -> None:
        if subject != self._subject:
            return
        cells = max(20, self.size.width - 2)
        words = wrap(f"✖ {subject.label} gave no {self.asked_for}: {safe(message)}", cells, tone=Tone.BAD, indent="  ")
        self.tell([as_line(content) for content in (*words, *wrap(f"  {safe(hint)}", cells, indent="  "))])

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR and self._subject is not None:
            self._explain(self._subject, f"unexpected error: {type(event.worker.error).__name__}", "r asks again")

    def tell(self, lines: list[Line]) -> None:
        self.words.display = bool(lines)
        self.words.show_all(lines)

    async def endpoint(self, subject: Subject) -> Endpoint:
        return await self._source.endpoint(subject.key, subject.node_id)
