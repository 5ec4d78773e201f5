"""Running the operator's own commands for what a bare address cannot do."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager

from redistui.model.errors import ProviderError, ProviderErrorKind

OUTPUT_LIMIT_BYTES = 4 * 1024 * 1024
_READ_BYTES = 64 * 1024
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
            assert process.stdout is not None
            assert process.stderr is not None
            output, complaint = await asyncio.gather(_end_of(process.stdout), _end_of(process.stderr))
            code = await process.wait()
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
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=variables,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await asyncio.shield(process.wait())


async def _end_of(stream: asyncio.StreamReader) -> bytes:
    kept = bytearray()
    while block := await stream.read(_READ_BYTES):
        kept += block
        del kept[:-OUTPUT_LIMIT_BYTES]
    return bytes(kept)


def _filled(argument: str, values: Mapping[str, object]) -> str:
    for name, value in values.items():
        argument = argument.replace(f"{{{name}}}", str(value))
    return argument
