"""Making pairs and ending them, as operations need it: in small acts that may be repeated.

pair.json names the operation that made the pair. The password stands in a file of its own until a node's redis.conf
holds it.
"""

import asyncio
import contextlib
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import replace

from redistui.model.endpoint import Address
from redistui.model.errors import ConfigurationError, ProviderError, ProviderErrorKind
from redistui.model.fields import Field
from redistui.model.secret import Secret, SecretReference
from redistui.model.topology import Control, Node, Pair, PairKey, Role
from redistui.provider.context import ProviderContext
from redistui.provider.provisioning import MADE_BY, Design, NodeDesign

from . import configfile, design, place, ports, process
from .design import Choice
from .layout import NodeFolder, NodeRecord, PairFolder, PairRecord, PairStore, sync_folder, write_private, write_record
from .lock import locked, uninterrupted
from .making import cannot_write, make_node
from .removal import remove_pair

_STORE = "the embedded pairs"
_UNMARKED = "unmarked"  # pairs of releases that did not write down who made them


class EmbeddedProvisioner:
    """The part of the embedded provider that makes pairs and ends them."""

    store: PairStore
    context: ProviderContext

    def provision_fields(self) -> tuple[Field, ...]:
        return design.fields()

    async def design(self, name: str, settings: Mapping[str, object]) -> Design:
        server = self.context.settings.get("server")
        choice = await asyncio.to_thread(design.choose, self.store, name, settings, str(server) if server else None)
        guards = await asyncio.to_thread(place.guards, self.store, choice)
        nodes = tuple(_node_design(self.store.pair(name), choice, record) for record in choice.records)
        pair = Pair(
            key=PairKey(self.context.name, name),
            provider_type="embedded",
            control=Control.SELF_MANAGED,
            nodes=tuple(node.node for node in nodes),
            environment=self.context.environment,
            place="this machine",
        )
        source = choice.settings.get("password")
        kept = f"a password from {source}" if isinstance(source, SecretReference) else "a generated password"
        return Design(
            pair=pair,
            nodes=nodes,
            create=f"mkdir {self.store.pair(name).path}; pair.json; {kept}, readable by its owner alone",
            settings=choice.settings,
            guards=guards,
            artifacts=design.artifacts(self.store, choice),
        )

    async def create_pair(self, design: Design, maker: str) -> None:
        name = design.pair.key.name
        password = await self._password(design.settings)
        try:
            self.store.ready()
            async with locked(self.store.path, _STORE):
                if not self._is_made(name, maker):
                    await uninterrupted(self._make, name, maker, password)
        except OSError as error:
            raise cannot_write(self.store.pair(name).path, error) from None

    async def create_node(self, design: Design, node: Node, maker: str) -> None:
        folder = self.store.pair(design.pair.key.name)
        server = str(design.settings.get("server") or "") or None
        choose = (self.store, folder.name, design.settings, server)
        choice = await asyncio.to_thread(_chosen_again, *choose)
        record = next(record for record in choice.records if record.id == node.id)
        async with locked(folder.path, f"pair {folder.name}"):
            _require_maker(folder, maker)
            try:
                await uninterrupted(_make_node, folder, record, choice)
            except OSError as error:
                raise cannot_write(folder.node(node.id).path, error) from None

    async def remains(self, pair: Pair, maker: str) -> frozenset[str] | None:
        return await asyncio.to_thread(self._remains, pair.key.name, maker)

    async def remove_node(self, pair: Pair, node: Node, maker: str) -> None:
        folder = self.store.pair(pair.key.name)
        if not await asyncio.to_thread(self._is_made, folder.name, maker, others_allowed=True):
            return
        async with locked(folder.path, f"pair {folder.name}"):
            _require_maker(folder, maker)
            try:
                await uninterrupted(_remove_node, folder, node.id)
            except OSError as error:
                raise cannot_write(folder.node(node.id).path, error) from None

    async def remove_pair(self, pair: Pair, maker: str) -> None:
        name, grave_of = pair.key.name, maker or _UNMARKED
        if not self.store.path.is_dir():
            return
        async with locked(self.store.path, _STORE):
            await uninterrupted(self._clear, name, grave_of)
            if self._is_made(name, maker, others_allowed=True):
                await remove_pair(self.store, self.store.pair(name), grave_of)

    def removal(self, pair: Pair) -> str:
        folder = self.store.pair(pair.key.name).path
        return f"end every process below {folder}; rename it, so that it is no pair any more; rm -r"

    async def _password(self, settings: Mapping[str, object]) -> Secret:
        wanted = settings.get("password")
        if isinstance(wanted, SecretReference | Secret):
            given = await self.context.secrets.resolve(wanted)
            if not given or not given.reveal().isprintable():
                raise ConfigurationError(
                    f"the password from {wanted} is empty or holds control characters", hint="give it another one"
                )
            return given
        return Secret(secrets.token_urlsafe(32))

    def _make(self, name: str, maker: str, password: Secret) -> None:
        with self.store.creating(name, maker) as (draft, _):
            write_private(PairFolder(draft).password_file, password.reveal())
            write_record(draft, PairRecord(name, demo=False, nodes=(), made_by=maker))

    def _is_made(self, name: str, maker: str, *, others_allowed: bool = False) -> bool:
        """Whether the pair is there and this maker's. Raises ProviderError where it is another's, and in the way."""
        folder = self.store.pair(name)
        if not folder.path.exists():
            return False
        ours = folder.read().made_by == maker
        if not ours and not others_allowed:
            raise _of_another(name)
        return ours

    def _remains(self, name: str, maker: str) -> frozenset[str] | None:
        if self._is_made(name, maker, others_allowed=True):
            return frozenset(node.id for node in self.store.pair(name).read().nodes)
        return frozenset() if self.store.leftovers(name, maker or _UNMARKED) else None

    def _clear(self, name: str, maker: str) -> None:
        for leftover in self.store.leftovers(name, maker):
            try:
                shutil.rmtree(leftover)
            except OSError as error:
                raise cannot_write(leftover, error) from None


