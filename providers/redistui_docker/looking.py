"""One look at an engine: its containers, those that run Redis, what they answer, and who belongs together."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from redistui.model.endpoint import Address
from redistui.model.errors import ProviderError, ProviderErrorKind, RedistuiError
from redistui.model.sample import FailureKind
from redistui.provider.context import SecretResolver

from . import asking
from .container import Container, parse, with_shared_networks
from .engine import Engine
from .grouping import Grouping, Memory
from .logins import Logins
from .naming import names
from .recognise import Likeness, likeness
from .server import Credentials, Server, address_of
from .settings import DockerSettings
from .stored import config_path, password_file, read_stored, server_arguments

Fingerprint = frozenset[tuple[str, str, str]]
Pairs = dict[str, list[Server]]


@dataclass(frozen=True, slots=True)
class Look:
    """`pairs` by name; `silent` are servers that run and may answer later."""

    pairs: Mapping[str, Sequence[Server]] = field(default_factory=dict)
    peers: Mapping[str, Address] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    fingerprint: Fingerprint = frozenset()


def fingerprint(listed: Sequence[Mapping[str, Any]]) -> Fingerprint:
    """What a list of containers tells of changes."""
    return frozenset((str(one.get("Id")), str(one.get("State")), str(one.get("Names"))) for one in listed)


class Looker:
    def __init__(self, engine: Engine, settings: DockerSettings, secrets: SecretResolver) -> None:
        self._engine = engine
        self._memory = Memory()
        self.logins = Logins(settings, secrets)

    async def look(self) -> Look:
        listed = await self._engine.containers()
        found = await self._servers(listed)
        self.logins.keep(server.id for server in found)
        pairs, _ = self._grouped(found)
        await self._ask(pairs)
        pairs, peers = self._grouped(server for server in found if _is_redis(server))
        if await self._ask_with_other_logins(pairs):
            pairs, peers = self._grouped(server for group in pairs.values() for server in group)
        silent = {server.id for group in pairs.values() for server in group if server.failure is not None}
        return Look(pairs, peers, frozenset(silent), fingerprint(listed))

    async def _servers(self, listed: Sequence[Mapping[str, Any]]) -> list[Server]:
        described = await asyncio.gather(*(self.inspect(str(one["Id"])) for one in listed))
        containers = with_shared_networks({one.id: one for one in described if one is not None})
        likely = [(one, kind) for one in containers.values() if (kind := likeness(one)) is not Likeness.NONE]
        return await asyncio.gather(*(self._server(container, kind) for container, kind in likely))

    async def inspect(self, container_id: str) -> Container | None:
        """None when it is gone."""
        try:
            return parse(await self._engine.inspect(container_id))
        except ProviderError as error:
            if error.kind is ProviderErrorKind.NOT_FOUND:
                return None
            raise

    async def _server(self, container: Container, kind: Likeness) -> Server:
        arguments = server_arguments(container)
        paths = config_path(container, arguments or ()), password_file(container)
        contents = [await self._engine.file(container.id, path) if path else None for path in paths]
        stored = read_stored(container, arguments, *contents)
        return Server(container, stored, kind, address_of(container, stored, self._engine.location))

    def _grouped(self, servers: Iterable[Server]) -> tuple[Pairs, Mapping[str, Address]]:
        grouping = Grouping({server.id: server for server in servers}, self._memory)
        groups = grouping.groups()
        return dict(zip(names(groups), groups, strict=True)), grouping.peers

    async def _ask(self, pairs: Pairs) -> None:
        asked = [(server, await self.logins.known(server, name)) for name, group in pairs.items() for server in group]
        await asking.ask_all(asked)
        for server, _ in asked:
            self.logins.took(server)

    async def _ask_with_other_logins(self, pairs: Pairs) -> bool:
        """Those that refused what their containers tell: with what the configuration says. Whether one answered."""
        refused = [
            (server, await self._configured(server, name))
            for name, group in pairs.items()
            for server in group
            if server.failure in (FailureKind.AUTHENTICATION, FailureKind.PERMISSION)
        ]
        again = [(server, [login]) for server, login in refused if login is not None]
        await asking.ask_all(again)
        for server, _ in again:
            self.logins.took(server)
        return any(server.sample for server, _ in again)

    async def _configured(self, server: Server, name: str) -> Credentials | None:
        try:
            return await self.logins.configured(server, name)
        except RedistuiError:  # told when the node is connected to
            return None


def _is_redis(server: Server) -> bool:
    """By what it is, or by what it answered. Sentinels are no part of a pair."""
    if server.sample is not None:
        return server.sample.mode != "sentinel"
    return server.likeness is Likeness.CERTAIN or server.failure in asking.SAID_BY_REDIS
