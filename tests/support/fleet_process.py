"""A process of many nodes, one listener each on addresses 127.1.x.y, that replay real INFO of linked pairs with
advancing offsets. By hand, in the folder tests: `python -m support.fleet_process --nodes 600`; it ends with its stdin.
"""

import argparse
import asyncio
import contextlib
import json
import resource
import socket
import sys
import time
from functools import partial

import hiredis

from redistui.model.endpoint import Address

from .responder import OK, bulk, info_text


class _FleetNode(asyncio.Protocol):
    """One connection to a node of a fleet: answers INFO with advancing offsets, everything else with OK."""

    def __init__(self, template: str, bytes_per_second: int) -> None:
        self._template = template
        self._bytes_per_second = bytes_per_second
        self._reader = hiredis.Reader(encoding="utf-8")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        assert isinstance(self._transport, asyncio.Transport)
        self._reader.feed(data)
        while (command := self._reader.gets()) is not False:
            answer = bulk(self._info()) if command[0].upper() == "INFO" else OK
            self._transport.write(answer)

    def _info(self) -> str:
        now = time.time()
        offset = int(now * self._bytes_per_second) % 10**12
        return self._template.replace("@OFFSET", str(offset)).replace("@COMMANDS", str(int(now * 100) % 10**12))


def _template(role: str, address: Address, partner: Address, number: int, version: str) -> str:
    lines = []
    for line in info_text(version, role).split("\r\n"):
        key, _, value = line.partition(":")
        if key in ("master_repl_offset", "slave_repl_offset", "slave_read_repl_offset"):
            value = "@OFFSET"
        elif key == "total_commands_processed":
            value = "@COMMANDS"
        elif key == "run_id":
            value = f"{number + 1:040x}"
        elif key == "master_replid":
            value = f"{number // 2 + 1:040x}"
        elif key == "tcp_port":
            value = str(address.port)
        elif key in ("master_host", "master_port"):
            value = str(partner.host if key == "master_host" else partner.port)
        elif key == "slave0":
            value = f"ip={partner.host},port={partner.port},state=online,offset=@OFFSET,lag=0"
        lines.append(f"{key}:{value}" if ":" in line else line)
    return "\r\n".join(lines)


def fleet_address(number: int, port: int) -> Address:
    return Address(f"127.1.{number // 200}.{1 + number % 200}", port)


async def _serve(nodes: int, dead: int, silent: int, version: str, bytes_per_second: int) -> None:
    loop = asyncio.get_running_loop()
    with socket.socket() as probe:
        probe.bind(("127.1.0.1", 0))
        port = int(probe.getsockname()[1])
    addresses = [fleet_address(number, port) for number in range(nodes)]
    servers = []
    for number, address in enumerate(addresses[: nodes - dead]):
        partner = addresses[number ^ 1] if number ^ 1 < nodes else address
        template = _template("replica" if number % 2 else "primary", address, partner, number, version)
        answers = number < nodes - dead - silent
        factory = partial(_FleetNode, template, bytes_per_second) if answers else asyncio.Protocol
        servers.append(await loop.create_server(factory, address.host, port))
    print(json.dumps([[address.host, address.port] for address in addresses]), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=2)
    parser.add_argument("--dead", type=int, default=0)
    parser.add_argument("--silent", type=int, default=0)
    parser.add_argument("--version", default="7.0")
    parser.add_argument("--bytes-per-second", type=int, default=1000)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options.nodes, options.dead, options.silent, options.version, options.bytes_per_second))


if __name__ == "__main__":
    main()
