"""`redistui drill` on real servers: verdict and exit code, JSON, Ctrl-C, and what `operations` tells of it later."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from support.command import Command
from support.promotion import Site, hook, operation_of
from support.redis_server import ReplicatedPair
from support.waiting import wait_until

from redistui.model.operation import EntryKind

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]

PASSWORD = "planted-drill-password"


@pytest.fixture
def site(tmp_path: Path, start_pair: Callable[..., ReplicatedPair]) -> Site:
    made = Site(Command(tmp_path, {"DRILL_PASSWORD": PASSWORD}), start_pair("7.0", password=PASSWORD))
    made.configure("rto_limit_seconds = 5", password='{ env = "DRILL_PASSWORD" }')
    return made


def drill(*arguments: str) -> tuple[str, ...]:
    return ("drill", "orders", "--scenario", "switchover", *arguments)


def test_a_drill_prints_its_verdict_and_is_remembered(site: Site) -> None:
    result = site.command(*drill("--yes", "--failback", "--writes-per-second", "400"))
    assert result.code == 0, result.out[-2500:] + result.err
    assert "\nPASS: 0 of " in result.out
    assert "limit 5.0 s" in result.out, "the environment's"
    assert "PHASE" in result.out
    assert "without writes in the failback" in result.out
    report = Path(result.out.rpartition("report: ")[2].strip())
    assert report.read_text().count("## ") >= 4
    shown = site.operations("show", "last")
    assert "PASS: 0 of " in shown.out
    assert str(report) in shown.out
    failing = site.command(*drill("--yes", "--json", "--rto-limit", "0.001"))
    told = operation_of(failing)
    assert failing.code == 1, "the verdict is FAIL"
    assert (told["verb"], told["kind"], told["outcome"]) == ("drill", "switchover", "done")
    drilled = told["result"]
    assert (drilled["scenario"], drilled["verdict"], drilled["lost"]) == ("switchover", "fail", 0)
    assert drilled["rto_milliseconds"] > 0
    assert drilled["acknowledged"] > 100
    assert all(set(phase) == {"name", "milliseconds"} for phase in drilled["phases"])
    assert Path(drilled["report"]).is_file()
    for path, text in site.kept_texts():
        assert PASSWORD.encode() not in text, path


def test_a_fault_that_the_provider_cannot_cause_is_refused(site: Site) -> None:
    refused = site.command("drill", "orders", "--scenario", "primary-crash", "--yes", "--confirm", "orders")
    assert refused.code == 3
    assert "node can be killed" in refused.err
    assert site.entries() == ()
    unknown = site.command("drill", "orders", "--scenario", "provider", "--yes")
    assert unknown.code == 2
    assert "no fault of its own" in unknown.err
    planned = site.command(*drill("--plan"))
    assert planned.code == 0
    assert "SET redistui:drill:" in planned.out
    assert site.entries() == ()


def test_ctrl_c_makes_the_pair_whole_and_stops(site: Site) -> None:
    process = site.command.start(*drill("--yes", "--failback"))

    def is_settling() -> bool:
        """Between the switchover and the failback."""
        newest = site.entries()[-1:]
        return bool(newest) and newest[0].entry.kind is EntryKind.INTENT and newest[0].entry.payload["step"] == 6

    wait_until(is_settling, "it settles", 20)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert b"makes the pair whole and stops" in err
    assert b"PASS: 0 of " in out, out.decode()[-2500:]
    assert b"it was cancelled" in out
    assert site.primary() is site.pair.primary, "the failback was done"
    assert site.primary().cli("KEYS", "redistui:drill:*") == []


def test_clients_that_a_hook_leads_follow_in_a_drill(site: Site) -> None:
    told = site.command.folder / "told"
    site.configure(hook(site.command.folder, f"cat >> {told}; echo >> {told}"), password='{ env = "DRILL_PASSWORD" }')
    result = site.command(*drill("--yes", "--failback"))
    assert result.code == 0, result.out + result.err
    first, second = [json.loads(line)["result"] for line in told.read_text().splitlines() if line]
    addresses = [str(server.address) for server in site.pair.servers]
    assert [first["old_primary"], first["new_primary"]] == addresses
    assert [second["new_primary"], second["old_primary"]] == addresses
