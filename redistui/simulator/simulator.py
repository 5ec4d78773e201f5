"""A simulated ElastiCache on loopback: the HTTP front end, its groups on real servers, and time that passes."""

import threading
from pathlib import Path
from typing import Self

from .clock import SimulatorClock
from .elasticache import ElastiCache
from .faults import Fault, FaultKind, Faults
from .front_end import FrontEnd
from .replication_group import Member, ReplicationGroup
from .server_process import ServerProcess, SimulatorError, TlsFiles

REGION = "eu-west-1"
ACCESS_KEY_ID = "AKIASIMULATED0000000"
SECRET_ACCESS_KEY = "simulated-secret-access-key"
_TICK_SECONDS = 0.02


class ElastiCacheSimulator:
    """Use it as a context: afterwards nothing of it runs. Everything listens on loopback only."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: SimulatorClock | None = None,
        transition_seconds: float = 60.0,
        server: Path | None = None,
    ) -> None:
        """`server` is the program under the nodes; without it redis-server or valkey-server on PATH."""
        self.clock = clock or SimulatorClock()
        self.cloud = ElastiCache(self.clock, transition_seconds)
        self.faults = Faults()
        self._folder = folder
        self._server = server
        self._servers: list[ServerProcess] = []
        self._front_end = FrontEnd(self.cloud, self.faults, REGION, {ACCESS_KEY_ID: SECRET_ACCESS_KEY})
        self._stopping = threading.Event()
        self._ticking = threading.Thread(target=self._tick, name="simulated-time", daemon=True)

    def __enter__(self) -> Self:
        self._front_end.start()
        self._ticking.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._stopping.set()
        self.faults.release()
        self._front_end.stop()
        self._ticking.join()
        for server in self._servers:
            server.stop()

    @property
    def url(self) -> str:
        return self._front_end.url

    @property
    def calls(self) -> list[str]:
        """The operations that were asked for, in order, refused ones too."""
        return list(self._front_end.calls)

    def fault(self, operation: str, kind: FaultKind, times: int = 1) -> Fault:
        return self.faults.plan(Fault(operation, kind, times))

    def add_group(
        self, name: str, *, nodes: int = 2, auth_token: str | None = None, tls: TlsFiles | None = None
    ) -> ReplicationGroup:
        """On real servers that are linked: the first member leads. As in the cloud, a token needs encryption."""
        if auth_token is not None and tls is None:
            raise SimulatorError("an auth token needs encryption in transit")
        members: list[Member] = []
        for number in range(1, nodes + 1):
            server = ServerProcess(self._folder / f"{name}-{number:03}", auth_token, tls, self._server)
            self._servers.append(server)
            server.start(members[0].server if members else None)
            if members:
                server.wait_linked()
            members.append(Member(f"{name}-{number:03}", _zone(number), server))
        protected, encrypted = auth_token is not None, tls is not None
        return self._add(
            ReplicationGroup(name, members, members[0].id, auth_token_enabled=protected, encrypted=encrypted)
        )

    def describe_group(self, name: str, *, nodes: int = 2, cluster_enabled: bool = False) -> ReplicationGroup:
        """One that is only told of; nothing answers at its endpoints."""
        members = [Member(f"{name}-{number:03}", _zone(number)) for number in range(1, nodes + 1)]
        return self._add(ReplicationGroup(name, members, members[0].id, cluster_enabled=cluster_enabled))

    def describe_serverless(self, name: str) -> None:
        with self.cloud.lock:
            self.cloud.serverless[name] = {
                "ServerlessCacheName": name,
                "Status": "available",
                "Engine": "valkey",
                "MajorEngineVersion": "8",
                "Endpoint": {"Address": f"{name}.serverless.simulated.invalid", "Port": 6379},
            }

    def _add(self, group: ReplicationGroup) -> ReplicationGroup:
        if len(group.members) < 2:
            group.automatic_failover = group.multi_az = "disabled"
        with self.cloud.lock:
            self.cloud.groups[group.id] = group
        return group

    def _tick(self) -> None:
        """Real roles change when they are due, also while nobody asks."""
        while not self._stopping.wait(_TICK_SECONDS):
            self.cloud.settle()


def _zone(number: int) -> str:
    return f"{REGION}{'abc'[(number - 1) % 3]}"
