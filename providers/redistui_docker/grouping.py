"""Servers that belong together: by label, by who follows whom, by the history that they share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redistui.model.topology import NodeState, Role

from .follows import whose
from .recognise import PAIR_LABEL
from .server import Server

if TYPE_CHECKING:
    from redistui.model.endpoint import Address

_NO_ID = "0" * 40


@dataclass(frozen=True, slots=True)
class Memory:
    """What earlier looks told: owners of addresses that containers lose when they stop, and whom a server followed."""

    owners: dict[str, str] = field(default_factory=dict)
    followed: dict[str, str] = field(default_factory=dict)

    def keep(self, servers: Mapping[str, Server]) -> None:
        """Take in where running containers are, and forget those that are gone."""
        for server in servers.values():
            for attachment in server.container.attachments:
                if attachment.address:
                    self.owners[attachment.address] = server.id
        for known in (self.owners, self.followed):
            for key in [key for key, server_id in known.items() if server_id not in servers]:
                del known[key]


class Grouping:
    """`peers` are the addresses under which servers know each other."""

    def __init__(self, servers: Mapping[str, Server], memory: Memory) -> None:
        self._servers = servers
        self._memory = memory
        self._joined = {server_id: server_id for server_id in servers}
        self.peers: dict[str, Address] = {}

    def groups(self) -> list[list[Server]]:
        self._memory.keep(self._servers)
        self._join_labels()
        lost = [server for server in self._servers.values() if not self._join_upstream(server)]
        self._join_attached()
        self._join_histories()
        for server in lost:
            self._join_stopped(server)
        gathered: dict[str, list[Server]] = {}
        for server in sorted(self._servers.values(), key=lambda server: server.container.name):
            gathered.setdefault(self._root(server.id), []).append(server)
        return list(gathered.values())

    def _root(self, server_id: str) -> str:
        while self._joined[server_id] != server_id:
            server_id = self._joined[server_id]
        return server_id

    def _join(self, one: str, other: str) -> None:
        self._joined[self._root(one)] = self._root(other)

    def _join_labels(self) -> None:
        first: dict[str, str] = {}
        for server in self._servers.values():
            label = server.container.labels.get(PAIR_LABEL)
            if label:
                self._join(server.id, first.setdefault(label, server.id))

    def _join_upstream(self, server: Server) -> bool:
        """False when it follows, or would follow, one that is not found."""
        followed = self._memory.followed
        if server.sample is None and server.id in followed:
            self._join(server.id, followed[server.id])
            return True
        # One that was promoted while it ran still starts as a replica of the old primary.
        upstream = server.upstream or server.stored.upstream
        if upstream is None:
            followed.pop(server.id, None)
            return True
        owner = whose(upstream, server, self._servers, self._memory.owners)
        if owner is None:
            return False
        if server.sample is not None and server.sample.role is Role.REPLICA:
            followed[server.id] = owner
        self.peers[owner] = upstream
        self._join(server.id, owner)
        return True

    def _join_attached(self) -> None:
        """What primaries tell of their replicas also counts where a replica cannot be asked."""
        for server in self._servers.values():
            attached = server.sample.attached if server.sample else ()
            for address in (replica.address for replica in attached if replica.address):
                owner = whose(address, server, self._servers, self._memory.owners)
                if owner is not None:
                    self.peers.setdefault(owner, address)
                    self._join(owner, server.id)

    def _join_histories(self) -> None:
        """Two primaries of one history are a pair that split; copies of data elsewhere are not."""
        answering = [server for server in self._servers.values() if server.sample]
        for position, one in enumerate(answering):
            for other in answering[position + 1 :]:
                if _history(one) & _history(other) and _neighbours(one, other):
                    self._join(one.id, other.id)

    def _join_stopped(self, server: Server) -> None:
        """A replica of an address that nobody has: of the one stopped server next to it, if there is just one."""
        sizes: dict[str, int] = {}
        for server_id in self._servers:
            root = self._root(server_id)
            sizes[root] = sizes.get(root, 0) + 1
        stopped = [
            other
            for other in self._servers.values()
            if other.container.state is NodeState.STOPPED
            and sizes[self._root(other.id)] == 1
            and other.stored.upstream is None
            and other.id != server.id
            and _neighbours(server, other)
        ]
        if len(stopped) == 1:
            self._join(server.id, stopped[0].id)


def _history(server: Server) -> set[str]:
    sample = server.sample
    ids = (sample.replication_id, sample.replication_id2) if sample else ()
    return {known for known in ids if known and known != _NO_ID}


def _neighbours(one: Server, other: Server) -> bool:
    mine, theirs = one.container, other.container
    return bool(mine.networks & theirs.networks) or bool(mine.project and mine.project == theirs.project)
