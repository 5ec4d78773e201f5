"""A simulated ElastiCache and the real command with a connection `cloud` to it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from redistui_aws import AwsProvider

from redistui.provider.context import ProviderContext
from redistui.simulator import ElastiCacheSimulator, SimulatorClock
from redistui.simulator.replication_group import ReplicationGroup
from redistui.simulator.simulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from redistui.testing import FixedSecrets, make_context

from .binaries import SERVERS
from .command import Command, Result
from .promotion import Site

if TYPE_CHECKING:
    from .redis_server import ReplicatedPair

TRANSITION_SECONDS = 0.4
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
    "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
    "AWS_EC2_METADATA_DISABLED": "true",
}


@contextmanager
def simulated(
    folder: Path, *, clock: SimulatorClock | None = None, transition_seconds: float = TRANSITION_SECONDS
) -> Iterator[ElastiCacheSimulator]:
    made = ElastiCacheSimulator(
        folder / "cloud", clock=clock, transition_seconds=transition_seconds, server=SERVERS.get("7.0")
    )
    with made as simulator:
        yield simulator


def aws_context(
    folder: Path,
    simulator: ElastiCacheSimulator,
    *,
    secrets: Mapping[str, str] | None = None,
    **settings: object,
) -> ProviderContext:
    given = {"region": REGION, "endpoint_url": simulator.url, "poll_seconds": 0.05, **settings}
    return make_context(
        folder, given, fields=AwsProvider.settings_fields, name="cloud", secrets=FixedSecrets(secrets or {})
    )


@dataclass
class CloudSite:
    command: Command
    simulator: ElastiCacheSimulator

    @classmethod
    def make(
        cls, folder: Path, simulator: ElastiCacheSimulator, *, environment: str = "", more: str = ""
    ) -> "CloudSite":
        home = folder / "console"
        home.mkdir(mode=0o700)
        site = cls(Command(home, CREDENTIALS), simulator)
        site.command.configure(
            f"[environments.prod]\n{environment}\n"
            f'[providers.cloud]\ntype = "aws"\nenvironment = "prod"\nregion = "{REGION}"\n'
            f'endpoint_url = "{simulator.url}"\npoll_seconds = 0.1\n{more}\n'
        )
        return site

    @property
    def journal(self) -> Site:
        """What looks at operations needs no pair of its own."""
        return Site(self.command, cast("ReplicatedPair", None))

    def run(self, verb: str, *arguments: str) -> Result:
        confirmed = () if "--plan" in arguments else ("--yes", "--confirm", "orders")
        return self.command(verb, "orders", *confirmed, *arguments, "--json")

    def resume(self) -> Result:
        return self.command("operations", "resume", "last", "--json")

    def sent(self) -> list[str]:
        """The calls that change something, in order."""
        return [call for call in self.simulator.calls if not call.startswith("Describe")]


def told_role(group: ReplicationGroup, member_id: str) -> str:
    """What the real server says that it is."""
    member = group.member(member_id)
    assert member is not None
    assert member.server is not None
    with member.server.client() as client:
        return str(client.info("replication")["role"])


def ask(group: ReplicationGroup, member_id: str, *command: str) -> Any:
    member = group.member(member_id)
    assert member is not None
    assert member.server is not None
    with member.server.client() as client:
        return client.execute_command(*command)


def in_this_process(patch: Any) -> None:
    """Credentials for a provider that is made here."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        patch.delenv(name)
    for name, value in CREDENTIALS.items():
        patch.setenv(name, value)
