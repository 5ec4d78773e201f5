"""Where an embedded pair lives: pairs/PAIR/pair.json and pairs/PAIR/NODE/{redis.conf,redis.log,redis.pid,data}.

pair.json says which nodes there are. Passwords and roles stand only in each redis.conf, which Redis keeps up to date.
"""

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from redistui.model.errors import ProviderError, ProviderErrorKind

FORMAT = 1
# A folder that is being made or removed has a name that starts with a dot, and is no pair.
_CREATING, _REMOVING = ".creating-", ".removing-"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")


@dataclass(frozen=True, slots=True)
class NodeRecord:
    id: str
    port: int
    server: str
    version: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class PairRecord:
    """`made_by` is the operation that made the pair: what tells it from another one of the same name."""

    name: str
    demo: bool
    nodes: tuple[NodeRecord, ...]
    format: int = FORMAT
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class NodeFolder:
    path: Path

    @property
    def config_file(self) -> Path:
        return self.path / "redis.conf"

    @property
    def log_file(self) -> Path:
        return self.path / "redis.log"

    @property
    def pid_file(self) -> Path:
        return self.path / "redis.pid"

    @property
    def fence_file(self) -> Path:
        """While it is there, nothing starts the server."""
        return self.path / "fenced"

    @property
    def data_folder(self) -> Path:
        return self.path / "data"


@dataclass(frozen=True, slots=True)
class PairFolder:
    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def record_file(self) -> Path:
        return self.path / "pair.json"

    @property
    def password_file(self) -> Path:
        """Only while the pair is being made and no node has it yet."""
        return self.path / "password"

    def node(self, node_id: str) -> NodeFolder:
        return NodeFolder(self.path / node_id)

    def read(self) -> PairRecord:
        """Raises ProviderError naming this folder when it is damaged. One that is being made may have no node yet."""
        try:
            record = msgspec.json.decode(self.record_file.read_bytes(), type=PairRecord)
        except OSError as error:
            if not self.path.exists():
                raise ProviderError(
                    ProviderErrorKind.NOT_FOUND, f"pair {self.name} is not there any more", hint="refresh the list"
                ) from None
            raise self._damaged(f"{self.record_file.name} cannot be read: {error.strerror}") from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise self._damaged(f"{self.record_file.name} is damaged") from None
        if record.format > FORMAT:
            raise self._damaged("it was made by a newer redistui")
        ids = [node.id for node in record.nodes]
        unfinished = not ids and not record.made_by
        if record.name != self.name or unfinished or len(set(ids)) < len(ids) or not all(map(_NAME.fullmatch, ids)):
            raise self._damaged(f"{self.record_file.name} does not describe this pair")
        return record

    def _damaged(self, why: str) -> ProviderError:
        return ProviderError(
            ProviderErrorKind.UNKNOWN,
            f"the folder of pair {self.name} is not usable ({self.path}): {why}",
            hint="restore the file from a backup, or end its servers and remove the folder",
        )


@dataclass(frozen=True, slots=True)
class PairStore:
    """All pair folders of one connection."""

    state_folder: Path

    @property
    def path(self) -> Path:
        return self.state_folder / "pairs"

    def ready(self) -> None:
        """Make the folder, private to its owner."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)

    def pair(self, name: str) -> PairFolder:
        if not _NAME.fullmatch(name):
            raise ProviderError(
                ProviderErrorKind.REFUSED,
                f"{name!r} cannot be the name of an embedded pair",
                hint="use letters, digits, dots, dashes and underscores, at most 63",
            )
        return PairFolder(self.path / name)

    def pairs(self) -> list[PairFolder]:
        """Every pair folder, damaged ones included, by name."""
        try:
            with os.scandir(self.path) as entries:
                found = [PairFolder(self.path / entry.name) for entry in entries if _is_pair(entry)]
        except FileNotFoundError:
            return []
        return sorted(found, key=lambda folder: folder.path)

    @contextlib.contextmanager
    def creating(self, name: str, maker: str = "") -> Iterator[tuple[Path, PairFolder]]:
        """Fill the first folder; it becomes the second at the end, whole or not at all."""
        final = self.pair(name)
        draft = self._draft(name, maker)
        if maker:
            shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        try:
            yield draft, final
            draft.rename(final.path)
            sync_folder(self.path)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise

    def remove(self, folder: PairFolder, maker: str = "") -> None:
        """Its processes must have ended. One that was interrupted is gone as a pair, and its leftovers are no pair."""
        grave = self._grave(folder.name, maker)
        folder.path.rename(grave)
        sync_folder(self.path)
        shutil.rmtree(grave)

    def leftovers(self, name: str, maker: str) -> list[Path]:
        """What an interrupted `creating` or `remove` of this maker left."""
        return [path for path in (self._draft(name, maker), self._grave(name, maker)) if maker and path.exists()]

    def _draft(self, name: str, maker: str) -> Path:
        return self.path / f"{_CREATING}{name}-{maker or secrets.token_hex(4)}"

    def _grave(self, name: str, maker: str) -> Path:
        return self.path / f"{_REMOVING}{name}-{maker or secrets.token_hex(4)}"

    def clear_leftovers(self) -> None:
        """Remove what an interrupted `creating` or `remove` left. Nothing ever runs in there."""
        for prefix in (_CREATING, _REMOVING):
            for leftover in self.path.glob(f"{prefix}*"):
                shutil.rmtree(leftover, ignore_errors=True)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all; it survives a power cut."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_record(folder: Path, record: PairRecord) -> None:
    text = msgspec.json.format(msgspec.json.encode(record), indent=2).decode()
    write_private(PairFolder(folder).record_file, text + "\n")


def _is_pair(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
