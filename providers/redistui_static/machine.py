"""What a bare address can do with its machine: only what the operator's own commands do."""

import asyncio
import hashlib
import json
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path

from redistui.model.endpoint import Address, Endpoint
from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.topology import Node, NodeState, Pair, Role
from redistui.provider.capabilities import Capability
from redistui.provider.context import ProviderContext
from redistui.provider.machine import Act, Acts

from . import saving
from .settings import CommandName

COMMAND_LIMIT_SECONDS = 60.0
FETCH_LIMIT_SECONDS = 3600.0
ANSWER_LIMIT_SECONDS = 30.0
DOWN_LIMIT_SECONDS = 30.0
_STEP_SECONDS = 0.1
_COMMAND_OF = {
    Act.STOP: CommandName.STOP,
    Act.START: CommandName.START,
    Act.FENCE: CommandName.FENCE,
    Act.FETCH: CommandName.FETCH,
}
_NEVER = {
    Act.KILL: "a bare address has no process that could be killed",
    Act.FREEZE: "a bare address has no process that could be frozen",
    Act.STORED_ROLE: "the stored config of a bare address cannot be reached while its server is down",
    Act.ROUTE: "a bare address has no route to move: hooks.after_promote of the environment can",
    Act.STATE: "a bare address tells nothing of its machine",
}


class StaticMachine(ABC):
    """The acts on machines of the static provider."""

    context: ProviderContext

    @abstractmethod
    def commands_of(self, pair: Pair) -> Mapping[CommandName, tuple[str, ...]]: ...

    @abstractmethod
    async def endpoint(self, pair: Pair, node: Node) -> Endpoint: ...

    @abstractmethod
    async def run_command(
        self, pair: Pair, node: Node, name: CommandName, limit_seconds: float, values: Mapping[str, object]
    ) -> bytes: ...

    def acts(self, pair: Pair) -> Acts:
        able = self.commands_of(pair)
        acts = {act: Capability.no(reason) for act, reason in _NEVER.items()}
        for act, name in _COMMAND_OF.items():
            missing = Capability.no(f"a bare address cannot: set commands.{name.value} of pair {pair.key.name}")
            acts[act] = Capability.yes() if name in able else missing
        can_restart = CommandName.RESTART in able or {CommandName.STOP, CommandName.START} <= set(able)
        acts[Act.RESTART] = (
            Capability.yes()
            if can_restart
            else Capability.no(
                f"a bare address cannot: set commands.restart of pair {pair.key.name}, or its stop and start"
            )
        )
        return acts

    async def stop(self, pair: Pair, node: Node, *, save: bool) -> None:
        endpoint = await self.endpoint(pair, node)
        await saving.prepare(endpoint, save=save)
        await self.run_command(pair, node, CommandName.STOP, COMMAND_LIMIT_SECONDS, {})
        await _wait_down(endpoint, f"the stop command of {node.id} ended")

    async def start(self, pair: Pair, node: Node) -> None:
        if self._fence_file(pair, node).exists():
            raise ProviderError(
                ProviderErrorKind.REFUSED,
                f"{node.id} of {pair.key.name} is fenced: it may not come back as a second primary",
                hint=f"redistui rejoin {pair.key.name} brings it back as a replica",
            )
        await self.run_command(pair, node, CommandName.START, COMMAND_LIMIT_SECONDS, {})
        await _wait_answering(await self.endpoint(pair, node), "the start command ended")

    async def restart(self, pair: Pair, node: Node) -> None:
        endpoint = await self.endpoint(pair, node)
        if CommandName.RESTART not in self.commands_of(pair):
            if await saving.answers(endpoint):
                await self.stop(pair, node, save=True)
            await self.start(pair, node)
            return
        await saving.prepare(endpoint, save=True)
        await self.run_command(pair, node, CommandName.RESTART, COMMAND_LIMIT_SECONDS, {})
        await _wait_answering(endpoint, "the restart command ended")

    async def kill(self, pair: Pair, node: Node) -> None:
        raise _cannot(Act.KILL)

    async def freeze(self, pair: Pair, node: Node) -> None:
        raise _cannot(Act.FREEZE)

    async def thaw(self, pair: Pair, node: Node) -> None:
        raise _cannot(Act.FREEZE)

    async def fence(self, pair: Pair, node: Node) -> None:
        await self.run_command(pair, node, CommandName.FENCE, COMMAND_LIMIT_SECONDS, {})
        await _wait_down(await self.endpoint(pair, node), f"the fence command of {node.id} ended")
        await asyncio.to_thread(_mark, self._fence_file(pair, node), str(node.address))

    async def unfence(self, pair: Pair, node: Node) -> None:
        if CommandName.UNFENCE in self.commands_of(pair):
            await self.run_command(pair, node, CommandName.UNFENCE, COMMAND_LIMIT_SECONDS, {})
        self._fence_file(pair, node).unlink(missing_ok=True)

    async def fenced(self, pair: Pair, node: Node) -> bool:
        """Fenced by this console, and silent: nobody can see more of a bare address."""
        if not self._fence_file(pair, node).exists():
            return False
        return not await saving.answers(await self.endpoint(pair, node))

    async def state(self, pair: Pair, node: Node) -> NodeState:
        return NodeState.UNKNOWN

    async def stored_role(self, pair: Pair, node: Node) -> tuple[Role, Address | None]:
        raise _cannot(Act.STORED_ROLE)

    async def store_role(self, pair: Pair, node: Node, upstream: Address | None) -> None:
        raise _cannot(Act.STORED_ROLE)

    async def fetch(self, pair: Pair, node: Node, file: Path) -> None:
        draft = file.with_name(f".{file.name}.part")
        draft.unlink(missing_ok=True)
        await self.run_command(pair, node, CommandName.FETCH, FETCH_LIMIT_SECONDS, {"file": draft})
        try:
            draft.chmod(0o600)
            draft.replace(file)
        except OSError as error:
            raise ProviderError(
                ProviderErrorKind.UNKNOWN,
                f"the fetch command of {node.id} ended without a file at {{file}}: {error.strerror}",
                hint="try it by hand",
            ) from None

    async def route(self, pair: Pair, primary: Node) -> None:
        raise _cannot(Act.ROUTE)

    def _fence_file(self, pair: Pair, node: Node) -> Path:
        name = hashlib.sha256(f"{pair.key.name}\0{node.address}".encode()).hexdigest()[:24]
        return self.context.state_folder / "fenced" / f"{name}.json"


