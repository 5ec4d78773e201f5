"""Steps of managed pairs: an API call that is sent once, the wait until the cloud has done it, and what Redis says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from redistui.model import units
from redistui.model.clock import Clock
from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.topology import Pair
from redistui.provider.tasks import Call, ManagedTasks, Phase, Progress

from ..session import NodeSession
from ..step import StepResult, done, failed, forward_only, not_done, undone, unknown
from .trouble import SILENT

# Looks after which a request that was lost would have shown.
SETTLING_LOOKS = 3
# Reading may be repeated through these; the call itself was refused or never sent.
_PASSING = (ProviderErrorKind.NETWORK, ProviderErrorKind.THROTTLED)
# Kept as a fact: what is undone afterwards still tells why.
_REFUSAL = "cloud_refusal"
_NOT_YET = (ProviderErrorKind.CONFLICT, ProviderErrorKind.THROTTLED)


@dataclass
class Cloud:
    """The pair's provider, asked patiently."""

    tasks: ManagedTasks
    pair: Pair
    clock: Clock
    report: Callable[[str], None]
    cancelled: Callable[[], bool]
    limit_seconds: float

    async def busy(self) -> str:
        """Raises ProviderError only where asking again is of no use."""
        try:
            return await self.tasks.busy(self.pair)
        except ProviderError as error:
            if error.kind in _PASSING:
                return error.message
            raise

    async def progress(self, call: Call) -> Progress | None:
        """None where it cannot be told just now."""
        try:
            return await self.tasks.progress(self.pair, call)
        except ProviderError as error:
            if error.kind in _PASSING:
                self.report(error.message)
                return None
            raise

    async def pause(self, words: str) -> None:
        self.report(words)
        await self.clock.sleep(self.tasks.poll_seconds)

    def deadline(self) -> float:
        return self.clock.monotonic() + self.limit_seconds

    def passed(self, deadline: float) -> bool:
        return self.clock.monotonic() >= deadline


@dataclass
class CloudCall:
    """`final`: once it is taken there is no way back. `session` and `run_id` are those of a node that it restarts."""

    cloud: Cloud
    call: Call
    inverse: Call | None
    final: bool
    always: bool
    session: NodeSession | None
    run_id: str | None
    facts: Mapping[str, object]  # of the steps before, its own of an earlier attempt among them

    async def run(self) -> StepResult:
        return await self._sent(self.call)

    async def look(self) -> StepResult:
        """One that was lost on its way shows within a few looks; only then it counts as not sent."""
        if await self._is_another_process():
            return done("another process answers: it was done")
        deadline, idle = self.cloud.deadline(), 0
        while not self.cloud.passed(deadline):
            try:
                progress = await self.cloud.progress(self.call)
                busy = await self.cloud.busy()
            except ProviderError as error:
                return unknown(f"it cannot be told whether it was taken: {error.message}")
            if progress is None:
                return unknown("it cannot be told whether it was taken: the cloud gives no answer")
            if progress.phase is not Phase.NOT_BEGUN:
                return done(f"it was taken: {progress.words}")
            # A pair that is busy may be busy with it.
            idle = 0 if busy else idle + 1
            if idle == SETTLING_LOOKS:
                return not_done(f"it was not taken: {progress.words}")
            await self.cloud.pause(f"looking whether it was taken: {progress.words}")
        return unknown(f"it cannot be told whether it was taken: {busy}")

    async def undo(self) -> StepResult:
        looked = await self.look()
        if looked.status is not_done().status:
            refusal = self.facts.get(_REFUSAL)
            return undone(f"it was not taken: {refusal}" if refusal else "it was not taken")
        if looked.status is not done().status:
            return looked
        if self.final:
            return forward_only(looked.detail)
        return await self._put_back(self.inverse) if self.inverse else undone("nothing to undo")

    async def _put_back(self, inverse: Call) -> StepResult:
        deadline = self.cloud.deadline()
        try:
            progress = await self.cloud.progress(inverse)
            if progress is None or progress.phase is Phase.NOT_BEGUN:
                sent = await self._sent(inverse)
                if sent.status is not done().status:
                    return sent
            while not self.cloud.passed(deadline):
                progress = await self.cloud.progress(inverse)
                if progress is not None and progress.phase is Phase.DONE:
                    return undone(progress.words)
                await self.cloud.pause(progress.words if progress else "the cloud gives no answer")
        except ProviderError as error:
            return unknown(f"whether it is put back cannot be told: {error.message}")
        return unknown(f"it is not put back after {units.duration(self.cloud.limit_seconds)}")

    async def _sent(self, call: Call) -> StepResult:
        deadline = self.cloud.deadline()
        busy = ""
        while not self.cloud.passed(deadline):
            if self.cloud.cancelled() and not self.always and busy:
                return failed(f"cancelled before it was sent: {busy}")
            try:
                busy = await self.cloud.busy()
                if not busy:
                    request_id = await self.cloud.tasks.send(self.cloud.pair, call)
                    return done("taken" + (f", request {request_id}" if request_id else ""))
            except ProviderError as error:
                if error.kind not in _NOT_YET:
                    return _refused(error)
                busy = error.message
            await self.cloud.pause(f"waiting to send: {busy}")
        return failed(f"not sent within {units.duration(self.cloud.limit_seconds)}: {busy}")

    async def _is_another_process(self) -> bool:
        if self.session is None or self.run_id is None:
            return False
        self.session.expect(None)
        try:
            return (await self.session.info("server")).run_id not in (None, self.run_id)
        except SILENT:
            return False


def _refused(error: ProviderError) -> StepResult:
    """A network that was never reached has taken nothing; only UNKNOWN was sent and not answered."""
    if error.kind is ProviderErrorKind.UNKNOWN:
        return unknown(f"{error.message}; redistui operations resume looks, and puts back what was turned off for it")
    words = error.message + (f" ({error.hint})" if error.hint else "")
    return failed(words, **{_REFUSAL: words})


@dataclass
class CloudWait:
    cloud: Cloud
    call: Call
    restarts: bool

    async def run(self) -> StepResult:
        deadline, idle, seen = self.cloud.deadline(), 0, False
        words = "the cloud gives no answer"
        while not self.cloud.passed(deadline):
            try:
                progress = await self.cloud.progress(self.call)
                busy = await self.cloud.busy()
            except ProviderError as error:
                words = f"it was taken, and how far it is cannot be asked: {error.message} ({error.hint})"
                return failed(words) if error.kind is ProviderErrorKind.NOT_FOUND else unknown(words)
            if progress is not None:
                words = progress.words
                if progress.phase is Phase.DONE:
                    return done(words)
                if progress.phase is Phase.FAILED:
                    return failed(words)
                seen = seen or progress.phase is Phase.RUNNING
                idle = idle + 1 if progress.phase is Phase.NOT_BEGUN and not busy else 0
                if idle > SETTLING_LOOKS and seen and self.restarts:
                    return done(words)
                if idle > 2 * SETTLING_LOOKS:
                    return failed(f"the cloud took the call and does not carry it out: {words}")
            await self.cloud.pause(words)
        limit = units.duration(self.cloud.limit_seconds)
        return unknown(f"not done after {limit}: {words}; redistui operations resume goes on waiting")

    async def look(self) -> StepResult:
        return not_done("it is waited for once more")

    async def undo(self) -> StepResult:
        return undone("nothing to undo")
