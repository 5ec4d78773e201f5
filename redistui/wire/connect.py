"""A TCP connection to an endpoint: names resolved without blocking anybody, every address tried."""

import asyncio
import socket
import threading
from typing import Any

from redistui.model.endpoint import Endpoint

from .failures import WireFailure, from_os_error, unresolved

_Target = tuple[socket.AddressFamily, tuple[Any, ...]]


async def connected_socket(endpoint: Endpoint) -> socket.socket:
    """Connect to the first of the host's addresses that accepts. Raises WireFailure; the time limit is the caller's."""
    failure: WireFailure | None = None
    for family, target in await _resolve(endpoint):
        candidate = socket.socket(family, socket.SOCK_STREAM)
        try:
            candidate.setblocking(False)
            await asyncio.get_running_loop().sock_connect(candidate, target)
        except OSError as error:
            candidate.close()
            failure = failure or from_os_error(error, endpoint)
        except BaseException:
            candidate.close()
            raise
        else:
            return candidate
    raise failure or unresolved(endpoint, "no address")


async def _resolve(endpoint: Endpoint) -> list[_Target]:
    host, port = endpoint.address.host, endpoint.address.port
    try:
        return _targets(host, port, socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        pass
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[_Target]] = loop.create_future()

    def deliver(targets: list[_Target], failure: WireFailure | None) -> None:
        if answer.done():
            return
        if failure is None:
            answer.set_result(targets)
        else:
            answer.set_exception(failure)

    def look_up() -> None:
        targets: list[_Target] = []
        failure = None
        try:
            targets = _targets(host, port, 0)
        except OSError as error:
            failure = unresolved(endpoint, (error.strerror or str(error)).lower())
        except UnicodeError:  # a label that is empty or too long
            failure = unresolved(endpoint, "it is not a host name")
        if not loop.is_closed():
            loop.call_soon_threadsafe(deliver, targets, failure)

    # Not the loop's executor: a few names that DNS leaves waiting would hold up all others, and the end of the program.
    threading.Thread(target=look_up, name=f"resolve {host}", daemon=True).start()
    return await answer


def _targets(host: str, port: int, flags: int) -> list[_Target]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return [(family, target) for family, _, _, _, target in found]
