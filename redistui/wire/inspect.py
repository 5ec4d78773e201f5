"""Questions that are asked on demand, each over a connection of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redistui.model.endpoint import Endpoint
from redistui.model.inspection import ClientConnection, MemoryReport, SlowCommand

from .client import Connection, Reply
from .replies import unexpected_reply

CLIENT_NAME = "redistui-inspect"
Scalar = int | float | str


async def list_clients(endpoint: Endpoint) -> tuple[ClientConnection, ...]:
    """CLIENT LIST, without the connection that asks. Raises WireFailure."""
    async with _connected(endpoint) as connection:
        lines = _text(await connection.call("CLIENT", "LIST"), "CLIENT LIST", endpoint).splitlines()
    clients = (_client(dict(part.partition("=")[::2] for part in line.split(" "))) for line in lines if line)
    return tuple(client for client in clients if client.name != CLIENT_NAME)


async def slow_log(endpoint: Endpoint, count: int = 128) -> tuple[SlowCommand, ...]:
    """SLOWLOG GET, the newest first. Arguments may hold user data; the server itself hides passwords."""
    async with _connected(endpoint) as connection:
        entries = await connection.call("SLOWLOG", "GET", count)
    if not isinstance(entries, list):
        raise unexpected_reply("SLOWLOG GET", endpoint)
    return tuple(_slow_command(entry) for entry in entries if isinstance(entry, list) and len(entry) >= 4)


async def memory_report(endpoint: Endpoint) -> MemoryReport:
    """MEMORY STATS and what MEMORY DOCTOR says of it."""
    async with _connected(endpoint) as connection:
        stats = await connection.call("MEMORY", "STATS")
        advice = _text(await connection.call("MEMORY", "DOCTOR"), "MEMORY DOCTOR", endpoint)
    if not isinstance(stats, list):
        raise unexpected_reply("MEMORY STATS", endpoint)
    return MemoryReport(dict(_flat(stats)), advice.strip())


@asynccontextmanager
async def _connected(endpoint: Endpoint) -> AsyncIterator[Connection]:
    connection = await Connection.open(endpoint, name=CLIENT_NAME)
    try:
        yield connection
    finally:
        connection.close()


def _text(reply: Reply, command: str, endpoint: Endpoint) -> str:
    if not isinstance(reply, bytes):
        raise unexpected_reply(command, endpoint)
    return reply.decode("utf-8", "replace")


def _client(parts: dict[str, str]) -> ClientConnection:
    memory = parts.get("tot-mem")
    library = " ".join(part for part in (parts.get("lib-name"), parts.get("lib-ver")) if part)
    return ClientConnection(
        id=_number(parts.get("id")),
        address=parts.get("addr", ""),
        name=parts.get("name", ""),
        user=parts.get("user", ""),
        database=_number(parts.get("db")),
        age_seconds=_number(parts.get("age")),
        idle_seconds=_number(parts.get("idle")),
        flags=parts.get("flags", ""),
        last_command=parts.get("cmd", ""),
        output_buffer_bytes=_number(parts.get("obl")) + _number(parts.get("omem")),
        memory_bytes=None if memory is None else _number(memory),
        library=library,
    )


def _slow_command(entry: list[Reply]) -> SlowCommand:
    number, at, microseconds, words, *origin = entry
    address, name = (_shown(part) for part in (*origin, b"", b"")[:2])
    return SlowCommand(
        id=number if isinstance(number, int) else 0,
        at=at if isinstance(at, int) else 0,
        seconds=microseconds / 1e6 if isinstance(microseconds, int) else 0.0,
        command=" ".join(map(_shown, words)) if isinstance(words, list) else "",
        client_address=address,
        client_name=name,
    )


def _flat(pairs: list[Reply], prefix: str = "") -> list[tuple[str, Scalar]]:
    """`[b"db.0", [b"overhead", 5]]` → `db.0.overhead`. RESP2 gives decimals as text."""
    found: list[tuple[str, Scalar]] = []
    for name, value in zip(pairs[::2], pairs[1::2], strict=False):
        dotted = prefix + _shown(name)
        if isinstance(value, list):
            found += _flat(value, f"{dotted}.")
        elif isinstance(value, int):
            found.append((dotted, value))
        else:
            found.append((dotted, _scalar(_shown(value))))
    return found


def _scalar(text: str) -> Scalar:
    try:
        return float(text)
    except ValueError:
        return text


def _shown(value: Reply) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _number(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:
        return 0
