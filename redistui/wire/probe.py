"""When a server stays silent or hangs up: does it speak the other language, TLS instead of plain or the reverse?

Plain Redis waits for ever for the end of a TLS greeting, and a TLS port just closes a plain connection.
"""

import asyncio
import ssl

from redistui.model.endpoint import Endpoint
from redistui.model.sample import FailureKind

from .connect import connected_socket
from .failures import WireFailure, speaks_no_tls, wants_tls

LIMIT_SECONDS = 1.0


async def sharpened(failure: WireFailure, endpoint: Endpoint) -> WireFailure:
    """The same failure, or the better one. Sends no secret."""
    if failure.kind is FailureKind.TIMEOUT and endpoint.tls is not None and await _speaks_plainly(endpoint):
        return speaks_no_tls(endpoint)
    if failure.kind is FailureKind.RESET and endpoint.tls is None and await _speaks_tls(endpoint):
        return wants_tls(endpoint)
    return failure


async def _speaks_plainly(endpoint: Endpoint) -> bool:
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            reader, writer = await asyncio.open_connection(sock=await connected_socket(endpoint))
            try:
                writer.write(b"PING\r\n")
                return await reader.read(1) in (b"+", b"-")
            finally:
                writer.transport.abort()
    except (OSError, WireFailure):
        return False


async def _speaks_tls(endpoint: Endpoint) -> bool:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            _, writer = await asyncio.open_connection(
                sock=await connected_socket(endpoint), ssl=context, server_hostname=endpoint.address.host
            )
            writer.transport.abort()
            return True
    except ssl.SSLError as error:
        return "ALERT" in (error.reason or "")  # it speaks TLS, and dislikes ours
    except (OSError, WireFailure):
        return False
