"""An embedded provider of which nothing is left after the test; a Docker engine for all tests that need one."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from redistui_embedded import EmbeddedProvider
from support.embedded import embedded_provider, loads, servers
from support.requirements import require

if TYPE_CHECKING:
    from support.docker_engine import DockerEngine


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[EmbeddedProvider]:
    provider = embedded_provider(tmp_path)
    yield provider
    await provider.close()
    for process in (*loads(tmp_path), *servers(tmp_path)):
        process.kill()


@pytest.fixture(scope="session")
def started_engine(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[DockerEngine]":
    require("docker")
    from support.docker_engine import DockerEngine

    engine = DockerEngine(tmp_path_factory.mktemp("docker"))
    try:
        engine.start()
        engine.load_image()
        yield engine
    finally:
        engine.stop()


@pytest.fixture
def engine(started_engine: "DockerEngine") -> "Iterator[DockerEngine]":
    """A real engine, without any container."""
    yield started_engine
    started_engine.clear()
