"""What watching a node costs: sample, lag, rules and publication, beside a plain redis-py loop in the same run.

The servers are a responder process that replays real INFO. Prints a table; asserts the reach only with `make bench`.
"""

import asyncio
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from support.responder import Fleet

from redistui.model.endpoint import Address

pytestmark = pytest.mark.benchmark

TESTS = Path(__file__).parents[1]
SECONDS = 10.0
SETTLE_SECONDS = 6.0
PEER_NODES = 200


def raise_file_limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def watch(addresses: Sequence[Address]) -> None:
    """The whole monitor on these nodes; prints CPU seconds, wall seconds, megabytes and healthy pairs."""
    from support.watched import listed, pair_of, statuses, watching

    provider = listed()
    numbered = enumerate(zip(addresses[::2], addresses[1::2], strict=True))
    provider.pairs = [pair_of("test", f"pair-{number:04}", *nodes) for number, nodes in numbered]
    with watching(provider) as monitor:
        time.sleep(SETTLE_SECONDS)
        cpu, began = time.process_time(), time.monotonic()
        time.sleep(SECONDS)
        print(time.process_time() - cpu, time.monotonic() - began, resident_megabytes(), flush=True)
        print(Counter(status.value for status in statuses(monitor.latest).values())["healthy"], flush=True)


async def poll_with_redis_py(addresses: Sequence[Address]) -> None:
    """The straightforward way: a client a node, INFO of all of them once a second."""
    import redis.asyncio

    clients = [redis.asyncio.Redis(host=address.host, port=address.port) for address in addresses]
    await asyncio.gather(*(client.info() for client in clients))
    cpu, began, rounds = time.process_time(), time.monotonic(), 0
    while time.monotonic() - began < SECONDS:
        await asyncio.gather(*(client.info() for client in clients))
        rounds += 1
        await asyncio.sleep(max(0.0, began + rounds - time.monotonic()))
    print(time.process_time() - cpu, rounds, resident_megabytes(), 0, flush=True)
    for client in clients:
        await client.aclose()


def measured(mode: str, addresses: Sequence[Address]) -> tuple[float, float, float, int]:
    """In a process of its own: CPU seconds, seconds or rounds, megabytes, healthy pairs."""
    command = [sys.executable, __file__, mode, *(f"{address.host}:{address.port}" for address in addresses)]
    environment = os.environ | {"PYTHONPATH": str(TESTS)}
    answer = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=True)
    cpu, wall, megabytes, healthy = answer.stdout.split()
    return float(cpu), float(wall), float(megabytes), int(healthy)


def test_cost_of_watching_a_fleet() -> None:
    raise_file_limit()
    lines = ["", f"{'':34}{'µs a node-tick':>16}{'% of a core':>14}{'MB':>8}"]

    def tell(name: str, cpu: float, wall: float, nodes: int, megabytes: float) -> float:
        cost = cpu / wall / nodes * 1e6
        lines.append(f"{name:34}{cost:16.0f}{100 * cpu / wall:14.1f}{megabytes:8.0f}")
        return cost

    costs: dict[int, float] = {}
    for nodes in (100, 1000, 2000):
        with Fleet(nodes) as fleet:
            cpu, wall, megabytes, healthy = measured("watch", fleet.addresses)
        assert healthy == nodes // 2
        costs[nodes] = tell(f"redistui, {nodes} nodes", cpu, wall, nodes, megabytes)
        if nodes == 2000:
            assert megabytes <= 200
    with Fleet(PEER_NODES) as fleet:
        cpu, rounds, megabytes, _ = measured("redis-py", fleet.addresses)
        peer = tell(f"redis-py loop, INFO only, {PEER_NODES} nodes", cpu, rounds, PEER_NODES, megabytes)
    lines.append(f"redis-py loop / redistui at 1000 nodes: {peer / costs[1000]:.1f}×")
    print("\n".join(lines))


if __name__ == "__main__":
    raise_file_limit()
    nodes = [Address.parse(text) for text in sys.argv[2:]]
    if sys.argv[1] == "watch":
        watch(nodes)
    else:
        asyncio.run(poll_with_redis_py(nodes))
