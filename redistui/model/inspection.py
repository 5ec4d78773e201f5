"""Answers to questions that are asked only on demand: clients, slow log, memory."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClientConnection:
    """A line of CLIENT LIST."""

    id: int
    address: str
    name: str
    user: str
    database: int
    age_seconds: int
    idle_seconds: int
    flags: str
    last_command: str
    output_buffer_bytes: int
    memory_bytes: int | None
    library: str


@dataclass(frozen=True, slots=True)
class SlowCommand:
    """An entry of SLOWLOG GET."""

    id: int
    at: int
    seconds: float
    command: str
    client_address: str
    client_name: str


@dataclass(frozen=True, slots=True)
class MemoryReport:
    """MEMORY STATS flattened to dotted names, and MEMORY DOCTOR's words."""

    stats: Mapping[str, int | float | str]
    advice: str
