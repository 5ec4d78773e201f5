"""Whose address it is: a container's own, a name in a network, a published port, an announced one."""

from collections.abc import Mapping
from ipaddress import ip_address

from redistui.model.endpoint import Address

from .location import LOOPBACK
from .server import Server

_HOST_NAMES = frozenset({"host.docker.internal", "host.containers.internal", "gateway.docker.internal"})


def whose(address: Address, seen_from: Server, servers: Mapping[str, Server], lasting: Mapping[str, str]) -> str | None:
    """The id of the server that `seen_from` means by this address. `lasting` has former addresses and their owners."""
    host = address.host.lower()
    others = [server for server in servers.values() if server.id != seen_from.id]
    for server in others:
        if server.stored.port == address.port and _in_network(host, seen_from, server):
            return server.id
    for server in others:
        if server.stored.announced == address:
            return server.id
    owner = _published(host, address.port, seen_from, others)
    if owner is not None:
        return owner
    former = lasting.get(host)
    return former if former in servers and former != seen_from.id else None


def _in_network(host: str, seen_from: Server, server: Server) -> bool:
    if seen_from.container.on_host_network and server.container.on_host_network:
        return host == "localhost" or _is_loopback(host)
    mine = seen_from.container.networks
    return any(
        (attachment.network in mine and host in attachment.names) or (attachment.address and attachment.address == host)
        for attachment in server.container.attachments
    )


def _published(host: str, port: int, seen_from: Server, others: list[Server]) -> str | None:
    """A port of the engine's machine, by whichever of its addresses that is no container's."""
    host = LOOPBACK if host == "localhost" else host
    if _is_container(host, others) or (_is_loopback(host) and not seen_from.container.on_host_network):
        return None
    fitting = []
    for server in others:
        publication = server.container.published(server.stored.port)
        if publication is not None:
            fits = publication.host_port == port and (publication.host in ("", host) or host in _HOST_NAMES)
        else:
            fits = server.container.on_host_network and server.stored.port == port
        if fits:
            fitting.append(server.id)
    return fitting[0] if len(fitting) == 1 else None


def _is_container(host: str, others: list[Server]) -> bool:
    return any(attachment.address == host for server in others for attachment in server.container.attachments)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
