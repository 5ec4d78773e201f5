"""Whatever is logged, warned of or lost in a thread while the console runs stays off the terminal, and is kept."""

from pathlib import Path

from support import console_child
from support.console_terminal import ended_within, open_console
from support.waiting import wait_until

KINDS = (
    "somebody error at console_child:",
    "somebody.else error at console_child:",
    "thread failing ValueError",
    "py.warnings warning at",
)


def test_nothing_but_the_console_writes_on_the_terminal(tmp_path: Path) -> None:
    log, pulse = tmp_path / "console.log", tmp_path / "pulse"
    with open_console(noise=True, seconds=0.1, state=str(tmp_path), pulse=str(pulse)) as console:
        console.wait("problems first")
        wait_until(lambda: pulse.exists() and pulse.read_text().count("\n") > 10, "ten rounds of noise")
        console.settle()
        assert console.text.startswith(" redistui")
        shown = console.text
        console.send("q")
        assert ended_within(console, 3.0) == 0
        for text in (shown, console.text):
            assert not [word for word in (console_child.PLANTED, "Traceback", "somebody", "Warning") if word in text]
    kept = log.read_text()
    assert [kind for kind in KINDS if kind not in kept] == []
    assert "in fail" in kept
    assert console_child.PLANTED not in kept
    assert [kept.count(kind) for kind in KINDS] == [1] * len(KINDS), "what repeats itself is kept once"
    assert log.stat().st_mode & 0o077 == 0
