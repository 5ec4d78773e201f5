"""Starting a stopped node: asked for, waited for with a limit, told in words."""

import asyncio

from textual.screen import Screen

from redistui.console.dialogs.confirm import ConfirmDialog
from redistui.console.panels.question import Subject
from redistui.console.source import MonitorSource
from redistui.model.errors import RedistuiError

START_LIMIT_SECONDS = 90.0


def ask_to_start(screen: Screen[None], source: MonitorSource, subject: Subject) -> None:
    def answered(yes: bool | None) -> None:
        if yes:
            screen.run_worker(_start(screen, source, subject), group="start", exit_on_error=False)

    question = ConfirmDialog(
        f"Start {subject.label} of {subject.key.name}?",
        "The provider starts this one server with its stored configuration. Nothing else changes.",
        "Start",
    )
    screen.app.push_screen(question, answered)


async def _start(screen: Screen[None], source: MonitorSource, subject: Subject) -> None:
    screen.notify(f"starting {subject.label} …", markup=False)
    future = asyncio.wrap_future(source.submit(source.start_node(subject.key, subject.node_id)))
    try:
        await asyncio.wait_for(future, START_LIMIT_SECONDS)
    except RedistuiError as error:
        words = f"{subject.label} was not started: {error.message}"
        screen.notify(f"{words}. {error.hint}" if error.hint else words, severity="error", markup=False)
    except TimeoutError:
        words = f"no answer within {START_LIMIT_SECONDS:g} s; whether {subject.label} starts is not known"
        screen.notify(words, severity="error", markup=False)
    else:
        screen.notify(f"{subject.label} was started", markup=False)
        source.refresh()
