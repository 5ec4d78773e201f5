"""An embedded provider of which nothing is left after the test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redistui_embedded import EmbeddedProvider
from support.embedded import embedded_provider, loads, servers


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[EmbeddedProvider]:
    provider = embedded_provider(tmp_path)
    yield provider
    await provider.close()
    for process in (*loads(tmp_path), *servers(tmp_path)):
        process.kill()
