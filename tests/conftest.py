"""Fixtures for every test: real servers of each version, and parts that may be missing."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from support.binaries import SERVERS, VERSIONS, part
from support.certificates import Authority
from support.redis_server import RedisServer, ReplicatedPair
from support.requirements import missing, require


def pytest_configure() -> None:
    # On a busy machine examples come slowly; that says nothing of what is tried.
    settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("busy")
    # Under nohup SIGHUP is ignored, and so it would be by every program that a test starts and hangs up on.
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("requires"):
        for name in marker.args:
            require(name)


@pytest.fixture(params=VERSIONS)
def redis_version(request: pytest.FixtureRequest) -> str:
    """Every supported server version in turn."""
    version = str(request.param)
    if version not in SERVERS:
        missing(part(version), f"no server {version} found")
    return version


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., RedisServer]]:
    """Start servers that are stopped after the test: `start_server(version="7.0", **config)`."""
    started: list[RedisServer] = []

    def start(version: str = "7.0", **config: Any) -> RedisServer:
        if version not in SERVERS:
            missing(part(version), f"no server {version} found")
        server = RedisServer.start(tmp_path / f"server-{len(started)}", version, **config)
        started.append(server)
        return server

    yield start
    for server in reversed(started):
        server.kill()


@pytest.fixture
def start_pair(tmp_path: Path) -> Iterator[Callable[..., ReplicatedPair]]:
    """Start linked pairs that are stopped after the test: `start_pair(version="7.0", replicas=1, **config)`."""
    started: list[ReplicatedPair] = []

    def start(version: str = "7.0", **config: Any) -> ReplicatedPair:
        if version not in SERVERS:
            missing(part(version), f"no server {version} found")
        pair = ReplicatedPair.start(tmp_path / f"pair-{len(started)}", version, **config)
        started.append(pair)
        return pair

    yield start
    for pair in started:
        for server in pair.servers:
            server.kill()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority of the test run."""
    return Authority(tmp_path_factory.mktemp("authority"))
