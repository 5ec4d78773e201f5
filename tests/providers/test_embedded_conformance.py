"""The embedded provider keeps to the contract, over a running pair."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar

import pytest
from redistui_embedded import EmbeddedProvider

from redistui.provider.context import ProviderContext
from redistui.provider.contract import Provider
from redistui.testing import make_context
from redistui.testing.conformance import ProviderConformance

pytestmark = [pytest.mark.live, pytest.mark.requires("redis")]


class TestEmbedded(ProviderConformance):
    provider_class: ClassVar[type[Provider]] = EmbeddedProvider

    @pytest.fixture
    async def context(self, embedded: EmbeddedProvider) -> AsyncIterator[ProviderContext]:
        await embedded.start_demo(2)
        yield embedded.context
        await embedded.stop_demo()

    @pytest.fixture
    def broken_contexts(self, tmp_path: Path) -> list[ProviderContext]:
        damaged = make_context(tmp_path / "damaged")
        folder = damaged.state_folder / "pairs" / "orders"
        folder.mkdir(parents=True)
        (folder / "pair.json").write_text('{"name": "orders", "no')
        not_a_folder = make_context(tmp_path / "file")
        not_a_folder.state_folder.mkdir()
        (not_a_folder.state_folder / "pairs").write_text("")
        return [damaged, not_a_folder]
