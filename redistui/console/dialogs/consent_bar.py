"""What is asked before a plan is carried out: cancel has the focus, the verb is the second button, and it does nothing
before the name and the reason that are asked for have been typed."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Input

from redistui.console.operations import Consent
from redistui.console.viewmodel.line import Line
from redistui.console.viewmodel.plan_consent import Question, Standing, question_of, question_words, verb_words
from redistui.console.widgets.lines import Lines
from redistui.model.plan import Plan

from .plain_button import PlainButton


class ConsentBar(Vertical):
    class Given(Message):
        def __init__(self, consent: Consent) -> None:
            super().__init__()
            self.consent = consent

    class Declined(Message):
        """Cancel."""

    def __init__(self) -> None:
        super().__init__(id="consent")
        self._plan: Plan | None = None
        self._question: Question | None = None
        self._said: list[Line] | None = None

    def compose(self) -> ComposeResult:
        yield Lines(id="question")
        with Horizontal(id="fields"):
            yield _field("typed-name")
            yield _field("reason")
        with Horizontal(id="choices"):
            yield PlainButton("Cancel", id="cancel")
            yield PlainButton("", id="verb")

    def on_mount(self) -> None:
        for widget in ("#fields", "#verb"):
            self.query_one(widget).display = False

    def show_plan(self, plan: Plan, obstacle: str) -> None:
        """What was typed stays while the same pair is planned anew."""
        before, question = self._question, question_of(plan, obstacle)
        self._plan, self._question = plan, question
        name, reason = self.query_one("#typed-name", Input), self.query_one("#reason", Input)
        name.display, reason.display = question.asks_name, question.asks_reason
        self.query_one("#fields").display = question.asks_name or question.asks_reason
        name.placeholder = f"name of the pair: {plan.pair.name}"
        reason.placeholder = "reason, kept in the journal"
        verb = self.query_one("#verb", PlainButton)
        verb.display = question.standing is not Standing.REFUSED
        verb.name_it(verb_words(plan, question))
        self._judge()
        if question.asks_name and (before is None or not before.asks_name):
            name.focus()  # or its letters would be keys; enter leads from here to cancel
        elif question.standing is Standing.REFUSED:
            self.query_one("#cancel").focus()

    def forget_plan(self) -> None:
        """There is none any more: only cancel is left."""
        self._plan = self._question = None
        for widget in ("#fields", "#verb"):
            self.query_one(widget).display = False
        self.query_one("#cancel").focus()
        self.say([])

    def say(self, lines: list[Line] | None) -> None:
        """Words in the place of the question; None shows the question again."""
        self._said = lines
        self._judge()

    @property
    def lacking(self) -> str:
        if self._plan is None or self._question is None:
            return "wait for the plan"
        return self._question.lacks(self._plan, self._typed("typed-name"), self._typed("reason"))

    def _typed(self, field: str) -> str:
        return self.query_one(f"#{field}", Input).value

    @on(Input.Changed)
    def _judge(self) -> None:
        lacking = self.lacking
        verb = self.query_one("#verb", PlainButton)
        verb.disabled = bool(lacking)
        if self._said is not None:
            self._tell(self._said)
        elif self._plan is not None and self._question is not None:
            self._tell(question_words(self._plan, self._question, lacking, self.size.width))

    def _tell(self, lines: list[Line]) -> None:
        words = self.query_one("#question", Lines)
        if words.styles.height is None or words.styles.height.value != max(1, len(lines)):
            words.styles.height = max(1, len(lines))
        words.show(lines)

    def on_resize(self) -> None:
        self._judge()

    @on(Input.Submitted)
    def _entered(self) -> None:
        """Enter leads on; only the button itself begins."""
        self.screen.focus_next()

    @on(Button.Pressed, "#cancel")
    def _declined(self) -> None:
        self.post_message(self.Declined())

    @on(Button.Pressed, "#verb")
    def _given(self) -> None:
        if self._question is not None and not self.lacking:
            at_a_loss = self._question.standing is Standing.AT_A_LOSS
            self.post_message(self.Given(Consent(self._typed("typed-name"), self._typed("reason"), at_a_loss)))


def _field(name: str) -> Input:
    field = Input(compact=True, id=name)
    field.cursor_blink = False
    return field
