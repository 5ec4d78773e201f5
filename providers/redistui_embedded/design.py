"""A pair as it would be made on this machine: what may be asked for, what is chosen, what the place says to it."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from redistui.model import units
from redistui.model.endpoint import Address
from redistui.model.errors import ConfigurationError, ProviderError
from redistui.model.fields import Field, FieldType
from redistui.model.plan import Guard, Verdict
from redistui.model.secret import Secret

from . import making, ports
from .binary import ServerProgram, find_server
from .configfile import Directives
from .layout import NodeFolder, NodeRecord, PairStore

MOST_REPLICAS = 8
_MIB = 1 << 20
_LEAST_ROOM_BYTES = 64 * _MIB  # a node: its log, its first snapshot
_MOST_MEMORY_BYTES = 2048 * _MIB
_POLICIES = (
    *("allkeys-lru", "allkeys-lfu", "allkeys-random", "noeviction"),
    *("volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"),
)
_NO_SAVE = "off"


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

    def directives(self) -> Directives:
        save = str(self.settings["save"])
        return (
            ("maxmemory", str(self.settings["maxmemory"])),
            ("maxmemory-policy", str(self.settings["maxmemory-policy"])),
            *((("save", ""),) if save == _NO_SAVE else _save_points(save)),
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
    if settings["save"] != _NO_SAVE:
        _save_points(str(settings["save"]))
    count = _whole(settings, "replicas") + 1
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


def guards(store: PairStore, choice: Choice) -> tuple[Guard, ...]:
    return (
        _name_is_free(store, choice.name),
        _program_is_there(choice),
        _ports_are_free(store, choice),
        _enough_replicas(choice),
        _memory_fits(choice),
        _disk_has_room(store, choice),
    )


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


def _name_is_free(store: PairStore, name: str) -> Guard:
    if store.pair(name).path.exists():
        return _guard("name is free", "taken", "free", Verdict.FAIL, f"a pair or folder {name} is there already")
    return _guard("name is free", "free", "free")


def _program_is_there(choice: Choice) -> Guard:
    if choice.program is None:
        return _guard("server program", "none", "6.2 or newer", Verdict.FAIL, choice.problem)
    version = ".".join(map(str, choice.program.version))
    return _guard("server program", f"{choice.program.path} {version}", "6.2 or newer")


def _ports_are_free(store: PairStore, choice: Choice) -> Guard:
    shown = ", ".join(map(str, choice.ports))
    reserved = _reserved(store, but=choice.name)
    trouble = [
        f"{port} is {reserved[port]}'s" if port in reserved else f"{port} is taken by {ports.owner(port)}"
        for port in choice.ports
        if port in reserved or not ports.is_free(port)
    ]
    if trouble:
        return _guard("ports are free", shown, "free", Verdict.FAIL, f"{'; '.join(trouble)}: name others, or none")
    return _guard("ports are free", shown, "free")


def _enough_replicas(choice: Choice) -> Guard:
    name, wanted, count = "writes are possible", _whole(choice.settings, "min-replicas-to-write"), len(choice.ports) - 1
    observed, limit = f"min-replicas-to-write {wanted}", f"at most {units.counted(count, 'replica')}"
    if wanted > count:
        return _guard(name, observed, limit, Verdict.FAIL, "every write would be refused")
    if wanted == count and wanted:
        return _guard(name, observed, limit, Verdict.WARN, "writes stop as soon as one replica is away")
    return _guard(name, observed, limit)


def _memory_fits(choice: Choice) -> Guard:
    needed, there = _whole(choice.settings, "maxmemory") * len(choice.ports), _available_memory_bytes()
    observed, limit = f"{units.size(needed)} at most", f"{units.size(there)} available"
    if there is not None and needed > there:
        message = "full nodes would not fit into this machine's memory: lower maxmemory, or have fewer replicas"
        return _guard("memory fits", observed, limit, Verdict.WARN, message)
    return _guard("memory fits", observed, limit)


def _disk_has_room(store: PairStore, choice: Choice) -> Guard:
    folder = next(path for path in (store.path, *store.path.parents) if path.exists())
    count, free = len(choice.ports), shutil.disk_usage(folder).free
    observed, least = f"{units.size(free)} free", _LEAST_ROOM_BYTES * count
    data = _whole(choice.settings, "maxmemory") * count
    if free < least:
        return _guard("disk has room", observed, units.size(least), Verdict.FAIL, f"make room in {folder}")
    if free < data and (choice.settings["save"] != _NO_SAVE or choice.settings["appendonly"]):
        message = "full nodes could not save: lower maxmemory, or make room"
        return _guard("disk has room", observed, f"{units.size(data)} of data", Verdict.WARN, message)
    return _guard("disk has room", observed, units.size(least))


def _guard(name: str, observed: str, limit: str, verdict: Verdict = Verdict.PASS, message: str = "") -> Guard:
    return Guard(name, observed, limit, verdict, message)


def _reserved(store: PairStore, but: str = "") -> dict[int, str]:
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
    reserved = _reserved(store)
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
            f"save must be pairs of seconds and changes, not {text!r}", hint=f"save=900 1 300 10, or save={_NO_SAVE}"
        )
    return tuple(("save", seconds, changes) for seconds, changes in zip(words[::2], words[1::2], strict=True))


def _whole(settings: Mapping[str, object], name: str) -> int:
    value = settings[name]
    assert isinstance(value, int)
    return value


def _sized_memory_bytes() -> int:
    """2 GB on a large machine; on a small one an eighth of its memory for each node."""
    try:
        physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError):
        return _MOST_MEMORY_BYTES // 8
    return max(min(physical // 8, _MOST_MEMORY_BYTES) // (64 * _MIB), 1) * 64 * _MIB


def _available_memory_bytes() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return None
