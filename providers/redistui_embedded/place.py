"""What this machine says to a pair that is to be made on it."""

import shutil
from pathlib import Path

from redistui.model import units
from redistui.model.plan import Guard, Verdict

from . import ports
from .design import NO_SAVE, Choice, reserved_ports
from .layout import PairStore

_LEAST_ROOM_BYTES = 64 << 20  # a node: its log, its first snapshot


def guards(store: PairStore, choice: Choice) -> tuple[Guard, ...]:
    return (
        _name_is_free(store, choice.name),
        _program_is_there(choice),
        _ports_are_free(store, choice),
        _enough_replicas(choice),
        _memory_fits(choice),
        _disk_has_room(store, choice),
    )


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
    reserved = reserved_ports(store, but=choice.name)
    trouble = [
        f"{port} is {reserved[port]}'s" if port in reserved else f"{port} is taken by {ports.owner(port)}"
        for port in choice.ports
        if port in reserved or not ports.is_free(port)
    ]
    if trouble:
        return _guard("ports are free", shown, "free", Verdict.FAIL, f"{'; '.join(trouble)}: name others, or none")
    return _guard("ports are free", shown, "free")


def _enough_replicas(choice: Choice) -> Guard:
    name, wanted, count = "writes are possible", choice.whole("min-replicas-to-write"), len(choice.ports) - 1
    observed, limit = f"min-replicas-to-write {wanted}", f"at most {units.counted(count, 'replica')}"
    if wanted > count:
        return _guard(name, observed, limit, Verdict.FAIL, "every write would be refused")
    if wanted == count and wanted:
        return _guard(name, observed, limit, Verdict.WARN, "writes stop as soon as one replica is away")
    return _guard(name, observed, limit)


def _memory_fits(choice: Choice) -> Guard:
    needed, there = choice.whole("maxmemory") * len(choice.ports), _available_memory_bytes()
    observed, limit = f"{units.size(needed)} at most", f"{units.size(there)} available"
    if there is not None and needed > there:
        message = "full nodes would not fit into this machine's memory: lower maxmemory, or have fewer replicas"
        return _guard("memory fits", observed, limit, Verdict.WARN, message)
    return _guard("memory fits", observed, limit)


def _disk_has_room(store: PairStore, choice: Choice) -> Guard:
    folder = next(path for path in (store.path, *store.path.parents) if path.exists())
    count, free = len(choice.ports), shutil.disk_usage(folder).free
    observed, least = f"{units.size(free)} free", _LEAST_ROOM_BYTES * count
    data = choice.whole("maxmemory") * count
    if free < least:
        return _guard("disk has room", observed, units.size(least), Verdict.FAIL, f"make room in {folder}")
    if free < data and (choice.settings["save"] != NO_SAVE or choice.settings["appendonly"]):
        message = "full nodes could not save: lower maxmemory, or make room"
        return _guard("disk has room", observed, f"{units.size(data)} of data", Verdict.WARN, message)
    return _guard("disk has room", observed, units.size(least))


def _guard(name: str, observed: str, limit: str, verdict: Verdict = Verdict.PASS, message: str = "") -> Guard:
    return Guard(name, observed, limit, verdict, message)


def _available_memory_bytes() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return None
