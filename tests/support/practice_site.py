"""Real pairs in different states, with loads and a configuration: what the pictures in the README show."""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .redis_server import RedisServer, ReplicatedPair

MB = 1 << 20
FILL = "for i = 1, ARGV[1] do redis.call('SET', KEYS[1] .. i, string.rep('x', ARGV[2])) end"
FROZEN_FOR_SECONDS = 3.0
CONFIGURATION = """\
[environments.prod]
read_only = true
[environments.staging]

[providers.shop]
type = "static"
environment = "prod"
{shop}
[providers.lab]
type = "static"
environment = "staging"
{lab}
[providers.containers]
type = "docker"
environment = "staging"
"""


@dataclass
class Load:
    """Writes and reads at a steady pace, until stopped."""

    server: RedisServer
    writes_per_second: int
    reads_per_second: int
    keys: int
    value_bytes: int
    stopped: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def fill(self) -> None:
        self.server.cli("EVAL", FILL, 1, "item:", self.keys, self.value_bytes)

    def _run(self) -> None:
        import redis

        client = redis.Redis(self.server.address.host, self.server.address.port)
        number = 0
        while not self.stopped.wait(0.05):
            with contextlib.suppress(redis.RedisError):
                pipeline = client.pipeline(transaction=False)
                for _ in range(self.writes_per_second // 20):
                    number += 1
                    pipeline.set(f"item:{number * 7919 % self.keys + 1}", "y" * self.value_bytes)
                for _ in range(self.reads_per_second // 20):
                    number += 1
                    pipeline.get(f"item:{number * 104729 % (self.keys * 11 // 10) + 1}")
                pipeline.execute()
        client.close()


@dataclass(frozen=True)
class Plan:
    """A pair to start: whose it is, which server, how many replicas, and its load."""

    group: str
    name: str
    version: str
    replicas: int
    memory_bytes: int
    load: tuple[int, int, int, int]  # writes and reads a second, keys, bytes a value


PAIRS = (
    Plan("shop", "orders", "8.2", 1, 64 * MB, (900, 2600, 60_000, 400)),
    Plan("shop", "sessions", "7.0", 2, 96 * MB, (400, 1500, 40_000, 700)),
    Plan("shop", "carts", "6.2", 1, 32 * MB, (150, 400, 20_000, 300)),
    Plan("shop", "rate-limits", "7.0", 1, 16 * MB, (300, 300, 4_000, 60)),
    Plan("lab", "billing", "7.0", 1, 32 * MB, (60, 120, 9_000, 200)),
    Plan("lab", "search", "8.2", 1, 32 * MB, (60, 200, 9_000, 500)),
)


class Site:
    """The pairs, their loads, and the configuration that names them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pairs: dict[str, ReplicatedPair] = {}
        self.loads: list[Load] = []

    def start(self) -> None:
        for plan in PAIRS:
            pair = ReplicatedPair.start(
                self.folder / plan.name, plan.version, replicas=plan.replicas, maxmemory=plan.memory_bytes,
                maxmemory_policy="allkeys-lru", slowlog_log_slower_than=4000, repl_backlog_size="2mb",
            )  # fmt: skip
            self.pairs[plan.name] = pair
            load = Load(pair.primary, *plan.load)
            load.fill()
            self.loads.append(load)
        for load in self.loads:
            load.start()
        tables = {
            group: "".join(self._table(plan) for plan in PAIRS if plan.group == group) for group in ("shop", "lab")
        }
        Path(os.environ["REDISTUI_CONFIG"]).write_text(CONFIGURATION.format(**tables))
        _redistui("demo", "--detach")

    def _table(self, plan: Plan) -> str:
        pair = self.pairs[plan.name]
        replicas = ", ".join(f'"{replica.address}"' for replica in pair.replicas)
        return (
            f'[[providers.{plan.group}.pairs]]\nname = "{plan.name}"\n'
            f'primary = "{pair.primary.address}"\nreplicas = [{replicas}]\n'
        )

    def trouble(self) -> None:
        """A replica that dies, a primary that hangs, a setting that differs, and a link with a past."""
        self.pairs["billing"].replica.kill()
        self.pairs["search"].primary.freeze()
        self.pairs["carts"].replica.cli("CONFIG", "SET", "maxmemory", 16 * MB)
        self.pairs["orders"].replica.freeze()
        time.sleep(FROZEN_FOR_SECONDS)
        self.pairs["orders"].replica.thaw()

    def stop(self) -> None:
        for load in self.loads:
            load.stopped.set()
        for pair in self.pairs.values():
            for server in pair.servers:
                server.kill()
        _redistui("demo", "--stop")


def _redistui(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "redistui", *arguments], stdin=subprocess.DEVNULL, timeout=60, check=True)


@contextlib.contextmanager
def site() -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="redistui-") as name:
        folder = Path(name)
        home = folder / "home"
        (home / ".config" / "redistui").mkdir(parents=True)
        os.environ |= {
            "HOME": str(home),
            "REDISTUI_CONFIG": str(home / ".config" / "redistui" / "config.toml"),
            "REDISTUI_STATE": str(home / ".state"),
        }
        made = Site(folder)
        try:
            made.start()
            yield made
        finally:
            made.stop()
