"""ElastiCache carries out whole verbs: what is asked of it, sent once, and looked at until it is done."""

import datetime as dt
import email.utils
from typing import Any

from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.topology import Pair
from redistui.provider.tasks import Call, Progress

from . import fields
from .calls import CallName, failover_progress, promote_progress, reboot_progress, request
from .client import Answer, ElastiCacheClient
from .groups import Group, Kind, joined
from .inspection import GroupInspection
from .pairs import group_of, kind_of
from .states import AVAILABLE

# DescribeEvents looks back for 14 days at most.
_OLDEST_EVENTS = dt.timedelta(days=13)
# "Cache node 0001 restarted" in the user guide's list of events.
_RESTARTED = ("restarted", "rebooted")


class ElastiCacheTasks:
    """The part of the provider that changes something; `client` and `settings` are the provider's."""

    client: ElastiCacheClient
    settings: fields.AwsSettings

    @property
    def poll_seconds(self) -> float:
        return self.settings.poll_seconds

    async def inspect(self, pair: Pair) -> GroupInspection:
        group, at = await self._described(pair)
        return GroupInspection(group, at)

    async def busy(self, pair: Pair) -> str:
        group, _ = await self._described(pair)
        if group.status != AVAILABLE:
            return f"{group.id} is {group.status}"
        return "; ".join(f"{member.id} is {member.status}" for member in group.members if member.status != AVAILABLE)

    async def send(self, pair: Pair, call: Call) -> str:
        operation, parameters = request(call)
        answer = await self.client.change(operation, **parameters)
        return str(answer["ResponseMetadata"].get("RequestId", ""))

    async def progress(self, pair: Pair, call: Call) -> Progress:
        name = CallName(call.name)
        group, _ = await self._described(pair)
        if name is CallName.PROMOTE:
            return promote_progress(call.arguments, group)
        if name is not CallName.REBOOT:
            return failover_progress(name, call.arguments, group)
        member = group.member(str(call.arguments["member"]))
        if member is None:
            raise _gone(str(call.arguments["member"]))
        since = call.arguments["since"]
        restarted = isinstance(since, int | float) and await self._restarted(member.id, float(since))
        return reboot_progress(member, lambda _: restarted)

    async def _restarted(self, member: str, since: float) -> bool:
        start = dt.datetime.fromtimestamp(since, dt.UTC)
        start = max(start, dt.datetime.now(dt.UTC) - _OLDEST_EVENTS)
        answer = await self.client.read(
            "describe_events", SourceIdentifier=member, SourceType="cache-cluster", StartTime=start
        )
        return any(word in event.get("Message", "") for event in answer["Events"] for word in _RESTARTED)

    async def _described(self, pair: Pair) -> tuple[Group, float]:
        """The group now, and the vendor's time."""
        wanted = group_of(pair)
        if kind_of(pair) is Kind.NODE:
            answer = await self.client.read("describe_cache_clusters", CacheClusterId=wanted, ShowCacheNodeInfo=True)
            found = list(joined((), answer["CacheClusters"]))
        else:
            answer = await self.client.read("describe_replication_groups", ReplicationGroupId=wanted)
            groups: list[dict[str, Any]] = answer["ReplicationGroups"]
            members = [member for group in groups for member in group.get("MemberClusters", ())]
            clusters = [await self._cluster(member) for member in members]
            found = list(joined(groups, clusters))
        if not found:
            raise _gone(wanted)
        return found[0], _vendor_time(answer)

    async def _cluster(self, member: str) -> dict[str, Any]:
        answer = await self.client.read("describe_cache_clusters", CacheClusterId=member, ShowCacheNodeInfo=True)
        cluster: dict[str, Any] = answer["CacheClusters"][0]
        return cluster


def _vendor_time(answer: Answer) -> float:
    told = answer["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
    moment = email.utils.parsedate_to_datetime(told) if told else dt.datetime.now(dt.UTC)
    return moment.timestamp()


def _gone(what: str) -> ProviderError:
    return ProviderError(ProviderErrorKind.NOT_FOUND, f"ElastiCache has no {what} any more", hint="redistui pairs")
