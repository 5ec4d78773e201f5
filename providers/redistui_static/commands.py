"""Running the operator's own commands for what a bare address cannot do."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager

from redistui.model.errors import ProviderError, ProviderErrorKind

OUTPUT_LIMIT_BYTES = 4 * 1024 * 1024
OUTPUT_GRACE_SECONDS = 1.0
_READ_BYTES = 64 * 1024
_STEP_SECONDS = 0.02
_COMPLAINT_LIMIT = 300


async def run(
    command: Sequence[str],
    values: Mapping[str, object],
    what: str,
    limit_seconds: float,
    hidden_variables: Collection[str] = (),
) -> bytes:
    """The end of what it printed. `values` fill the placeholders; `hidden_variables` hold secrets it must not get."""
    filled = [_filled(argument, values) for argument in command]
    visible = {name: value for name, value in os.environ.items() if name not in hidden_variables}
    try:
        async with asyncio.timeout(limit_seconds), _started(filled, visible) as process:
            output, complaint = await _finished(process)
            code = process.returncode
    except TimeoutError:
        raise ProviderError(
            ProviderErrorKind.NETWORK,
            f"the command for {what} ({command[0]}) did not end within {limit_seconds:g} s, and was ended",
            hint="try it by hand; it gets no terminal to ask questions on",
        ) from None
    except OSError as error:
        raise ProviderError(
            ProviderErrorKind.UNSUPPORTED,
            f"the command for {what} cannot be run: {command[0]}: {error.strerror}",
            hint="correct `commands` of the pair in the configuration",
        ) from None
    if code:
        said = complaint.decode(errors="replace").strip().splitlines()[-2:]
        raise ProviderError(
            ProviderErrorKind.UNKNOWN,
            f"the command for {what} ({command[0]}) failed: {' · '.join(said)[:_COMPLAINT_LIMIT] or 'it said nothing'}",
            hint="try it by hand",
            code=str(code),
        )
    return output


@asynccontextmanager
async def _started(command: Sequence[str], variables: Mapping[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """In a session of its own, of which nothing is left afterwards."""
    starting = asyncio.create_task(
        asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=variables,
            start_new_session=True,
        )
    )
    try:
        # Not cancelled half-way: what it had started by then would go on.
        yield await asyncio.shield(starting)
    finally:
        await asyncio.shield(_end(starting))


async def _end(starting: "asyncio.Task[asyncio.subprocess.Process]") -> None:
    await asyncio.wait([starting])
    if starting.exception():
        return
    process = starting.result()
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    # Outputs that a daemon keeps open have no public way to be closed.
    process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001


async def _finished(process: asyncio.subprocess.Process) -> tuple[bytes, bytes]:
    """The end of both outputs. A daemon that the command started may keep them open for ever."""
    kept = bytearray(), bytearray()
    streams = (process.stdout, process.stderr)
    readers = [asyncio.create_task(_keep_end(stream, end)) for stream, end in zip(streams, kept, strict=True) if stream]
    try:
        # Process.wait() waits for the outputs too in some versions of Python.
        while process.returncode is None:  # noqa: ASYNC110
            await asyncio.sleep(_STEP_SECONDS)
        await asyncio.wait(readers, timeout=OUTPUT_GRACE_SECONDS)
    finally:
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
    return bytes(kept[0]), bytes(kept[1])


async def _keep_end(stream: asyncio.StreamReader, end: bytearray) -> None:
    while block := await stream.read(_READ_BYTES):
        end += block
        del end[:-OUTPUT_LIMIT_BYTES]


def _filled(argument: str, values: Mapping[str, object]) -> str:
    for name, value in values.items():
        argument = argument.replace(f"{{{name}}}", str(value))
    return argument
