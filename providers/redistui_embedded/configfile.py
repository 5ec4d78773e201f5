"""redis.conf: written once for a new node, read again after Redis itself has rewritten it (CONFIG REWRITE)."""

import re
from dataclasses import dataclass
from pathlib import Path

from redistui.model.endpoint import Address
from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.secret import Secret

Version = tuple[int, int, int]
Directives = tuple[tuple[str, ...], ...]

_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"a": b"\a"}
_ARGUMENT = re.compile(r'"((?:[^"\\]|\\.)*)"(?=\s|$)|\'((?:[^\'\\]|\\.)*)\'(?=\s|$)|([^\s"\']\S*)', re.DOTALL)
_ESCAPED = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z0-9_./:@+-]+")


@dataclass(frozen=True, slots=True)
class StoredConfig:
    """What redistui needs of a node's stored configuration."""

    port: int
    password: Secret | None
    replica_of: Address | None


@dataclass(frozen=True, slots=True)
class NewConfig:
    """A node's first configuration. The folders must be those it will run in."""

    port: int
    password: Secret
    data_folder: Path
    log_file: Path
    pid_file: Path
    replica_of: Address | None = None
    directives: Directives = ()


def render(new: NewConfig, version: Version) -> str:
    """The text of redis.conf for a server of this version."""
    lines: list[tuple[str, ...]] = [
        ("bind", "127.0.0.1"),
        ("port", str(new.port)),
        ("protected-mode", "yes"),
        ("daemonize", "yes"),
        ("supervised", "no"),
        ("pidfile", str(new.pid_file)),
        ("logfile", str(new.log_file)),
        ("dir", str(new.data_folder)),
        ("requirepass", new.password.reveal()),
        ("masterauth", new.password.reveal()),
        # Off before 7.0; a disk-backed first sync takes longer.
        ("repl-diskless-sync", "yes"),
        ("repl-diskless-sync-delay", "0"),
    ]
    if version >= (7, 0, 0):
        lines.append(("shutdown-timeout", "3"))
    if version >= (7, 2, 0):
        # The server takes the locale of its environment otherwise, and refuses to start with one that is not installed.
        lines.append(("locale-collate", "C"))
    if new.replica_of:
        lines.append(("replicaof", new.replica_of.host, str(new.replica_of.port)))
    lines += new.directives
    return "".join(" ".join([name, *map(_quoted, arguments)]) + "\n" for name, *arguments in lines)


def read(path: Path) -> StoredConfig:
    """Raises ProviderError naming the file; never with its contents."""
    directives = _directives(text_of(path))
    try:
        upstream = directives.get("replicaof", directives.get("slaveof"))
        password = directives.get("requirepass", [""])[0]
        return StoredConfig(
            port=int(directives["port"][0]),
            password=Secret(password) if password else None,
            replica_of=Address(upstream[0], int(upstream[1])) if upstream and upstream[0] != "no" else None,
        )
    except (KeyError, IndexError, ValueError):
        raise ProviderError(
            ProviderErrorKind.UNKNOWN,
            f"{path} is damaged: it holds no usable port, requirepass or replicaof",
            hint="restore the file, or remove the pair's folder if its data is not needed",
        ) from None


def text_of(path: Path) -> str:
    """Raises ProviderError naming the file."""
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise ProviderError(
            ProviderErrorKind.NOT_FOUND,
            f"{path} cannot be read: {error.strerror}",
            hint="restore the file, or remove the pair's folder if its data is not needed",
        ) from None


def with_upstream(text: str, upstream: Address | None) -> str:
    """The same configuration for a replica of `upstream`, or for a primary. Everything else stays as it is."""
    kept = [line for line in text.splitlines() if not _sets_role(line)]
    if upstream:
        kept.append(f"replicaof {upstream.host} {upstream.port}")
    return "\n".join(kept) + "\n"


def dump_file(path: Path, data_folder: Path) -> Path:
    """Where the server keeps its snapshot: `dir` and `dbfilename` as stored."""
    directives = _directives(text_of(path))
    folder = directives.get("dir", [str(data_folder)])[0]
    return Path(folder) / directives.get("dbfilename", ["dump.rdb"])[0]


def _sets_role(line: str) -> bool:
    return line.lower().split(None, 1)[:1] in (["replicaof"], ["slaveof"])


def _directives(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            name, _, rest = stripped.partition(" ")
            found[name.lower()] = _arguments(rest)
    return found


def _arguments(text: str) -> list[str]:
    """Split as Redis does: double quotes with escapes, single quotes with \\' only."""
    return [
        _unescaped(match[1])
        if match[1] is not None
        else match[2].replace("\\'", "'")
        if match[2] is not None
        else match[3]
        for match in _ARGUMENT.finditer(text)
    ]


def _unescaped(text: str) -> str:
    """Redis escapes bytes, not characters."""
    raw = _ESCAPED.sub(
        lambda match: bytes([int(match[1], 16)]) if match[1] else _ESCAPES.get(match[2], match[2]),
        text.encode(errors="surrogateescape"),
    )
    return raw.decode(errors="surrogateescape")


def _quoted(argument: str) -> str:
    if _PLAIN.fullmatch(argument):
        return argument
    if any(ord(character) < 32 for character in argument):
        raise ValueError("a redis.conf argument may not hold control characters")
    return '"' + argument.replace("\\", "\\\\").replace('"', '\\"') + '"'
