"""The provider of pairs in containers. Their real roles come from Redis itself."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import ClassVar

from redistui.model.endpoint import Address, Endpoint
from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.fields import Field
from redistui.model.topology import Control, Node, NodeState, Pair, PairKey
from redistui.provider.capabilities import NOT_IN_THIS_RELEASE, Capabilities, Capability, Verb
from redistui.provider.context import ProviderContext
from redistui.provider.contract import Provider

from . import asking, location, settings, starting
from .engine import Engine
from .failures import masked
from .fields import FIELDS
from .looking import Look, Looker, fingerprint
from .server import Server, why_unreachable
from .watching import EventWatch

# A server that starts or loads is looked at again by itself; roles may change without an event of the engine.
FIRST_AGAIN_SECONDS = 2.0
AT_LEAST_EVERY_SECONDS = 60.0
_ROLES = "a container's stored role cannot be changed yet, and a restart would undo"


class DockerProvider(Provider):
    type: ClassVar[str] = "docker"
    summary: ClassVar[str] = "containers of a Docker engine, or of Podman's socket"
    control: ClassVar[Control] = Control.SELF_MANAGED
    settings_fields: ClassVar[tuple[Field, ...]] = FIELDS
    extra: ClassVar[str | None] = "docker"
    sdk_module: ClassVar[str | None] = "docker"

    def __init__(self, context: ProviderContext) -> None:
        super().__init__(context)
        self._settings = settings.read(context.settings, context.config_folder)
        self._engine: Engine | None = None
        self._looker: Looker | None = None
        self._last = Look()
        self._news = asyncio.Event()
        self._watch: EventWatch | None = None
        self._again_seconds = FIRST_AGAIN_SECONDS

    @classmethod
    def at_hand(cls) -> bool:
        return location.at_hand()

    @classmethod
    def capabilities(cls) -> Capabilities:
        answers = dict.fromkeys(Verb, NOT_IN_THIS_RELEASE)
        answers[Verb.LOGS] = answers[Verb.START] = Capability.yes()
        answers[Verb.PROMOTE] = Capability.no(f"{_ROLES} a promotion")
        answers[Verb.RESTART] = Capability.no("restarting containers in order is not in this release of redistui")
        answers[Verb.DRILL] = Capability.no(f"{_ROLES} what a drill did")
        return answers

    async def discover(self) -> AsyncIterator[Pair]:
        self._news.clear()
        look = await self._look()
        self._again_seconds = (
            min(self._again_seconds * 2, AT_LEAST_EVERY_SECONDS) if look.silent else FIRST_AGAIN_SECONDS
        )
        for name, servers in look.pairs.items():
            yield self._describe(name, servers, look)

    async def changed(self) -> None:
        limit_seconds = self._again_seconds if self._last.silent else AT_LEAST_EVERY_SECONDS
        try:
            async with asyncio.timeout(limit_seconds):
                if await self._watching():
                    await self._news.wait()
        except (TimeoutError, ProviderError):
            return  # the next discovery tells what is wrong

    async def endpoint(self, pair: Pair, node: Node) -> Endpoint:
        server = await self._find(pair, node)
        if server.address is None or server.container.state in (NodeState.STOPPED, NodeState.FAILED):
            message, hint = why_unreachable(server, self._connected().location)
            kind = ProviderErrorKind.NETWORK if server.container.running else ProviderErrorKind.CONFLICT
            raise ProviderError(kind, message, hint=hint)
        assert self._looker is not None
        return asking.endpoint(server, await self._looker.logins.best(server, pair.key.name))

    async def logs(self, pair: Pair, node: Node, lines: int) -> Sequence[str]:
        if lines <= 0:
            return []
        server = await self._find(pair, node)
        output = await self._connected().logs(server.id, lines)
        return masked(output.decode(errors="replace"), server.stored.passwords).splitlines()[-lines:]

    async def start(self, pair: Pair, node: Node) -> None:
        server = await self._find(pair, node)
        others = [other for other in self._last.pairs.get(pair.key.name, ()) if other.id != server.id]
        starting.check_no_second_primary(server, others)
        await starting.start(self._connected(), server)
        self._news.set()

    async def close(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            await watch.close()
        engine, self._engine = self._engine, None
        if engine is not None:
            await engine.close()

    def _connected(self) -> Engine:
        if self._engine is None:
            self._engine = Engine(location.locate(self._settings))
            self._looker = Looker(self._engine, self._settings, self.context.secrets)
        return self._engine

    async def _look(self) -> Look:
        self._connected()
        assert self._looker is not None
        self._last = await self._looker.look()
        return self._last

    async def _watching(self) -> bool:
        """Listen to the engine's events. False when something happened before it did."""
        if self._watch is not None and not self._watch.alive:
            await self._watch.close()
            self._watch = None
        if self._watch is None:
            engine = self._connected()
            self._watch = EventWatch(engine.location, self._news)
            await self._watch.begun()
            return fingerprint(await engine.containers()) == self._last.fingerprint
        await self._watch.begun()
        return True

    async def _find(self, pair: Pair, node: Node) -> Server:
        for look_again in (False, True):
            look = await self._look() if look_again else self._last
            for server in look.pairs.get(pair.key.name, ()):
                if server.container.short_id == node.id:
                    return server
        raise ProviderError(
            ProviderErrorKind.NOT_FOUND,
            f"there is no container {node.id} of pair {pair.key.name} on the engine any more",
            hint="look at the containers: docker ps --all",
        )

    def _describe(self, name: str, servers: Sequence[Server], look: Look) -> Pair:
        first = servers[0].container
        labels = {"compose": first.project} if first.project else {}
        return Pair(
            key=PairKey(self.context.name, name),
            provider_type=self.type,
            control=self.control,
            nodes=tuple(_node(server, look.peers.get(server.id)) for server in servers),
            environment=self.context.environment,
            place=_place(self._connected().location),
            labels=labels | {"image": first.image},
        )


def _place(engine: location.Location) -> str:
    return "this machine" if engine.local else engine.published_host


def _node(server: Server, peer: Address | None) -> Node:
    container, stored = server.container, server.stored
    own = next((one.address for one in container.attachments if one.address), "")
    # A container that does not run may have no address: its name says more than none.
    address = server.address or Address(own or container.name, stored.port)
    return Node(
        id=container.short_id,
        address=address,
        peer_address=peer or stored.announced or (Address(own, stored.port) if own else address),
        configured_role=server.role,
        state=container.state,
        vendor_state=container.vendor_state,
        name=container.name,
    )
