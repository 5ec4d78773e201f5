"""Server processes: started as daemons, found again by who they are, ended only when it is surely them.

A node's server has the node's data folder as its working directory. That and the program's name tell it from a stranger
that got a recycled process id, also after a reboot. Where there is no /proc (macOS), the title that Redis gives itself
(`redis-server 127.0.0.1:6379`) has to do.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from redistui.model.errors import ProviderError, ProviderErrorKind

from .layout import NodeFolder, NodeRecord

LAUNCH_LIMIT_SECONDS = 15.0
KILL_LIMIT_SECONDS = 5.0
_STEP_SECONDS = 0.01
_HAS_PROC = sys.platform.startswith("linux")
_DELETED = " (deleted)"
# Nothing else of the operator's environment: it may hold secrets.
_PASSED_ON = ("PATH", "HOME", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class ServerProcess:
    pid: int
    paused: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells a node's server from every other process."""

    program: str
    data_folder: Path
    port: int

    @classmethod
    def of(cls, folder: NodeFolder, record: NodeRecord) -> "Identity":
        # The working directory of a process has its symbolic links resolved.
        return cls(Path(record.server).name, Path(os.path.realpath(folder.data_folder)), record.port)


def environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | {"LC_ALL": "C"}


def running(folder: NodeFolder, record: NodeRecord) -> ServerProcess | None:
    """The node's process by its pid file: cheap enough for every second."""
    try:
        pid = int(folder.pid_file.read_text())
    except (OSError, ValueError):
        return None
    return look(pid, Identity.of(folder, record))


def search(folder: NodeFolder, record: NodeRecord) -> ServerProcess | None:
    """The same, also without a pid file: reads all of /proc."""
    found = running(folder, record)
    if found or not _HAS_PROC:
        return found
    identity = Identity.of(folder, record)
    return next((process for pid in _pids() if (process := look(pid, identity))), None)


def look(pid: int, identity: Identity) -> ServerProcess | None:
    """This process, if it is the node's server and has not ended."""
    if pid <= 0:
        return None
    return _look_in_proc(pid, identity) if _HAS_PROC else _ask_ps(pid, identity)


def end_all_under(folder: Path) -> None:
    """Kill every Redis process that runs below a folder, also a deleted one, and children that save."""
    prefix = os.path.realpath(folder) + os.sep

    def runs_there(pid: int) -> bool:
        return _working_directory(pid).startswith(prefix) and "-server" in _name(pid)

    for pid in _pids():
        if runs_there(pid):
            end(pid, runs_there)


def homes(folder: Path) -> set[str]:
    """The names right below a folder, existing or deleted, where Redis processes run."""
    prefix = os.path.realpath(folder) + os.sep
    directories = [_working_directory(pid) for pid in _pids() if "-server" in _name(pid)]
    return {Path(found.removeprefix(prefix)).parts[0] for found in directories if found.startswith(prefix)}


def command_line(pid: int) -> str:
    """Empty for a process that has ended."""
    if not _HAS_PROC:
        return _ps(pid, "command=")
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="surrogateescape")
    except OSError:
        return ""


def launch(folder: NodeFolder, record: NodeRecord) -> None:
    """Start the server as a daemon. Returns when it has read its configuration; raises with its complaint."""
    folder.pid_file.unlink(missing_ok=True)
    try:
        answer = subprocess.run(
            [record.server, str(folder.config_file)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LAUNCH_LIMIT_SECONDS,
            env=environment(),
            cwd=folder.path,
            umask=0o077,
            start_new_session=True,
            check=False,
        )
    except OSError as error:
        raise ProviderError(
            ProviderErrorKind.NOT_FOUND,
            f"{record.server} cannot be run: {error.strerror}",
            hint=f"the program of {record.id} cannot be used any more: install it again, or name another in pair.json",
        ) from None
    except subprocess.TimeoutExpired:
        raise ProviderError(
            ProviderErrorKind.UNKNOWN, f"{record.server} did not start within {LAUNCH_LIMIT_SECONDS:.0f} s"
        ) from None
    if answer.returncode:
        said = [line for line in answer.stdout.decode(errors="replace").splitlines() if line.strip()][-4:]
        raise ProviderError(
            ProviderErrorKind.REFUSED,
            f"{record.id} did not start: {' · '.join(said) or f'exit code {answer.returncode}'}",
            hint=f"look at {folder.config_file} and {folder.log_file}",
        )


def end(pid: int, is_ours: Callable[[int], bool], grace_seconds: float = 0.0) -> None:
    """SIGTERM, and SIGKILL after the grace (at once without one). Returns when the process is gone."""
    with _handle(pid) as send:
        # Asked after the handle was opened: what it names cannot become another process any more.
        if not is_ours(pid):
            return
        if grace_seconds:
            send(signal.SIGTERM)
            if _gone(pid, is_ours, grace_seconds):
                return
        send(signal.SIGKILL)
        if not _gone(pid, is_ours, KILL_LIMIT_SECONDS):
            raise ProviderError(
                ProviderErrorKind.UNKNOWN, f"process {pid} did not end within {KILL_LIMIT_SECONDS:.0f} s"
            )


def gone(pid: int, identity: Identity, limit_seconds: float) -> bool:
    """Wait until the node's server has ended; False when it has not in time. Blocks."""
    return _gone(pid, lambda ours: look(ours, identity) is not None, limit_seconds)


def signal_if_ours(pid: int, is_ours: Callable[[int], bool], number: signal.Signals) -> bool:
    """Whether the signal was sent."""
    with _handle(pid) as send:
        ours = is_ours(pid)
        if ours:
            send(number)
        return ours


class _Handle:
    def __init__(self, pid: int, descriptor: int | None) -> None:
        self.pid, self.descriptor = pid, descriptor

    def __call__(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self.descriptor is None:
                os.kill(self.pid, number)
            else:
                signal.pidfd_send_signal(self.descriptor, number)


@contextlib.contextmanager
def _handle(pid: int) -> Iterator[_Handle]:
    descriptor = None
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            descriptor = os.pidfd_open(pid)
    try:
        yield _Handle(pid, descriptor)
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _gone(pid: int, is_ours: Callable[[int], bool], limit_seconds: float) -> bool:
    deadline = time.monotonic() + limit_seconds
    while is_ours(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(_STEP_SECONDS)
    return True


def _look_in_proc(pid: int, identity: Identity) -> ServerProcess | None:
    if _working_directory(pid).removesuffix(_DELETED) != str(identity.data_folder):
        return None
    try:
        # Children that save have the same folder, and another title.
        title = Path(f"/proc/{pid}/cmdline").read_bytes()
        state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
    except (OSError, IndexError):
        return None
    if state in b"ZX" or os.fsencode(identity.program) not in title:
        return None
    return ServerProcess(pid, paused=state in b"Tt")


def _ask_ps(pid: int, identity: Identity) -> ServerProcess | None:
    state, _, command = _ps(pid, "state=,command=").partition(" ")
    if identity.program not in command or f":{identity.port}" not in command or state.startswith("Z"):
        return None
    return ServerProcess(pid, paused=state.startswith("T"))


def _ps(pid: int, columns: str) -> str:
    command = ["/bin/ps", "-ww", "-o", columns, "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=5).stdout.strip()


def _pids() -> Iterator[int]:
    with contextlib.suppress(OSError):
        yield from (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _working_directory(pid: int) -> str:
    try:
        return str(Path(f"/proc/{pid}/cwd").readlink())
    except OSError:
        return ""


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(errors="replace").strip()
    except OSError:
        return ""
