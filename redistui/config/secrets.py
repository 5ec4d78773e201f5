"""Fetching secrets from where the configuration says they are kept.

Blocking work runs in threads that nobody waits for at the end; no value ever stands in an exception.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from redistui.model.errors import ConfigurationError
from redistui.model.secret import Secret, SecretReference, SecretSource

from .secret_sources import fetch

_FRESH_SECONDS = 60.0
_PROMPT_LIMIT_SECONDS = 300.0
_LIMIT_SECONDS = 30.0
# Sources that cost a process or a question to the desktop; variables and files are simply read again.
_SLOW = (SecretSource.COMMAND, SecretSource.KEYRING)


class Secrets:
    """Resolves references. `prompt` asks the operator, on a thread of its own; without it such a secret is refused.

    Who asks for the same reference at the same time shares one answer. Commands and keyrings are asked again after
    a minute, so that a rotated password is seen; a prompt is asked once, until `forget`.
    """

    def __init__(
        self, prompt: Callable[[str], str] | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._prompt = prompt
        self._clock = clock
        self._lock = threading.Lock()
        self._prompt_lock = threading.Lock()
        self._answers: dict[SecretReference, tuple[Future[Secret], float]] = {}

    async def resolve(self, reference: SecretReference | Secret) -> Secret:
        """Raises ConfigurationError with the way out."""
        if isinstance(reference, Secret):
            return reference
        limit = _PROMPT_LIMIT_SECONDS if reference.source is SecretSource.PROMPT else _LIMIT_SECONDS
        answer = asyncio.wrap_future(self._answer(reference))
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())  # seen, also if nobody waits
        # asyncio.wait leaves the answer alone when this caller is cancelled or late: others wait for it too.
        await asyncio.wait((answer,), timeout=limit)
        if not answer.done():
            raise ConfigurationError(
                f"The secret from {reference.source.value} did not come within {limit:.0f} s",
                hint="Look for a locked keyring, a file on a network that is gone, or a question that waits.",
            )
        problem = answer.exception()
        if problem is None:
            return answer.result()
        # A new one each time: an exception that is raised again and again grows by its tracebacks.
        raise ConfigurationError(str(problem), hint=getattr(problem, "hint", ""))

    def forget(self, reference: SecretReference) -> None:
        """Fetch it anew next time: it was refused by the server."""
        with self._lock:
            self._answers.pop(reference, None)

    def _answer(self, reference: SecretReference) -> Future[Secret]:
        with self._lock:
            known = self._answers.get(reference)
            if known is not None and self._usable(reference, *known):
                return known[0]
            future: Future[Secret] = Future()
            self._answers[reference] = (future, self._clock())
        threading.Thread(
            target=self._work, args=(reference, future), name=f"secret-{reference.source.value}", daemon=True
        ).start()
        return future

    def _usable(self, reference: SecretReference, future: Future[Secret], asked_at: float) -> bool:
        if not future.done() or reference.source is SecretSource.PROMPT:
            return True
        if future.exception() is not None or reference.source not in _SLOW:
            return False
        return self._clock() - asked_at < _FRESH_SECONDS

    def _work(self, reference: SecretReference, future: Future[Secret]) -> None:
        try:
            future.set_result(self._ask(reference) if reference.source is SecretSource.PROMPT else fetch(reference))
        except ConfigurationError as error:
            future.set_exception(error)
        except BaseException as error:  # noqa: BLE001 - a thread's end: without an answer, callers would wait
            future.set_exception(_unexpected(reference, error))

    def _ask(self, reference: SecretReference) -> Secret:
        words = reference.locator[0]
        if self._prompt is None:
            raise ConfigurationError(
                f"The secret {words!r} has to be typed, and there is no terminal to ask on",
                hint="Run it in a terminal, or keep the secret in env, file, keyring or command.",
            )
        with self._prompt_lock:
            try:
                typed = self._prompt(words)
            except (EOFError, KeyboardInterrupt):
                typed = ""
        if not typed:
            raise ConfigurationError(f"The secret {words!r} was not typed", hint="Start again to be asked once more.")
        return Secret(typed)


def _unexpected(reference: SecretReference, error: BaseException) -> ConfigurationError:
    # The text of a foreign exception may hold the secret.
    return ConfigurationError(f"The secret from {reference.source.value} could not be read: {type(error).__name__}")
