"""How long a command takes from its start to its end, beside peers in the same run. Prints; never fails by seconds."""

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from support.command import Command
from support.redis_server import ReplicatedPair

pytestmark = [pytest.mark.benchmark, pytest.mark.live, pytest.mark.requires("redis")]

RUNS = 15


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Command]:
    command = Command(tmp_path)
    assert command("demo", "--detach").code == 0
    yield command
    assert command("demo", "--stop").code == 0


def milliseconds(arguments: list[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Minimum and median."""
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run(arguments, env=environment, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=True)
        taken.append((time.perf_counter() - began) * 1000)
    return min(taken), statistics.median(taken)


def test_from_start_to_end(demo: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ReplicatedPair.start(tmp_path / "peer") as peer:
        nodes = [["-h", server.address.host, "-p", str(server.address.port)] for server in peer.servers]
        redis_cli = shutil.which("redis-cli")
        twice = " && ".join(f"{redis_cli} {' '.join(node)} info" for node in nodes)
        redis_py = "import redis\n" + "".join(f"redis.Redis({node[1]!r}, {node[3]}).info()\n" for node in nodes)
        measured = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "redis-cli info, twice": ["sh", "-c", twice] if redis_cli else [],
            "redis-py info, twice": [sys.executable, "-c", redis_py],
            "redistui --help": demo.arguments("--help"),
            "redistui providers": demo.arguments("providers"),
            "redistui pairs --json, one embedded pair": demo.arguments("pairs", "--json"),
            "redistui check demo": demo.arguments("check", "local/demo"),
            "redistui show demo": demo.arguments("show", "local/demo"),
        }
        results = {name: milliseconds(command, demo.environment()) for name, command in measured.items() if command}
    with capsys.disabled():
        print(f"\n{'':<42}{'min ms':>8}{'median ms':>11}   ({RUNS} runs each)")
        for name, (least, median) in results.items():
            print(f"{name:<42}{least:>8.0f}{median:>11.0f}")
