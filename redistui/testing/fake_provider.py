"""A provider that says what a test wrote for it: pairs, failures, and how long they take."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from redistui.model.clock import SYSTEM_CLOCK, Clock
from redistui.model.endpoint import Endpoint
from redistui.model.errors import ProviderError, ProviderErrorKind, RedistuiError
from redistui.model.fields import Field
from redistui.model.topology import Control, Node, Pair
from redistui.provider.capabilities import Capabilities, Capability, Verb
from redistui.provider.context import ProviderContext
from redistui.provider.contract import Provider


@dataclass(frozen=True, slots=True)
class Pause:
    """Discovery says nothing for a while."""

    seconds: float


Answer = Pair | Pause | Exception
"""One thing that a discovery does: tell a pair, take its time, or fail."""


class FakeProvider(Provider):
    type: ClassVar[str] = "fake"
    summary: ClassVar[str] = "pairs as a test wrote them"
    control: ClassVar[Control] = Control.SELF_MANAGED
    settings_fields: ClassVar[tuple[Field, ...]] = ()

    def __init__(self, context: ProviderContext, *answers: Answer, clock: Clock = SYSTEM_CLOCK) -> None:
        super().__init__(context)
        self.endpoints: dict[str, Endpoint | RedistuiError] = {}  # by node id; others are reached at their address
        self.log_lines: Mapping[str, Sequence[str]] = {}  # by node id
        self.discoveries = 0
        self.started: list[str] = []
        self.closed = False
        self._clock = clock
        self._answers: tuple[Answer, ...] = answers
        self._news = asyncio.Event()

    def answer(self, *answers: Answer) -> None:
        """What the next discovery does. Ends `changed`, so that the core asks. From the provider's loop."""
        self._answers = answers
        self._news.set()

    @classmethod
    def capabilities(cls) -> Capabilities:
        able = {Verb.LOGS, Verb.START}
        return {verb: Capability.yes() if verb in able else Capability.no("a fake cannot") for verb in Verb}

    async def discover(self) -> AsyncIterator[Pair]:
        self.discoveries += 1
        self._news.clear()
        for answer in self._answers:
            match answer:
                case Pause():
                    await self._clock.sleep(answer.seconds)
                case Exception():
                    raise answer
                case _:
                    yield answer

    async def changed(self) -> None:
        await self._news.wait()

    async def endpoint(self, pair: Pair, node: Node) -> Endpoint:
        if pair.key not in {answer.key for answer in self._answers if isinstance(answer, Pair)}:
            raise ProviderError(ProviderErrorKind.NOT_FOUND, f"the script has no pair {pair.key.name}")
        known = self.endpoints.get(node.id, Endpoint(node.address))
        if isinstance(known, RedistuiError):
            raise known
        return known

    async def logs(self, pair: Pair, node: Node, lines: int) -> Sequence[str]:
        return tuple(self.log_lines.get(node.id, ()))[-lines:] if lines > 0 else ()

    async def start(self, pair: Pair, node: Node) -> None:
        self.started.append(node.id)

    async def close(self) -> None:
        self.closed = True
