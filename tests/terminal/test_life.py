"""The console's life on a real pseudo-terminal: how it starts, what it survives and how it ends."""

import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest
from support import console_child
from support.console_terminal import command, ended_within, environment, open_console
from support.pseudo_terminal import PseudoTerminal
from support.waiting import wait_until

# It is forced to end after 1.6 s; the rest is for two noisy cores.
END_SECONDS = 3.0


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_gives_the_terminal_back(number: signal.Signals) -> None:
    with open_console() as console:
        console.wait("problems first")
        assert not console.echoes
        console.process.send_signal(number)
        assert ended_within(console, END_SECONDS) == 128 + number
        assert console.echoes


def test_what_closes_slowly_does_not_delay_the_end() -> None:
    with open_console(slow_closing=True) as console:
        console.wait("problems first")
        console.process.send_signal(signal.SIGTERM)
        assert ended_within(console, END_SECONDS) == 128 + signal.SIGTERM
        assert console.echoes


def test_the_end_of_a_session_sends_sigcont_after_sighup() -> None:
    """What a shell does that loses its terminal; Textual's driver starts again on SIGCONT."""
    for _ in range(5):
        with open_console() as console:
            console.wait("problems first")
            console.process.send_signal(signal.SIGHUP)
            console.process.send_signal(signal.SIGCONT)
            assert ended_within(console, END_SECONDS) == 128 + signal.SIGHUP


def test_a_terminal_that_is_gone_ends_it() -> None:
    with open_console(pairs=200, changing=0.5, seconds=0.2) as console:
        console.wait("problems first")
        console.hang_up()
        assert ended_within(console, END_SECONDS) == 128 + signal.SIGHUP


def test_a_terminal_that_is_gone_ends_it_where_hangups_are_ignored() -> None:
    """Under nohup no SIGHUP arrives; reading the lost terminal must not spin."""
    ignoring = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *command(pairs=20)]
    with PseudoTerminal(ignoring, environment()) as console:
        console.wait("problems first")
        console.hang_up()
        assert ended_within(console, END_SECONDS) == 128 + signal.SIGHUP


def test_a_stuck_terminal_does_not_stop_the_samples_nor_the_end(tmp_path: Path) -> None:
    pulse = tmp_path / "pulse"
    with open_console(pairs=200, changing=1.0, seconds=0.05, pulse=str(pulse), columns=160, rows=50) as console:
        console.wait("problems first")
        console.hold()
        beats = wait_for_beats(pulse, 30)
        memory = psutil.Process(console.process.pid).memory_info().rss
        more = wait_for_beats(pulse, beats + 60)
        assert more >= beats + 60
        grown = psutil.Process(console.process.pid).memory_info().rss - memory
        assert grown < 12 << 20, "what is not drawn must not pile up"
        console.process.send_signal(signal.SIGTERM)
        assert ended_within(console, END_SECONDS) == 128 + signal.SIGTERM
        assert console.echoes


def test_a_terminal_that_was_stuck_is_drawn_again(tmp_path: Path) -> None:
    pulse = tmp_path / "pulse"
    with open_console(pairs=200, changing=1.0, seconds=0.05, pulse=str(pulse), columns=160, rows=50) as console:
        console.wait("problems first")
        console.hold()
        wait_for_beats(pulse, 40)
        console.release()
        console.send("?")
        console.wait("Open the highlighted pair")


def wait_for_beats(pulse: Path, count: int) -> int:
    def beats() -> int:
        return len(pulse.read_text().split()) if pulse.exists() else 0

    wait_until(lambda: beats() >= count, f"{count} publications", 20)
    return beats()


def test_it_is_suspended_and_comes_back() -> None:
    with open_console() as console:
        console.wait("problems first")
        process = psutil.Process(console.process.pid)
        console.process.send_signal(signal.SIGTSTP)
        wait_until(lambda: process.status() == psutil.STATUS_STOPPED, "it stops")
        assert console.echoes
        console.process.send_signal(signal.SIGCONT)
        wait_until(lambda: not console.echoes, "it takes the terminal again")
        console.send("?")
        console.wait("Open the highlighted pair")


def test_it_is_suspended_in_the_middle_of_its_drawing() -> None:
    with open_console(pairs=200, changing=1.0, seconds=0.02, columns=160, rows=50) as console:
        console.wait("problems first")
        process = psutil.Process(console.process.pid)
        for _ in range(8):
            console.process.send_signal(signal.SIGTSTP)
            wait_until(lambda: process.status() == psutil.STATUS_STOPPED, "it stops")
            console.process.send_signal(signal.SIGCONT)
            wait_until(lambda: not console.echoes, "it takes the terminal again")