def _cannot(act: Act) -> ProviderError:
    return ProviderError(ProviderErrorKind.UNSUPPORTED, _NEVER[act])


def _mark(file: Path, address: str) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(file, "w", encoding="utf-8", opener=_private) as written:
            written.write(json.dumps({"address": address, "fenced_at": round(time.time(), 3)}) + "\n")
            written.flush()
            os.fsync(written.fileno())
    except OSError as error:
        raise ProviderError(
            ProviderErrorKind.REFUSED, f"{file} cannot be written: {error.strerror}", hint="make room"
        ) from None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


async def _wait_down(endpoint: Endpoint, what: str) -> None:
    deadline = time.monotonic() + DOWN_LIMIT_SECONDS
    while await saving.answers(endpoint):
        if time.monotonic() > deadline:
            raise ProviderError(
                ProviderErrorKind.UNKNOWN,
                f"{what}, and after {DOWN_LIMIT_SECONDS:.0f} s the server still answers",
                hint="try it by hand",
            )
        await asyncio.sleep(_STEP_SECONDS)


async def _wait_answering(endpoint: Endpoint, what: str) -> None:
    deadline = time.monotonic() + ANSWER_LIMIT_SECONDS
    while failure := await saving.silence(endpoint):
        if time.monotonic() > deadline:
            raise ProviderError(
                ProviderErrorKind.UNKNOWN,
                f"{what}, and after {ANSWER_LIMIT_SECONDS:.0f} s: {failure.message}",
                hint=failure.hint,
            )
        await asyncio.sleep(_STEP_SECONDS)
