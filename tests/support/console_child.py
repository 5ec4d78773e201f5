"""The console on a made-up fleet, as a program: `console_child.py '{"pairs": 200, …}'`, for a pseudo-terminal."""

import dataclasses
import json
import logging
import os
import sys
import threading
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.fleets import FakeSource, fleet, later

from redistui.console.run import require_terminal, run_on
from redistui.console.setup import ConsoleSetup
from redistui.console.terminal import Profile
from redistui.model.errors import UsageError
from redistui.present.text import locale_is_plain

PLANTED = "planted-hunter2-secret"


@dataclasses.dataclass
class Orders:
    pairs: int = 20
    changing: float = 0.0
    seconds: float = 1.0  # between two publications
    profile: str = "local"
    pulse: str = ""  # a file that gets a line with every publication
    crash: bool = False  # with a secret in a local variable, at the second publication
    state: str = ""
    slow_closing: bool = False  # takes far too long to close what it watched
    theme: str | None = "redistui-dark"
    noise: bool = False  # logs, warns and fails in a thread with every publication, quoting a secret


class CrashingSource(FakeSource):
    """Hands over a fleet on which drawing fails while a secret is about."""

    def crash(self) -> None:
        password = PLANTED
        broken = dataclasses.replace(self.latest, pairs=(password,))  # type: ignore[arg-type]
        self.publish(broken)


def make_noise(number: int) -> None:
    def fail() -> None:
        raise ValueError(f"the password is {PLANTED}")

    logging.getLogger("somebody").error("%s at publication %s", PLANTED, number)
    warnings.warn(f"{PLANTED} is deprecated", stacklevel=1)
    threading.Thread(target=fail, name="failing").start()
    try:
        fail()
    except ValueError:
        logging.getLogger("somebody.else").exception("caught %s", PLANTED)


def main() -> int:
    orders = Orders(**json.loads(sys.argv[1] if len(sys.argv) > 1 else "{}"))
    source = CrashingSource(fleet(orders.pairs))
    setup = ConsoleSetup(
        read_only=frozenset({"prod"}),
        theme=orders.theme,
        state_folder=Path(orders.state) if orders.state else None,
        log_path=Path(orders.state) / "console.log" if orders.state else None,
        only_ascii=locale_is_plain(os.environ),
        low_bandwidth=orders.profile == Profile.LOW_BANDWIDTH,
    )

    def publish() -> None:
        number = 0
        current = source.latest
        while True:
            time.sleep(orders.seconds)
            number += 1
            current = later(current, orders.seconds, changing=orders.changing, seed=number)
            if orders.crash and number == 2:
                source.crash()
                return
            source.publish(current)
            if orders.noise:
                make_noise(number)
            if orders.pulse:
                with Path(orders.pulse).open("a") as pulse:
                    pulse.write(f"{number}\n")

    try:
        require_terminal()
    except UsageError as problem:
        print(problem.message, file=sys.stderr)
        return problem.exit_code
    if orders.noise:
        logging.basicConfig()
    threading.Thread(target=publish, daemon=True).start()
    closing = (lambda: time.sleep(30)) if orders.slow_closing else None
    return run_on(source, setup, Profile(orders.profile), closing=closing)


if __name__ == "__main__":
    sys.exit(main())
