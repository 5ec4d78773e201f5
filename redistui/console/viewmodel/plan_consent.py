"""What stands between a plan and its operation: guards, the typed name, the reason; and all of it in words."""

from dataclasses import dataclass
from enum import StrEnum

from redistui.model.plan import Confirmation, Guard, Plan
from redistui.operations.consent import is_name_of
from redistui.present.plans import can_wait

from .line import Line, Span, Tone, safe, wrapped


class Standing(StrEnum):
    REFUSED = "refused"
    AT_A_LOSS = "at a loss"  # what fails tells of a loss, which the operator may accept
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the operator before the plan may be carried out."""

    standing: Standing
    asks_name: bool
    asks_reason: bool
    refused_by: tuple[Guard, ...] = ()
    obstacle: str = ""

    def lacks(self, plan: Plan, typed_name: str, reason: str) -> str:
        """What is missing, in words; empty when it may begin."""
        if self.asks_name and not is_name_of(plan, typed_name):
            return f"type {safe(plan.pair.name)} in full"
        if self.asks_reason and not reason.strip():
            return "give a reason"
        return ""


def question_of(plan: Plan, obstacle: str = "") -> Question:
    refused = plan.refused(force=True)
    if refused or obstacle:
        return Question(Standing.REFUSED, False, False, refused, obstacle)
    standing = Standing.AT_A_LOSS if plan.failing else Standing.OPEN
    asks_name = plan.confirmation is Confirmation.TYPED_NAME or standing is Standing.AT_A_LOSS
    return Question(standing, asks_name, plan.requires_reason)


def verb_words(plan: Plan, question: Question) -> str:
    """What the button says."""
    words = plan.verb.capitalize()
    return f"{words}, accepting the loss" if question.standing is Standing.AT_A_LOSS else words


def question_words(plan: Plan, question: Question, lacking: str, width: int) -> list[Line]:
    """At most two lines above the buttons."""
    if question.obstacle:
        parts = [Span(" ✖ Nothing can be begun from here: ", Tone.BAD), Span(safe(question.obstacle))]
    elif question.standing is Standing.REFUSED:
        names = ", ".join(safe(guard.name) for guard in question.refused_by)
        wait = " w waits until they pass." if all(can_wait(guard) for guard in question.refused_by) else ""
        parts = [Span(f" ✖ Refused, nothing was changed: {names}.", Tone.BAD), Span(wait, Tone.ACCENT)]
    elif lacking:
        parts = [Span(f" To go on, {lacking}.", Tone.WARN), Span(" Nothing has been changed yet.")]
    else:
        parts = [
            Span(" Nothing has been changed yet. "),
            Span(f"Tab and enter: {verb_words(plan, question)}.", Tone.DIM),
        ]
    return wrapped(parts, width - 1, indent=3, limit=2)
