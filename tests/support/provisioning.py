"""A place with no pair yet, and runners that are killed between any two acts on files and processes."""

import contextlib
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from redistui_embedded import process

from redistui.config.load import load
from redistui.config.secrets import Secrets
from redistui.model.clock import SYSTEM_CLOCK
from redistui.model.plan import Plan
from redistui.model.topology import PairKey
from redistui.operations import verbs
from redistui.workspace.workspace import Workspace

from .embedded import loads, servers
from .mortal import Mortality
from .operating import Place

SMALL = {"maxmemory": "64mb", "save": "off"}


@contextlib.asynccontextmanager
async def empty_place(folder: Path, patch: pytest.MonkeyPatch, name: str = "orders") -> AsyncIterator[Place]:
    """`local` is the only connection. Nothing is left of it afterwards."""
    state = folder / "state"
    state.mkdir(mode=0o700, parents=True)
    patch.setenv("REDISTUI_STATE", str(state))
    patch.setenv("REDISTUI_CONFIG", str(folder / "config.toml"))
    workspace = Workspace.open(load(), Secrets())
    try:
        yield Place(state, workspace, PairKey("local", name))
    finally:
        await workspace.close()
        end_all(folder)


def end_all(folder: Path) -> None:
    for one in (*loads(folder), *servers(folder)):
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()


async def plan_of(place: Place, name: str = "", **values: str) -> Plan:
    """Of a small pair; `_` in a name stands for a dash."""
    key = PairKey(place.key.provider, name or place.key.name)
    given = SMALL | {field.replace("_", "-"): text for field, text in values.items()}
    return await verbs.plan("provision", place.workspace, key, given, SYSTEM_CLOCK)


def pairs_folder(place: Place) -> Path:
    folder: Path = place.provider.store.path
    return folder


def everything(folder: Path) -> dict[str, bytes]:
    """Every file and folder below, with its content."""
    if not folder.exists():
        return {}
    found = sorted(folder.rglob("*"))
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in found}


@contextlib.contextmanager
def killed_among_files(mortality: Mortality) -> Iterator[None]:
    """Also each folder that is made, file that is placed, name that changes, server that starts or ends."""
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in (
            (Path, "mkdir"),
            (Path, "rename"),
            (Path, "replace"),
            (Path, "unlink"),
            (shutil, "rmtree"),
            (process, "launch"),
            (process, "end"),
        ):
            patch.setattr(owner, name, _mortal(mortality, name, getattr(owner, name)))
        yield


def _mortal(mortality: Mortality, name: str, act: Any) -> Any:
    def mortal(*arguments: Any, **options: Any) -> Any:
        last = mortality.before(name)
        answer = act(*arguments, **options)
        mortality.behind(last)
        return answer

    return mortal
