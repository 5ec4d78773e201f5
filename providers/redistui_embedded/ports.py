"""Ports on loopback: free ones from the kernel, and who has a taken one."""

import contextlib
import socket
import time
from pathlib import Path

LOOPBACK = "127.0.0.1"
_STEP_SECONDS = 0.02


def free_ports(count: int) -> list[int]:
    """Distinct ports that nobody has at this moment."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def becomes_free(port: int, limit_seconds: float) -> bool:
    deadline = time.monotonic() + limit_seconds
    while not is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(_STEP_SECONDS)
    return True


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def owner(port: int) -> str:
    """`nginx (process 812)`, or `another process` where that cannot be seen. Reads /proc, so it may take a while."""
    with contextlib.suppress(OSError):
        wanted = {f"socket:[{inode}]" for inode in _inodes(port)}
        for process in Path("/proc").iterdir() if wanted else ():
            if process.name.isdigit() and _holds(process, wanted):
                name = (process / "comm").read_text(errors="replace").strip()
                return f"{name} (process {process.name})"
    return "another process"


def _inodes(port: int) -> set[str]:
    found = set()
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in Path("/proc/net", table).read_text().splitlines()[1:]:
                columns = line.split()
                if int(columns[1].rpartition(":")[2], 16) == port:
                    found.add(columns[9])
    return found - {"0"}


def _holds(process: Path, wanted: set[str]) -> bool:
    with contextlib.suppress(OSError):
        return any(str(descriptor.readlink()) in wanted for descriptor in (process / "fd").iterdir())
    return False
