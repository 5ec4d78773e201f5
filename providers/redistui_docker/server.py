"""A Redis server in a container, with what is known of it: stored, reached, answered."""

from dataclasses import dataclass, field

from redistui.model.endpoint import Address, TlsSettings
from redistui.model.sample import FailureKind, NodeSample
from redistui.model.secret import Secret
from redistui.model.topology import Role

from .container import Container
from .location import Location
from .recognise import Likeness
from .stored import Stored


@dataclass(frozen=True, slots=True)
class Credentials:
    username: str | None = None
    password: Secret | None = None
    tls: TlsSettings | None = None


@dataclass(slots=True)
class Server:
    """`address` is None where no way leads from here to the container; `credentials` are those that it took.

    Without a sample `failure` tells why; both are None where it was not asked.
    """

    container: Container
    stored: Stored
    likeness: Likeness
    address: Address | None
    sample: NodeSample | None = None
    failure: FailureKind | None = None
    credentials: Credentials | None = field(default=None, repr=False)

    @property
    def id(self) -> str:
        return self.container.id

    @property
    def role(self) -> Role:
        """As it would start, where the container tells; else as it is."""
        if self.stored.role is not Role.UNKNOWN:
            return self.stored.role
        return self.sample.role if self.sample else Role.UNKNOWN

    @property
    def upstream(self) -> Address | None:
        """Whom it follows now; whom it would follow, when it does not answer."""
        return self.sample.upstream if self.sample else self.stored.upstream


def address_of(container: Container, stored: Stored, location: Location) -> Address | None:
    """The published port, else the container's own address where the engine runs on this machine."""
    publication = container.published(stored.port)
    if publication is not None:
        if not publication.host or publication.host == location.published_host:
            return Address(location.published_host, publication.host_port)
        if location.local or not publication.host.startswith("127."):
            return Address(publication.host, publication.host_port)
    if container.on_host_network:
        return Address(location.published_host, stored.port)
    if not location.local:
        return None
    own = next((attachment.address for attachment in container.attachments if attachment.address), "")
    return Address(own, stored.port) if own else None


def why_unreachable(server: Server, location: Location) -> tuple[str, str]:
    """Message and hint where `address` is None."""
    container = server.container
    if not container.running:
        return f"container {container.name} does not run: {container.vendor_state}", "look at its logs, and start it"
    if not location.local:
        return (
            f"container {container.name} publishes no port that can be reached from here",
            f"publish its port {server.stored.port} on the engine's machine",
        )
    return f"container {container.name} has no network", f"connect it to one, or publish its port {server.stored.port}"
