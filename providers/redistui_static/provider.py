"""The provider of pairs that are known by address. Their real roles come from Redis itself."""

import asyncio
import dataclasses
import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import ClassVar

from redistui.model.endpoint import Address, Endpoint, TlsSettings
from redistui.model.errors import ConfigurationError, ProviderError, ProviderErrorKind
from redistui.model.fields import Field
from redistui.model.secret import SecretReference, SecretSource
from redistui.model.topology import Control, Node, Pair, PairKey, Role
from redistui.provider.capabilities import NOT_IN_THIS_RELEASE, Capabilities, Capability, Verb
from redistui.provider.context import ProviderContext
from redistui.provider.contract import Provider
from redistui.provider.machine import Act

from . import commands, settings
from .fields import FIELDS
from .follow import Found, follow
from .machine import StaticMachine
from .settings import CommandName, StaticPair

UNCHANGED_SECONDS = 3600.0
FOLLOW_SECONDS = 15.0
REMEMBERED_SECONDS = 600.0
LOGS_LIMIT_SECONDS = 10.0
_COMMAND_OF = {Verb.LOGS: CommandName.LOGS, Verb.START: CommandName.START}


class StaticProvider(StaticMachine, Provider):
    type: ClassVar[str] = "static"
    summary: ClassVar[str] = "pairs by address: any Redis or Valkey that can be reached"
    control: ClassVar[Control] = Control.SELF_MANAGED
    settings_fields: ClassVar[tuple[Field, ...]] = FIELDS

    def __init__(self, context: ProviderContext) -> None:
        super().__init__(context)
        self._configured = settings.read(context.settings, context.config_folder)
        # Nodes that Redis named, and when it last did: one that is down for a while does not vanish.
        self._followed: dict[str, dict[Address, float]] = {}
        self._peers: dict[str, dict[Address, Address]] = {}

    @classmethod
    def capabilities(cls) -> Capabilities:
        answers = dict.fromkeys(Verb, NOT_IN_THIS_RELEASE)
        answers[Verb.PROVISION] = Capability.no("a bare address has no place in which servers could be made")
        answers[Verb.DESTROY] = Capability.no("its servers were not made by redistui, and are left to whoever did")
        answers[Verb.PROMOTE] = Capability(True, "roles are stored by CONFIG REWRITE")
        answers[Verb.DRILL] = Capability(True, "switchover; a crash or a hang needs a hand on the machine")
        answers[Verb.RESTART] = Capability(True, "where commands.restart is configured, or stop and start")
        return answers | {
            verb: Capability(True, f"where commands.{name} is configured") for verb, name in _COMMAND_OF.items()
        }

    def pair_capabilities(self, pair: Pair) -> Capabilities:
        able = self.commands_of(pair)
        answers = dict(self.capabilities())
        for verb, name in _COMMAND_OF.items():
            missing = Capability.no(f"a bare address cannot: set commands.{name} of pair {pair.key.name}")
            answers[verb] = Capability.yes() if name in able else missing
        answers[Verb.RESTART] = self.acts(pair)[Act.RESTART]
        return answers

    def mistakes(self) -> Sequence[str]:
        return self._configured.problems

    async def discover(self) -> AsyncIterator[Pair]:
        pairs = self._configured.pairs.values()
        asking = [asyncio.create_task(self._follow(pair)) for pair in pairs if pair.discover]
        try:
            for pair in pairs:
                if not pair.discover:
                    yield self._describe(pair, {address: address for address in pair.addresses})
            for answer in asyncio.as_completed(asking):
                yield await answer
        finally:
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
        if self._configured.problems:
            raise ConfigurationError(
                "; ".join(self._configured.problems),
                hint=f"correct [providers.{self.context.name}] in the configuration",
            )

    async def changed(self) -> None:
        follows = any(pair.discover for pair in self._configured.pairs.values())
        await asyncio.sleep(FOLLOW_SECONDS if follows else UNCHANGED_SECONDS)

    async def endpoint(self, pair: Pair, node: Node) -> Endpoint:
        return await self._endpoint(self._find(pair), node.address)

    async def logs(self, pair: Pair, node: Node, lines: int) -> Sequence[str]:
        output = await self.run_command(pair, node, CommandName.LOGS, LOGS_LIMIT_SECONDS, {"lines": lines})
        return output.decode(errors="replace").splitlines()[-lines:] if lines > 0 else []

    async def run_command(
        self, pair: Pair, node: Node, name: CommandName, limit_seconds: float, values: Mapping[str, object]
    ) -> bytes:
        configured = self._find(pair)
        command = configured.commands.get(name)
        if command is None:
            raise ProviderError(
                ProviderErrorKind.UNSUPPORTED,
                f"pair {configured.name} has no command for {name.value}, and a bare address cannot do it",
                hint=f"set commands = {{ {name.value} = […] }} of the pair in the configuration",
            )
        address = {"host": node.address.host, "port": node.address.port}
        password = configured.password
        is_variable = isinstance(password, SecretReference) and password.source is SecretSource.ENVIRONMENT
        hidden = password.locator if isinstance(password, SecretReference) and is_variable else ()
        what = f"{name.value} of {node.id}"
        return await commands.run(command, {**values, **address}, what, limit_seconds, hidden)

    def commands_of(self, pair: Pair) -> Mapping[CommandName, tuple[str, ...]]:
        configured = self._configured.pairs.get(pair.key.name)
        return configured.commands if configured else {}

    def _find(self, pair: Pair) -> StaticPair:
        configured = self._configured.pairs.get(pair.key.name)
        if configured is None:
            raise ProviderError(ProviderErrorKind.NOT_FOUND, f"no pair {pair.key.name} is configured here")
        return configured

    async def _endpoint(self, pair: StaticPair, address: Address) -> Endpoint:
        password = await self.context.secrets.resolve(pair.password) if pair.password else None
        if pair.tls:
            await asyncio.to_thread(_check_files, pair.name, pair.tls)
        return Endpoint(address, username=pair.username, password=password, tls=pair.tls)

    async def _follow(self, pair: StaticPair) -> Pair:
        async def endpoint_of(address: Address) -> Endpoint:
            return await self._endpoint(pair, address)

        found = await follow(pair.addresses, endpoint_of)
        return self._describe(pair, self._remembered(pair, found))

    def _remembered(self, pair: StaticPair, found: Found) -> dict[Address, Address]:
        """Node address to peer address: what was found now, and what was found lately and is not answering."""
        now = time.monotonic()
        peers = self._peers.setdefault(pair.name, {})
        peers |= found.peers
        seen = self._followed.setdefault(pair.name, {})
        seen |= dict.fromkeys(found.nodes, now)
        hidden = set(peers.values()) - set(pair.addresses)
        for address, at in list(seen.items()):
            if address in hidden or now - at > REMEMBERED_SECONDS:
                del seen[address]
        return {
            address: peers.get(address, address) for address in dict.fromkeys([*found.nodes, *seen]) if address in seen
        }

    def _describe(self, pair: StaticPair, addresses: Mapping[Address, Address]) -> Pair:
        def role(address: Address) -> Role:
            if pair.discover:
                return Role.UNKNOWN
            return Role.PRIMARY if address == pair.primary else Role.REPLICA

        nodes = tuple(
            Node(str(address), address, pair.peers.get(address, peer), role(address))
            for address, peer in addresses.items()
        )
        return Pair(
            key=PairKey(self.context.name, pair.name),
            provider_type=self.type,
            control=self.control,
            nodes=nodes,
            environment=self.context.environment,
            place=pair.place,
            labels=pair.labels,
            write_endpoint=pair.write_endpoint,
            read_endpoint=pair.read_endpoint,
        )


def _check_files(name: str, tls: TlsSettings) -> None:
    files = ((field.name, getattr(tls, field.name)) for field in dataclasses.fields(tls))
    for kind, file in files:
        if kind in ("ca", "certificate", "key") and file and not os.access(file, os.R_OK):
            why = "cannot be read" if file.exists() else "does not exist"
            raise ConfigurationError(
                f"pair {name}: the file of tls.{kind} {why}: {file}",
                hint="relative names start at the folder of the configuration file",
            )
