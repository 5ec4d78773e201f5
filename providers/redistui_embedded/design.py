"""A pair as it would be made on this machine: what may be asked for, what is chosen, what the place says to it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from redistui.model.endpoint import Address
from redistui.model.errors import ConfigurationError, ProviderError
from redistui.model.fields import Field, FieldType
from redistui.model.secret import Secret

from . import making, ports
from .binary import ServerProgram, find_server
from .configfile import Directives
from .layout import NodeFolder, NodeRecord, PairStore

MOST_REPLICAS = 8
_MIB = 1 << 20
_MOST_MEMORY_BYTES = 2048 * _MIB
_POLICIES = (
    *("allkeys-lru", "allkeys-lfu", "allkeys-random", "noeviction"),
    *("volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"),
)
NO_SAVE = "off"


def fields() -> tuple[Field, ...]:
    return (
        Field("replicas", FieldType.INTEGER, "how many replicas", default=1, minimum=1, maximum=MOST_REPLICAS),
        Field("ports", FieldType.LIST, "one a node, the primary's first; free ones without", example="7001,7002"),
        Field(
            "maxmemory",
            FieldType.BYTES,
            "most memory for data, of each node",
            default=f"{_sized_memory_bytes() // _MIB}mb",
            minimum=_MIB,
        ),
        Field(
            "maxmemory-policy",
            FieldType.CHOICE,
            "what happens when it is full",
            default="allkeys-lru",
            choices=_POLICIES,
        ),
        Field("save", FieldType.TEXT, "snapshots: seconds and changes, or off", default="900 1 300 10 60 10000"),
        Field("appendonly", FieldType.BOOLEAN, "keep a log of every write", default=False),
        Field(
            "repl-backlog-size",
            FieldType.BYTES,
            "how much of the stream a returning replica can catch up on",
            default="1mb",
            minimum=16 << 10,
        ),
        Field(
            "min-replicas-to-write",
            FieldType.INTEGER,
            "refuse writes with fewer replicas linked",
            default=0,
            minimum=0,
            maximum=MOST_REPLICAS,
        ),
        Field("server", FieldType.TEXT, "the server program, by path or by name; without it the connection's"),
        Field("password", FieldType.SECRET, "where the password is kept; without it one is generated"),
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for and chosen. Without `program`, `problem` says why there is none."""

    name: str
    settings: Mapping[str, object]
    ports: tuple[int, ...]
    program: ServerProgram | None
    problem: str

    @property
    def records(self) -> tuple[NodeRecord, ...]:
        path = str(self.program.path) if self.program else str(self.settings.get("server", ""))
        version = self.program.version if self.program else (0, 0, 0)
        return tuple(NodeRecord(f"node-{number}", port, path, version) for number, port in enumerate(self.ports, 1))

    def upstream(self, record: NodeRecord) -> Address | None:
        return None if record.id == "node-1" else Address(ports.LOOPBACK, self.ports[0])

    def whole(self, name: str) -> int:
        value = self.settings[name]
        assert isinstance(value, int)
        return value

    def directives(self) -> Directives:
        save = str(self.settings["save"])
        return (
            ("maxmemory", str(self.settings["maxmemory"])),
            ("maxmemory-policy", str(self.settings["maxmemory-policy"])),
            *((("save", ""),) if save == NO_SAVE else _save_points(save)),
            ("appendonly", "yes" if self.settings["appendonly"] else "no"),
            ("repl-backlog-size", str(self.settings["repl-backlog-size"])),
            ("min-replicas-to-write", str(self.settings["min-replicas-to-write"])),
        )


def choose(store: PairStore, name: str, settings: Mapping[str, object], server: str | None) -> Choice:
    """Blocks shortly. Raises ConfigurationError where what was asked for cannot be meant."""
    try:
        store.pair(name)
    except ProviderError as error:
        raise ConfigurationError(error.message, hint=error.hint) from None
    if settings["save"] != NO_SAVE:
        _save_points(str(settings["save"]))
    count = int(str(settings["replicas"])) + 1
    wanted = settings.get("ports")
    numbers = _ports(wanted, count) if isinstance(wanted, list) and wanted else _free_ports(store, count)
    wanted_server = str(settings["server"]) if settings.get("server") else server
    program, problem = None, ""
    try:
        program = find_server(wanted_server)
    except ProviderError as error:
        problem = f"{error.message}: {error.hint}"
    chosen = dict(settings) | {"ports": [str(number) for number in numbers]}
    if program:
        chosen["server"] = str(program.path)
    return Choice(name, chosen, numbers, program, problem)


def artifacts(store: PairStore, choice: Choice) -> dict[str, str]:
    """The files of the nodes; the password shows masked."""
    folder = store.pair(choice.name)
    homes = [(record, NodeFolder(folder.node(record.id).path)) for record in choice.records]
    return {
        f"{record.id}/{home.config_file.name}": making.config_of(
            record, home, Secret("***"), choice.upstream(record), choice.directives()
        )
        for record, home in homes
    }


def reserved_ports(store: PairStore, but: str = "") -> dict[int, str]:
    """The ports of the pairs that are there, also of stopped ones."""
    found: dict[int, str] = {}
    for folder in store.pairs():
        if folder.name != but:
            try:
                found |= {node.port: folder.name for node in folder.read().nodes}
            except ProviderError:
                continue  # a damaged folder tells nothing
    return found


def _free_ports(store: PairStore, count: int) -> tuple[int, ...]:
    reserved = reserved_ports(store)
    while reserved.keys() & set(found := ports.free_ports(count)):
        pass  # the kernel gives other ones each time
    return tuple(found)


def _ports(wanted: list[object], count: int) -> tuple[int, ...]:
    texts = [str(item) for item in wanted]
    numbers = [int(text) for text in texts if text.isascii() and text.isdigit() and 0 < int(text) < 65536]
    if len(numbers) != len(texts) or len(set(numbers)) != count or len(texts) != count:
        raise ConfigurationError(
            f"ports must be {count} different numbers from 1 to 65535, one a node, not {', '.join(texts)}",
            hint="the primary's first; leave it out and free ones are chosen",
        )
    return tuple(numbers)


def _save_points(text: str) -> Directives:
    words = text.split()
    if not words or len(words) % 2 or not all(word.isascii() and word.isdigit() and int(word) > 0 for word in words):
        raise ConfigurationError(
            f"save must be pairs of seconds and changes, not {text!r}", hint=f"save=900 1 300 10, or save={NO_SAVE}"
        )
    return tuple(("save", seconds, changes) for seconds, changes in zip(words[::2], words[1::2], strict=True))


def _sized_memory_bytes() -> int:
    """2 GB on a large machine; on a small one an eighth of its memory for each node."""
    try:
        physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError):
        return _MOST_MEMORY_BYTES // 8
    return max(min(physical // 8, _MOST_MEMORY_BYTES) // (64 * _MIB), 1) * 64 * _MIB
