"""Real parts that a test needs: where one is missing, the test is skipped by name, or fails where REDISTUI_REQUIRE
(a comma-separated list of names, or `all`) asks for it."""

import importlib.util
import os
import shutil
from collections.abc import Callable
from typing import NoReturn

import pytest

from .binaries import SERVERS

Probe = Callable[[], str | None]
"""Says why the part cannot be used here, or None."""


def executable(*names: str) -> Probe:
    folders = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))

    def probe() -> str | None:
        absent = [name for name in names if shutil.which(name, path=folders) is None]
        return f"{', '.join(absent)} not found" if absent else None

    return probe


def redis_servers() -> str | None:
    return None if SERVERS else "no redis-server found"


def redis_with_tls() -> str | None:
    return None if "7.0" in SERVERS else "no redis-server with TLS on PATH"


def docker_engine() -> str | None:
    if importlib.util.find_spec("docker") is None:
        return "the docker SDK is not installed"
    from .docker_engine import unusable

    return unusable()


PROBES: dict[str, Probe] = {"redis": redis_servers, "redis-tls": redis_with_tls, "docker": docker_engine}
"""Parts that are more than an executable of the same name. Others are looked for on PATH."""


def required_parts() -> frozenset[str]:
    return frozenset(name.strip() for name in os.environ.get("REDISTUI_REQUIRE", "").split(",") if name.strip())


def missing(name: str, reason: str) -> NoReturn:
    """Skip the test by name, or fail it where the part is required."""
    demanded = required_parts()
    if name in demanded or name.partition("-")[0] in demanded or "all" in demanded:
        pytest.fail(f"{name} is required by REDISTUI_REQUIRE: {reason}", pytrace=False)
    pytest.skip(f"needs {name}: {reason}")


def require(name: str) -> None:
    reason = PROBES.get(name, executable(name))()
    if reason is not None:
        missing(name, reason)
