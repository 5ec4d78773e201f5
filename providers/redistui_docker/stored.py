"""What a container's server is started with: its arguments, its configuration file, and its variables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from redistui.model.endpoint import Address
from redistui.model.secret import Secret
from redistui.model.topology import Role

from .container import Container
from .words import redis_words, shell_words, until_operator

DEFAULT_PORT = 6379
SERVERS = frozenset({"redis-server", "valkey-server", "keydb-server", "redis-stack-server"})
_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_PASSWORDS = ("REDIS_PASSWORD", "VALKEY_PASSWORD", "REDISCLI_AUTH", "REDIS_MASTER_PASSWORD", "VALKEY_PRIMARY_PASSWORD")
_PASSWORD_FILES = ("REDIS_PASSWORD_FILE", "VALKEY_PASSWORD_FILE")
_MORE_ARGUMENTS = ("REDIS_ARGS", "REDIS_EXTRA_FLAGS", "VALKEY_EXTRA_FLAGS")
_COMPUTED = ("$(", "`")  # by a shell, in ways that cannot be followed here

Options = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Stored:
    """`role` UNKNOWN: the container does not tell. `passwords` are tried in this order."""

    port: int = DEFAULT_PORT
    tls: bool = False
    role: Role = Role.UNKNOWN
    upstream: Address | None = None
    announced: Address | None = None
    passwords: tuple[Secret, ...] = ()


def server_arguments(container: Container) -> tuple[str, ...] | None:
    """The arguments of the Redis server that the container runs; None where its command names no server."""
    words = list(container.command)
    if len(words) >= 3 and PurePosixPath(words[-3]).name in _SHELLS and words[-2].startswith("-") and "c" in words[-2]:
        words = shell_words(words[-1], container.variables)
    for position, word in enumerate(words):
        if PurePosixPath(word).name in SERVERS:
            return tuple(until_operator(words[position + 1 :]))
    # The official images put the server before arguments that are its own.
    given = container.command[1:]
    if given and PurePosixPath(container.command[0]).name == "docker-entrypoint.sh":
        return tuple(given) if given[0].startswith("-") or given[0].endswith(".conf") else None
    return None


def config_path(container: Container, arguments: Sequence[str]) -> str | None:
    """The configuration file that these arguments name, absolute."""
    if not arguments or arguments[0].startswith("-"):
        return None
    return str(PurePosixPath(container.folder) / arguments[0])


def password_file(container: Container) -> str | None:
    return next((path for name in _PASSWORD_FILES if (path := container.variables.get(name))), None)


def read_stored(
    container: Container, arguments: Sequence[str] | None, file: bytes | None, secret_file: bytes | None
) -> Stored:
    """Arguments beat the file; variables count where neither says anything."""
    variables = container.variables
    options = _file_options(file) if file else {}
    for extra in (variables.get(name, "") for name in _MORE_ARGUMENTS):
        options |= _argument_options(redis_words(extra))
    options |= _argument_options(arguments or ())
    plain, tls = _port(options, "port"), _port(options, "tls-port")
    port = plain if plain is not None else _number(variables, "REDIS_PORT_NUMBER", "VALKEY_PORT_NUMBER")
    upstream = _upstream(options) or _upstream_of_variables(variables)
    told = bool(options) or arguments is not None or any(name.endswith("REPLICATION_MODE") for name in variables)
    announce = _first(options, "replica-announce-ip", "slave-announce-ip")
    use_tls = bool(tls) and port == 0
    number = (tls or DEFAULT_PORT) if use_tls else (port or DEFAULT_PORT)
    announced_port = _port(options, "replica-announce-port") or _port(options, "slave-announce-port") or number
    return Stored(
        port=number,
        tls=use_tls,
        role=Role.REPLICA if upstream else Role.PRIMARY if told else Role.UNKNOWN,
        upstream=upstream,
        announced=Address(announce, announced_port) if announce else None,
        passwords=_passwords(options, variables, secret_file),
    )


def _file_options(file: bytes) -> Options:
    options: Options = {}
    for line in file.decode(errors="replace").splitlines():
        words = redis_words(line)
        if words and not words[0].startswith("#"):
            options[words[0].lower()] = tuple(words[1:])
    return options


def _argument_options(arguments: Sequence[str]) -> Options:
    options: Options = {}
    name = ""
    for word in arguments:
        if word.startswith("--") and len(word) > 2:
            # One argument may hold the name and the value.
            name, *values = redis_words(word[2:]) if " " in word else [word[2:]]
            name = name.lower()
            options[name] = tuple(values)
        elif name:
            options[name] = (*options[name], word)
    return options


def _passwords(options: Options, variables: Mapping[str, str], secret_file: bytes | None) -> tuple[Secret, ...]:
    values = [_first(options, "requirepass")]
    if secret_file:
        values.append(secret_file.decode(errors="replace").strip())
    values += [variables.get(name, "") for name in _PASSWORDS]
    values.append(_first(options, "masterauth"))  # the same on both nodes as a rule
    return tuple(Secret(value) for value in dict.fromkeys(values) if value and not value.startswith(_COMPUTED))


def _upstream(options: Options) -> Address | None:
    words = options.get("replicaof") or options.get("slaveof") or ()
    if len(words) == 1:
        words = tuple(words[0].split())
    if len(words) != 2 or words[0].lower() == "no" or not words[1].isdecimal() or not 0 < int(words[1]) < 65536:
        return None
    return Address(words[0], int(words[1]))


def _upstream_of_variables(variables: Mapping[str, str]) -> Address | None:
    mode = variables.get("REDIS_REPLICATION_MODE") or variables.get("VALKEY_REPLICATION_MODE") or ""
    host = variables.get("REDIS_MASTER_HOST") or variables.get("VALKEY_PRIMARY_HOST") or ""
    if mode not in ("slave", "replica") or not host:
        return None
    return Address(host, _number(variables, "REDIS_MASTER_PORT_NUMBER", "VALKEY_PRIMARY_PORT_NUMBER") or DEFAULT_PORT)


def _first(options: Options, *names: str) -> str:
    return next((values[0] for name in names if (values := options.get(name))), "")


def _port(options: Options, name: str) -> int | None:
    value = _first(options, name)
    return int(value) if value.isdecimal() and int(value) < 65536 else None


def _number(variables: Mapping[str, str], *names: str) -> int | None:
    values = (variables.get(name, "") for name in names)
    return next((int(value) for value in values if value.isdecimal() and 0 < int(value) < 65536), None)