def test_control_z_suspends_and_the_whole_screen_is_drawn_again() -> None:
    with open_console(columns=100, rows=30) as console:
        console.wait(is_whole)
        process = psutil.Process(console.process.pid)
        console.send("\x1a")
        wait_until(lambda: process.status() == psutil.STATUS_STOPPED, "it stops")
        console.wipe()
        console.process.send_signal(signal.SIGCONT)
        console.wait(is_whole)


def test_a_terminal_too_small_is_told_and_a_larger_one_drawn() -> None:
    with open_console(columns=59, rows=15) as console:
        console.wait("redistui needs 60×16 cells; this terminal has 59×15")
        console.resize(60, 16)
        console.wait("problems first")
        console.wait("PAIR")
        console.resize(40, 30)
        console.wait("terminal has 40×30")
        console.send("q")
        assert ended_within(console, END_SECONDS) == 0


def test_a_storm_of_resizes_ends_in_a_whole_screen() -> None:
    with open_console() as console:
        console.wait("problems first")
        for step in range(60):
            console.resize(61 + step * 7 % 120, 16 + step * 5 % 40)
            time.sleep(0.01)
        console.resize(100, 30)
        console.wait(is_whole)


def is_whole(text: str) -> bool:
    lines = text.split("\n")
    return (
        len(lines) == 30
        and lines[0].startswith(" redistui")
        and lines[0].endswith("UTC")
        and lines[1].startswith("─ problems first")
        and lines[2].endswith("AGE")
        and lines[-1].endswith("? help")
    )


@pytest.mark.parametrize(
    "variables", [{"TERM": "screen"}, {"TERM": "linux"}, {"TERM": "xterm"}, {"NO_COLOR": "1"}], ids=str
)
def test_poor_terminals_show_the_same_words(variables: dict[str, str]) -> None:
    with open_console(variables, theme=None) as console:
        console.wait("▶ inventory")
        console.wait("✖ down")
        console.send("\x1b[B")
        console.wait("▶ profile")
        console.send("q")
        assert ended_within(console, END_SECONDS) == 0


@pytest.mark.parametrize(
    "variables", [{"LANG": "C"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}], ids=str
)
def test_a_locale_without_utf8_is_drawn_in_ascii(variables: dict[str, str]) -> None:
    with open_console(variables, columns=120) as console:
        console.wait("> inventory")
        console.wait("x down")
        console.settle()
        assert console.text.isascii(), [line for line in console.text.split("\n") if not line.isascii()]
        console.send("y")
        console.wait("copy endpoint of inventory")
        assert console.text.isascii()
        console.send("\x1b")
        console.wait(lambda text: "copy endpoint" not in text)
        console.send("q")
        assert ended_within(console, END_SECONDS) == 0


def test_few_colours_are_the_terminals_own() -> None:
    with open_console({"TERM": "screen"}, theme=None) as console:
        console.wait("problems first")
        console.send("t")
        console.wait("ansi-16 now")


def test_a_crash_is_told_in_short_and_holds_no_secret(tmp_path: Path) -> None:
    with open_console(crash=True, seconds=0.3, state=str(tmp_path)) as console:
        console.wait("because of a mistake of its own: AttributeError")
        assert ended_within(console, END_SECONDS) == 1
        assert console.echoes
        shown = console.text
        assert console_child.PLANTED not in shown
        assert "Traceback" not in shown
        assert str(tmp_path / "console.log") in shown.replace("\n", "")
    log = (tmp_path / "console.log").read_text()
    assert "AttributeError" in log
    assert 'File "' in log
    assert console_child.PLANTED not in log


def test_without_a_terminal_it_is_refused() -> None:

    done = subprocess.run(
        command(), env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20
    )
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr


def test_leaving_gives_the_terminal_back() -> None:
    with open_console() as console:
        console.wait("problems first")
        console.send("q")
        assert ended_within(console, END_SECONDS) == 0
        assert console.echoes


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("/prod", "filter prod"), (":sort memory\r", "by memory"), (":sort memory\r\r\r", "by memory")],
)
def test_what_is_typed_on_at_once_goes_into_the_line_that_opens(typed: str, shown: str) -> None:
    """As a slow link delivers it: p, r, o and d are keys of their own."""
    with open_console() as console:
        console.wait("problems first")
        console.send(typed)
        console.wait(shown)
        assert "promote" not in console.text.rpartition("\n")[0]


@pytest.mark.parametrize("opened", ["y", "t", ":theme mono"])
def test_enter_pressed_twice_answers_once(opened: str) -> None:
    with open_console() as console:
        console.wait("problems first")
        console.send(opened)
        console.settle()
        console.send("\r\r\r")
        console.settle()
        console.send("?")
        console.wait("Keys, commands and signs")
        assert console.process.poll() is None
