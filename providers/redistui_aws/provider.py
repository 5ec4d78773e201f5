"""The provider of pairs in ElastiCache."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, ClassVar

from redistui.model.endpoint import Endpoint, TlsSettings
from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.fields import Field
from redistui.model.topology import Control, Node, Pair
from redistui.provider.capabilities import Capabilities
from redistui.provider.context import ProviderContext
from redistui.provider.contract import Provider

from . import fields, pairs
from .client import ElastiCacheClient
from .groups import Group, joined, read_serverless
from .tasks import ElastiCacheTasks

LOOK_AGAIN_SECONDS = 30.0
_PAGE = 100


class AwsProvider(ElastiCacheTasks, Provider):
    type: ClassVar[str] = "aws"
    summary: ClassVar[str] = "replication groups in AWS ElastiCache"
    control: ClassVar[Control] = Control.MANAGED
    settings_fields: ClassVar[tuple[Field, ...]] = fields.FIELDS
    extra: ClassVar[str | None] = "aws"
    sdk_module: ClassVar[str | None] = "boto3"

    def __init__(self, context: ProviderContext) -> None:
        super().__init__(context)
        self.settings = fields.read(context)
        self.client = ElastiCacheClient(self.settings)
        self._known: dict[str, Group] = {}

    @classmethod
    def capabilities(cls) -> Capabilities:
        return pairs.GENERAL

    def pair_capabilities(self, pair: Pair) -> Capabilities:
        return pairs.capabilities_of(pair)

    async def discover(self) -> AsyncIterator[Pair]:
        fields.check(self.settings, self.context.name)
        groups = await self._all("describe_replication_groups", "ReplicationGroups", MaxRecords=_PAGE)
        clusters = await self._all("describe_cache_clusters", "CacheClusters", MaxRecords=_PAGE, ShowCacheNodeInfo=True)
        for group in joined(groups, clusters):
            for pair in self._told(group):
                yield pair
        for cache in await self._all("describe_serverless_caches", "ServerlessCaches", token="NextToken"):
            for pair in self._told(read_serverless(cache)):
                yield pair

    async def changed(self) -> None:
        await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def endpoint(self, pair: Pair, node: Node) -> Endpoint:
        fields.check(self.settings, self.context.name)
        group = self._known.get(pair.key.name)
        if group is None:
            async for _ in self.discover():
                pass
            group = self._known.get(pair.key.name)
        if group is None:
            raise ProviderError(
                ProviderErrorKind.NOT_FOUND, f"ElastiCache has no {pair.key.name} in {self.settings.region}"
            )
        access = self.settings.access.get(group.id)
        if access is None and group.token:
            raise ProviderError(
                ProviderErrorKind.AUTHENTICATION,
                f"{group.id} asks for an auth token or a user, and the configuration has none",
                hint=f"name it under access of [providers.{self.context.name}], with its password",
            )
        return Endpoint(
            node.address,
            username=access.username if access else None,
            password=await self.context.secrets.resolve(access.password) if access else None,
            tls=TlsSettings(ca=self.settings.ca) if group.encrypted else None,
        )

    async def close(self) -> None:
        await self.client.close()

    def _told(self, group: Group) -> list[Pair]:
        told = list(pairs.pairs_of(group, self.context, self.type, self.settings.region))
        self._known |= dict.fromkeys((pair.key.name for pair in told), group)
        return told

    async def _all(
        self, operation: str, items: str, token: str = "Marker", **parameters: object
    ) -> list[dict[str, Any]]:
        """Every page."""
        found: list[dict[str, Any]] = []
        marker: dict[str, object] = {}
        while True:
            answer = await self.client.read(operation, **parameters, **marker)
            found += answer.get(items, ())
            if not answer.get(token):
                return found
            marker = {token: answer[token]}