def labels_of(record: PairRecord) -> dict[str, str]:
    made_by = {MADE_BY: record.made_by} if record.made_by else {}
    return {"demo": "yes", **made_by} if record.demo else made_by


def _node_design(folder: PairFolder, choice: Choice, record: NodeRecord) -> NodeDesign:
    address, home = Address(ports.LOOPBACK, record.port), folder.node(record.id)
    role = Role.REPLICA if choice.upstream(record) else Role.PRIMARY
    return NodeDesign(
        Node(record.id, address, address, configured_role=role),
        create=f"mkdir {home.path}; {home.config_file.name}",
        start=f"{record.server} {home.config_file}",
    )


def _chosen_again(store: PairStore, name: str, settings: Mapping[str, object], server: str | None) -> Choice:
    choice = design.choose(store, name, settings, server)
    if choice.program is None:
        raise ProviderError(ProviderErrorKind.UNSUPPORTED, choice.problem)
    return choice


def _make_node(folder: PairFolder, record: NodeRecord, choice: Choice) -> None:
    whole = folder.read()
    _tidy(folder, whole)
    if any(node.id == record.id for node in whole.nodes):
        return
    home, draft = folder.node(record.id), NodeFolder(folder.path / f".{record.id}")
    for unfinished in (draft.path, home.path):  # nothing ever ran there: it is not in pair.json
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(unfinished)
    make_node(draft, home, record, _kept_password(folder, whole), choice.upstream(record), choice.directives())
    draft.path.rename(home.path)
    sync_folder(folder.path)
    write_record(folder.path, replace(whole, nodes=(*whole.nodes, record)))
    folder.password_file.unlink(missing_ok=True)


def _tidy(folder: PairFolder, whole: PairRecord) -> None:
    """What a runner that was killed has left. The caller holds the pair's lock."""
    for draft in folder.path.glob(f".{folder.record_file.name}.*"):
        draft.unlink(missing_ok=True)
    if whole.nodes:
        folder.password_file.unlink(missing_ok=True)


def _kept_password(folder: PairFolder, whole: PairRecord) -> Secret:
    if not whole.nodes:
        return Secret(folder.password_file.read_text(encoding="utf-8"))
    stored = configfile.read(folder.node(whole.nodes[0].id).config_file).password
    if stored is None:
        raise ProviderError(ProviderErrorKind.CONFLICT, f"{whole.nodes[0].id} of {folder.name} has no password")
    return stored


def _remove_node(folder: PairFolder, node_id: str) -> None:
    whole, home = folder.read(), folder.node(node_id)
    process.end_all_under(home.path)
    if any(node.id == node_id for node in whole.nodes):
        write_record(folder.path, replace(whole, nodes=tuple(node for node in whole.nodes if node.id != node_id)))
    for path in (home.path, folder.path / f".{node_id}"):
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(path)


def _require_maker(folder: PairFolder, maker: str) -> None:
    if folder.read().made_by != maker:
        raise _of_another(folder.name)


def _of_another(name: str) -> ProviderError:
    return ProviderError(
        ProviderErrorKind.CONFLICT,
        f"there is a pair {name} that this operation did not make",
        hint="give the new pair another name, or destroy that one first",
    )
