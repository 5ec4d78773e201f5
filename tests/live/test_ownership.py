"""A pair that a real Sentinel watches is not the console's to change."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support.binaries import SERVERS
from support.command import Command
from support.promotion import Site
from support.redis_server import ReplicatedPair, free_port
from support.waiting import wait_until

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]


def test_a_pair_under_sentinel_is_not_promoted(tmp_path: Path, start_pair: Callable[..., ReplicatedPair]) -> None:
    site = Site(Command(tmp_path, {}), start_pair("7.0"))
    site.configure("")
    assert site.promote("--plan").code == 0
    primary = site.pair.primary.address
    configuration = tmp_path / "sentinel.conf"
    configuration.write_text(
        f"port {free_port()}\nbind 127.0.0.1\ndir {tmp_path}\nsentinel monitor orders {primary.host} {primary.port} 1\n"
    )
    with subprocess.Popen(
        [SERVERS["7.0"], configuration, "--sentinel"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as sentinel:
        try:
            watched = ("PUBSUB", "NUMSUB", "__sentinel__:hello")
            wait_until(lambda: site.pair.primary.cli(*watched)[1] == 1, "Sentinel watches the primary", 20)
            refused = site.promote("--yes")
        finally:
            sentinel.terminate()
    assert refused.code == 3
    assert "Sentinel" in refused.err
    assert "SENTINEL FAILOVER" in refused.err
    assert site.primary() is site.pair.primary
