"""From the monitor's thread to the app."""

import threading

from support.console import console
from support.fleets import NOW, FakeSource, pair

from redistui.console.bridge import Bridge
from redistui.console.setup import ConsoleSetup
from redistui.console.terminal import Profile, prepare, profile
from redistui.model.snapshot import FleetSnapshot
from redistui.present.keymap import keymap_problems


def fleet_at(at: float) -> FleetSnapshot:
    return FleetSnapshot(at, (pair("one", at=at),))


class Postbox:
    """As much of an app as the bridge knows."""

    def __init__(self) -> None:
        self.posted = 0

    def post_message(self, _message: object) -> bool:
        self.posted += 1
        return True


def test_only_the_newest_waits_and_only_one_message() -> None:
    source, postbox = FakeSource(), Postbox()
    bridge = Bridge(source, postbox)  # type: ignore[arg-type]
    bridge.open()
    for second in range(100):
        source.publish(fleet_at(NOW + second))
    assert postbox.posted == 1
    taken = bridge.take()
    assert taken is not None
    assert taken.at == NOW + 99
    assert bridge.take() is None
    source.publish(fleet_at(NOW + 100))
    assert postbox.posted == 2
    bridge.close()
    source.publish(fleet_at(NOW + 101))
    assert postbox.posted == 2


def test_low_bandwidth_publishes_rarely() -> None:
    source, postbox = FakeSource(), Postbox()
    bridge = Bridge(source, postbox, minimum_seconds=5.0)  # type: ignore[arg-type]
    bridge.open()
    taken = []
    for second in range(20):
        source.publish(fleet_at(NOW + second))
        if (fleet := bridge.take()) is not None:
            taken.append(fleet.at - NOW)
    assert taken == [0, 5, 10, 15]


async def test_publications_arrive_from_another_thread() -> None:
    async with console(fleet_at(NOW)) as shown:
        thread = threading.Thread(target=shown.source.publish, args=(FleetSnapshot(NOW + 60, (pair("two"),)),))
        thread.start()
        thread.join(5)
        await shown.pilot.pause(0.1)
        assert "two" in shown.marked
        assert "09:02 UTC" in shown.text


async def test_hidden_screens_are_left_alone() -> None:
    async with console(fleet_at(NOW)) as shown:
        home = shown.app.screen
        drawn: list[float] = []
        home.update_fleet = lambda fleet: drawn.append(fleet.at)  # type: ignore[attr-defined]
        await shown.press("a")
        await shown.publish(fleet_at(NOW + 1))
        assert drawn == []
        await shown.press("escape")
        assert drawn == [NOW + 1]


def test_ssh_is_remote_and_what_was_asked_for_counts() -> None:
    ssh = {"SSH_CONNECTION": "10.0.0.1 22 10.0.0.2 22"}
    assert profile(None, {}) is Profile.LOCAL
    assert profile(None, ssh) is Profile.REMOTE
    assert profile(False, ssh) is Profile.LOCAL
    assert profile(True, {}) is Profile.LOW_BANDWIDTH
    environment = {"TEXTUAL_FPS": "30"}
    prepare(Profile.LOW_BANDWIDTH, environment)
    assert environment == {"TEXTUAL_FPS": "30", "TEXTUAL_ANIMATIONS": "none"}
    assert ConsoleSetup(low_bandwidth=True).publish_seconds == 5.0


def test_remapped_keys_are_checked() -> None:
    assert keymap_problems({"fleet.sort": "z"}) == []
    assert keymap_problems({"fleet.srot": "o"}) == [("fleet.srot", "names no action; did you mean fleet.sort?")]
    assert keymap_problems({"fleet.sort": "a"}) == [("fleet.sort", "takes a, which is also alerts")]
    assert keymap_problems({"fleet.sort": "u"}) == [], "keys of another screen are free"


def test_shipped_keys_do_not_collide() -> None:
    from redistui.present.actions import ACTIONS

    # Enter opens a pair on the fleet and takes a line in other lists: the same key for the same wish.
    problems = keymap_problems({action.id: action.key for action in ACTIONS if action.key})
    assert [problem for problem in problems if "enter" not in problem[1]] == []
