"""What every provider with a hand on machines must keep to, as tests that its own tests inherit.

    class TestMyMachine(MachineConformance):
        provider_class = MyProvider

        @pytest.fixture
        def context(self, tmp_path):
            return make_context(tmp_path, {"region": "eu-west-1"}, fields=MyProvider.settings_fields)

The first node of the first pair is stopped, started, restarted and fenced, as far as the provider says that it can.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import ClassVar

import pytest
import pytest_asyncio

from redistui.model.endpoint import Endpoint
from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.topology import Node, NodeState, Pair
from redistui.provider.context import ProviderContext
from redistui.provider.contract import Provider
from redistui.provider.machine import Act, Machine

from .conformance import discovered

Subject = tuple[Provider, Machine, Pair, Node]


class MachineConformance:
    provider_class: ClassVar[type[Provider]]

    @pytest.fixture
    def context(self) -> ProviderContext:
        raise NotImplementedError("give a context that leads to a live pair")

    @pytest_asyncio.fixture
    async def subject(self, context: ProviderContext) -> AsyncIterator[Subject]:
        provider = self.provider_class(context)
        assert isinstance(provider, Machine)
        pair = (await discovered(provider))[0]
        yield provider, provider, pair, pair.nodes[0]
        await provider.close()

    @pytest.mark.asyncio
    async def test_every_act_is_answered_yes_or_no_because(self, subject: Subject) -> None:
        _, machine, pair, _ = subject
        acts = machine.acts(pair)
        assert set(acts) == set(Act)
        for act, answer in acts.items():
            assert answer.supported or answer.reason, f"{act} is refused without a reason"

    @pytest.mark.asyncio
    async def test_what_is_a_no_is_refused_in_words(self, subject: Subject, tmp_path: Path) -> None:
        _, machine, pair, node = subject
        for act, attempt in _attempts(machine, pair, node, tmp_path).items():
            if not machine.acts(pair)[act].supported:
                with pytest.raises(ProviderError) as raised:
                    await attempt()
                assert raised.value.kind is ProviderErrorKind.UNSUPPORTED
                assert raised.value.message

    @pytest.mark.asyncio
    async def test_a_stop_lasts_until_a_start_and_both_may_be_repeated(self, subject: Subject) -> None:
        provider, machine, pair, node = subject
        _need(machine, pair, Act.STOP, Act.START)
        endpoint = await provider.endpoint(pair, node)
        await machine.stop(pair, node, save=True)
        await machine.stop(pair, node, save=True)
        assert not await _answers(endpoint)
        assert await machine.state(pair, node) in (NodeState.STOPPED, NodeState.UNKNOWN)
        await machine.start(pair, node)
        await machine.start(pair, node)
        assert await _answers(endpoint)

    @pytest.mark.asyncio
    async def test_a_restart_is_another_process(self, subject: Subject) -> None:
        provider, machine, pair, node = subject
        _need(machine, pair, Act.RESTART)
        endpoint = await provider.endpoint(pair, node)
        before = await _run_id(endpoint)
        await machine.restart(pair, node)
        assert await _run_id(endpoint) != before

    @pytest.mark.asyncio
    async def test_a_fence_outlives_its_console_and_is_lifted_only_on_request(
        self, subject: Subject, context: ProviderContext
    ) -> None:
        provider, machine, pair, node = subject
        _need(machine, pair, Act.FENCE, Act.START)
        assert not await machine.fenced(pair, node)
        await machine.fence(pair, node)
        await machine.fence(pair, node)
        other = self.provider_class(context)
        assert isinstance(other, Machine)
        assert await other.fenced(pair, node)
        assert not await _answers(await provider.endpoint(pair, node))
        with pytest.raises(ProviderError) as raised:
            await other.start(pair, node)
        assert raised.value.kind is ProviderErrorKind.REFUSED
        assert raised.value.hint
        await machine.unfence(pair, node)
        await machine.unfence(pair, node)
        assert not await machine.fenced(pair, node)
        assert not await _answers(await provider.endpoint(pair, node)), "lifting a fence starts nothing"
        await machine.start(pair, node)
        await other.close()

    @pytest.mark.asyncio
    async def test_a_role_is_stored_for_the_next_start(self, subject: Subject) -> None:
        _, machine, pair, node = subject
        _need(machine, pair, Act.STOP, Act.START, Act.STORED_ROLE)
        before = await machine.stored_role(pair, node)
        upstream = next((other.peer_address for other in pair.nodes if other is not node), None)
        await machine.stop(pair, node, save=True)
        await machine.store_role(pair, node, upstream)
        await machine.store_role(pair, node, upstream)
        assert (await machine.stored_role(pair, node))[1] == upstream
        await machine.store_role(pair, node, before[1])
        assert await machine.stored_role(pair, node) == before
        await machine.start(pair, node)


def _attempts(machine: Machine, pair: Pair, node: Node, folder: Path) -> dict[Act, Callable[[], Awaitable[object]]]:
    return {
        Act.STOP: lambda: machine.stop(pair, node, save=True),
        Act.START: lambda: machine.start(pair, node),
        Act.RESTART: lambda: machine.restart(pair, node),
        Act.KILL: lambda: machine.kill(pair, node),
        Act.FREEZE: lambda: machine.freeze(pair, node),
        Act.FENCE: lambda: machine.fence(pair, node),
        Act.STORED_ROLE: lambda: machine.stored_role(pair, node),
        Act.FETCH: lambda: machine.fetch(pair, node, folder / "fetched.rdb"),
        Act.ROUTE: lambda: machine.route(pair, node),
    }


def _need(machine: Machine, pair: Pair, *needed: Act) -> None:
    acts = machine.acts(pair)
    if missing := [act.value for act in needed if not acts[act].supported]:
        pytest.skip(f"{', '.join(missing)} not supported")


async def _answers(endpoint: Endpoint) -> bool:
    from redistui.wire.client import Connection
    from redistui.wire.failures import WireFailure

    try:
        connection = await Connection.open(endpoint)
    except WireFailure:
        return False
    connection.close()
    return True


async def _run_id(endpoint: Endpoint) -> str | None:
    from redistui.wire.client import Connection
    from redistui.wire.info import parse_info

    connection = await Connection.open(endpoint)
    try:
        reply = await connection.call("INFO", "server")
        assert isinstance(reply, bytes)
        return parse_info(reply, 0.0).run_id
    finally:
        connection.close()
