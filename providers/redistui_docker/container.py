"""A container as the engine describes it, without what it must keep to itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from redistui.model.topology import NodeState

SHORT = 12
_EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - compared, not bound


@dataclass(frozen=True, slots=True)
class Attachment:
    """A network that a container is in. `address` is empty while it does not run, unless it is fixed."""

    network: str
    address: str
    gateway: str
    names: frozenset[str]
    resolves_names: bool  # the default bridge does not


@dataclass(frozen=True, slots=True)
class Publication:
    """A port of the container that is found at a port of the engine's machine. `host` empty: at all its addresses."""

    port: int
    host: str
    host_port: int


@dataclass(frozen=True, slots=True)
class Container:
    """`command` and `variables` may hold passwords, and are not shown."""

    id: str
    name: str
    image: str
    state: NodeState
    vendor_state: str
    labels: Mapping[str, str]
    attachments: tuple[Attachment, ...]
    publications: tuple[Publication, ...]
    exposed: tuple[int, ...]
    network_mode: str
    command: tuple[str, ...] = field(repr=False, default=())
    variables: Mapping[str, str] = field(repr=False, default_factory=dict)
    folder: str = "/"

    @property
    def short_id(self) -> str:
        return self.id[:SHORT]

    @property
    def running(self) -> bool:
        return self.state in (NodeState.RUNNING, NodeState.STARTING)

    @property
    def project(self) -> str:
        """The compose project."""
        return self.labels.get("com.docker.compose.project", "") or self.labels.get("io.podman.compose.project", "")

    @property
    def service(self) -> str:
        return self.labels.get("com.docker.compose.service", "")

    @property
    def networks(self) -> frozenset[str]:
        return frozenset(attachment.network for attachment in self.attachments)

    @property
    def on_host_network(self) -> bool:
        return self.network_mode == "host"

    def published(self, port: int) -> Publication | None:
        found = [publication for publication in self.publications if publication.port == port]
        # One on all addresses first, then a v4 one.
        return min(found, key=lambda one: (one.host != "", ":" in one.host, one.host), default=None)


def parse(details: Mapping[str, Any]) -> Container:
    """From the answer to an inspection. What an engine leaves out is empty."""
    config, host = details.get("Config") or {}, details.get("HostConfig") or {}
    network = details.get("NetworkSettings") or {}
    container_id, name = str(details["Id"]), str(details.get("Name", "")).lstrip("/")
    state, words = _state(details.get("State") or {})
    path, arguments = details.get("Path") or "", details.get("Args") or []
    return Container(
        id=container_id,
        name=name,
        image=str(config.get("Image") or ""),
        state=state,
        vendor_state=words,
        labels=dict(config.get("Labels") or {}),
        attachments=_attachments(network.get("Networks") or {}, container_id, name, config.get("Hostname") or ""),
        publications=_publications(network.get("Ports") or {}) or _publications(host.get("PortBindings") or {}),
        exposed=tuple(sorted(int(port.partition("/")[0]) for port in config.get("ExposedPorts") or {})),
        network_mode=str(host.get("NetworkMode") or ""),
        command=tuple(str(word) for word in (path, *arguments) if word),
        variables=dict(entry.partition("=")[::2] for entry in config.get("Env") or []),
        folder=str(config.get("WorkingDir") or "/"),
    )


def with_shared_networks(containers: Mapping[str, Container]) -> dict[str, Container]:
    """Containers that use another's network are reached through that one."""
    shared = {}
    for container_id, container in containers.items():
        kind, _, owner_id = container.network_mode.partition(":")
        owner = containers.get(owner_id) if kind == "container" else None
        shared[container_id] = (
            replace(container, attachments=owner.attachments, publications=owner.publications) if owner else container
        )
    return shared


def _state(state: Mapping[str, Any]) -> tuple[NodeState, str]:
    status, code = str(state.get("Status") or "unknown"), state.get("ExitCode", 0)
    ended = f"exited with {code}" + (", out of memory" if state.get("OOMKilled") else "")
    health = str((state.get("Health") or state.get("Healthcheck") or {}).get("Status") or "")
    match status:
        case "running":
            health_words = {"starting": "health starting", "": "", "none": ""}.get(health, health)
            return NodeState.RUNNING, f"running, {health_words}" if health_words else "running"
        case "paused":
            return NodeState.PAUSED, "paused"
        case "restarting":
            return NodeState.STARTING, f"restarting, {ended}"
        case "created" | "configured" | "initialized":
            return NodeState.STOPPED, "created, never started"
        case "exited" | "stopped" | "removing":
            return NodeState.STOPPED, ended if status != "removing" else "being removed"
        case "dead":
            return NodeState.FAILED, f"dead, {ended}"
    return NodeState.UNKNOWN, status


def _attachments(networks: Mapping[str, Any], container_id: str, name: str, hostname: str) -> tuple[Attachment, ...]:
    found = []
    for network, raw in sorted(networks.items()):
        about = raw or {}
        names = {name, hostname, container_id[:SHORT], *(about.get("Aliases") or ()), *(about.get("DNSNames") or ())}
        fixed = (about.get("IPAMConfig") or {}).get("IPv4Address") or ""
        found.append(
            Attachment(
                network=network,
                address=about.get("IPAddress") or about.get("GlobalIPv6Address") or fixed,
                gateway=about.get("Gateway") or "",
                names=frozenset(one.lower() for one in names if one),
                resolves_names=network not in ("bridge", "podman"),
            )
        )
    return tuple(found)


def _publications(ports: Mapping[str, Any]) -> tuple[Publication, ...]:
    found = []
    for port, bindings in ports.items():
        number, _, protocol = port.partition("/")
        if protocol not in ("", "tcp"):
            continue
        for binding in bindings or ():
            host, host_port = binding.get("HostIp") or "", str(binding.get("HostPort") or "")
            if host_port.isdecimal() and int(host_port):
                found.append(Publication(int(number), "" if host in _EVERYWHERE else host, int(host_port)))
    return tuple(dict.fromkeys(found))
