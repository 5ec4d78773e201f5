"""What every provider must keep to, as tests that a provider's own tests inherit.

    class TestMyProvider(ProviderConformance):
        provider_class = MyProvider

        @pytest.fixture
        def context(self, tmp_path):
            return make_context(tmp_path, {"region": "eu-west-1"}, fields=MyProvider.settings_fields)

The context must lead to at least one pair whose nodes answer. `broken_contexts` are ones that must fail, and fail well.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import ClassVar

import pytest
import pytest_asyncio

from redistui.model.endpoint import Endpoint
from redistui.model.errors import RedistuiError
from redistui.model.topology import Control, Node, Pair
from redistui.provider.capabilities import Verb
from redistui.provider.context import ProviderContext
from redistui.provider.contract import API_VERSION, Provider

from .checks import check_answers, check_fields, check_making_one_does_nothing, sockets, threads

QUICK_SECONDS = 1.0
DISCOVERY_LIMIT_SECONDS = 60.0


class ProviderConformance:
    provider_class: ClassVar[type[Provider]]

    @pytest.fixture
    def context(self) -> ProviderContext:
        raise NotImplementedError("give a context that leads to a live pair")

    @pytest.fixture
    def broken_contexts(self) -> list[ProviderContext]:
        return []

    @pytest_asyncio.fixture
    async def provider(self, context: ProviderContext) -> AsyncIterator[Provider]:
        made = self.provider_class(context)
        yield made
        await made.close()

    def test_declaration_is_complete(self) -> None:
        declared = self.provider_class
        assert declared.api_version == API_VERSION
        assert declared.type
        assert declared.type == declared.type.lower()
        assert declared.summary
        assert isinstance(declared.control, Control)
        assert bool(declared.extra) == bool(declared.sdk_module), "an extra brings a module, and the other way round"

    def test_every_verb_is_answered_yes_or_no_because(self) -> None:
        check_answers(self.provider_class.capabilities())

    def test_fields_explain_themselves(self) -> None:
        check_fields(self.provider_class.settings_fields, "")

    def test_making_one_does_nothing(self, tmp_path: Path) -> None:
        check_making_one_does_nothing(self.provider_class, tmp_path / "fresh")

    @pytest.mark.asyncio
    async def test_discovery_tells_sound_pairs(self, provider: Provider) -> None:
        pairs = await discovered(provider)
        assert pairs
        assert len({pair.key for pair in pairs}) == len(pairs)
        for pair in pairs:
            assert pair.key.provider == provider.context.name
            assert pair.key.name
            assert pair.provider_type == provider.type
            assert pair.control is provider.control
            assert pair.environment == provider.context.environment
            assert pair.nodes
            assert len({node.id for node in pair.nodes}) == len(pair.nodes)
            assert len({node.address for node in pair.nodes}) == len(pair.nodes)
            for node in pair.nodes:
                assert node.id
                assert all(address.host and 0 < address.port < 65536 for address in (node.address, node.peer_address))
            check_answers(provider.pair_capabilities(pair))

    @pytest.mark.asyncio
    async def test_discovery_again_tells_the_same_pairs_and_nodes(self, provider: Provider) -> None:
        assert _identities(await discovered(provider)) == _identities(await discovered(provider))

    @pytest.mark.asyncio
    async def test_another_one_tells_the_same_pairs_and_nodes(self, provider: Provider) -> None:
        other = self.provider_class(provider.context)
        try:
            assert _identities(await discovered(other)) == _identities(await discovered(provider))
        finally:
            await other.close()

    @pytest.mark.asyncio
    async def test_endpoints_lead_to_redis(self, provider: Provider) -> None:
        from redistui.wire.client import Connection

        for pair, node in await _nodes(provider):
            connection = await Connection.open(await provider.endpoint(pair, node))
            try:
                assert await connection.call("PING") in (b"PONG", "PONG")
            finally:
                connection.close()

    @pytest.mark.asyncio
    async def test_secrets_are_not_shown(self, provider: Provider) -> None:
        pairs = await discovered(provider)
        endpoints = await _endpoints(provider)
        shown = f"{pairs} {endpoints} {provider!r} {provider} {provider.context} {provider.context.settings}"
        for secret in _secrets(endpoints):
            assert secret not in shown

    @pytest.mark.asyncio
    async def test_logs_keep_to_the_number_of_lines(self, provider: Provider) -> None:
        able = [
            (pair, node)
            for pair, node in await _nodes(provider)
            if provider.pair_capabilities(pair)[Verb.LOGS].supported
        ]
        if not able:
            pytest.skip("logs are not supported")
        for pair, node in able:
            lines = await provider.logs(pair, node, 3)
            assert len(lines) <= 3
            assert not any("\n" in line for line in lines)
            assert list(await provider.logs(pair, node, 0)) == []

    @pytest.mark.asyncio
    async def test_a_pair_that_is_gone_is_an_error_in_words(self, provider: Provider) -> None:
        pair = (await discovered(provider))[0]
        gone = Pair(
            key=type(pair.key)(pair.key.provider, "there-is-no-such-pair"),
            provider_type=pair.provider_type,
            control=pair.control,
            nodes=pair.nodes,
        )
        with pytest.raises(RedistuiError) as raised:
            await provider.endpoint(gone, gone.nodes[0])
        assert "there-is-no-such-pair" in raised.value.message

    @pytest.mark.asyncio
    async def test_failures_are_told_in_words_with_a_way_out(self, broken_contexts: list[ProviderContext]) -> None:
        if not broken_contexts:
            pytest.skip("no broken context was given")
        for context in broken_contexts:
            broken = self.provider_class(context)
            try:
                with pytest.raises(RedistuiError) as raised:
                    await _endpoints(broken)
                assert raised.value.message
                assert raised.value.hint
            finally:
                await broken.close()

    @pytest.mark.asyncio
    async def test_waiting_for_changes_can_be_cancelled(self, provider: Provider) -> None:
        await discovered(provider)
        before = asyncio.all_tasks()
        waiting = asyncio.create_task(provider.changed())
        await asyncio.sleep(0.05)
        await _cancelled(waiting)
        assert asyncio.all_tasks() <= before

    @pytest.mark.asyncio
    async def test_a_cancelled_discovery_leaves_nothing(self, provider: Provider) -> None:
        before = asyncio.all_tasks()
        for rounds in range(6):
            discovering = asyncio.create_task(discovered(provider))
            for _ in range(rounds):
                await asyncio.sleep(0)
            await _cancelled(discovering)
            assert asyncio.all_tasks() <= before
        assert await discovered(provider)

    @pytest.mark.asyncio
    async def test_an_abandoned_discovery_leaves_nothing(self, provider: Provider) -> None:
        before = asyncio.all_tasks()
        discovering = provider.discover()
        assert await anext(discovering)
        await discovering.aclose()  # type: ignore[attr-defined]
        assert asyncio.all_tasks() <= before

    @pytest.mark.asyncio
    async def test_closing_gives_everything_back(self, context: ProviderContext) -> None:
        tasks, had_threads, had_sockets = asyncio.all_tasks(), threads(), sockets()
        made = self.provider_class(context)
        await _endpoints(made)
        await made.close()
        await made.close()
        await asyncio.sleep(0)
        assert asyncio.all_tasks() <= tasks
        assert threads() <= had_threads
        assert sockets() <= had_sockets


async def discovered(provider: Provider) -> list[Pair]:
    """All pairs, within a limit."""
    async with asyncio.timeout(DISCOVERY_LIMIT_SECONDS):
        return [pair async for pair in provider.discover()]


async def _nodes(provider: Provider) -> list[tuple[Pair, Node]]:
    return [(pair, node) for pair in await discovered(provider) for node in pair.nodes]


async def _endpoints(provider: Provider) -> list[Endpoint]:
    return [await provider.endpoint(pair, node) for pair, node in await _nodes(provider)]


async def _cancelled(task: "asyncio.Task[object]") -> None:
    began = time.monotonic()
    task.cancel()
    await asyncio.wait([task], timeout=5 * QUICK_SECONDS)
    assert task.done(), "cancelling does not end it"
    assert time.monotonic() - began < QUICK_SECONDS, "cancelling takes too long"


def _identities(pairs: list[Pair]) -> set[tuple[object, ...]]:
    return {(pair.key, node.id, node.address) for pair in pairs for node in pair.nodes}


def _secrets(endpoints: list[Endpoint]) -> Iterator[str]:
    return (endpoint.password.reveal() for endpoint in endpoints if endpoint.password)
