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

from .redis_server import RedisServer, ReplicatedPair, ServerError
from .slow_link import SlowLink

MB = 1 << 20
FILL = "for i = 1, ARGV[1] do redis.call('SET', KEYS[1] .. i, string.rep('x', ARGV[2])) end"
JAM_SECONDS = 22.0
SLOW_BYTES_PER_SECOND, JAMMED_BYTES_PER_SECOND = 440_000, 40_000  # orders takes about 370 KB of writes a second
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
        with contextlib.suppress(ServerError):  # no more than fits
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
    policy: str = "allkeys-lru"
    backlog: str = "16mb"


PAIRS = (
    Plan("shop", "orders", "8.2", 1, 64 * MB, (900, 2600, 60_000, 400)),
    Plan("shop", "sessions", "7.0", 2, 96 * MB, (400, 1500, 40_000, 700)),
    Plan("shop", "carts", "6.2", 1, 32 * MB, (150, 400, 20_000, 300)),
    Plan("shop", "rate-limits", "7.0", 1, 16 * MB, (300, 300, 4_000, 60)),
    Plan("shop", "inventory", "7.0", 1, 48 * MB, (40, 160, 30_000, 600)),
    Plan("shop", "pricing", "8.2", 1, 24 * MB, (20, 900, 12_000, 250)),
    Plan("lab", "billing", "7.0", 1, 32 * MB, (60, 120, 9_000, 200)),
    Plan("lab", "search", "8.2", 1, 32 * MB, (60, 200, 9_000, 500)),
    Plan("lab", "flags", "7.0", 1, 8 * MB, (20, 40, 13_500, 400), "noeviction", "1mb"),
)


class Site:
    """The pairs, their loads, and the configuration that names them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pairs: dict[str, ReplicatedPair] = {}
        self.loads: list[Load] = []
        self.link: SlowLink | None = None

    def start(self) -> None:
        for plan in PAIRS:
            pair = ReplicatedPair.start(
                self.folder / plan.name, plan.version, replicas=plan.replicas, maxmemory=plan.memory_bytes,
                maxmemory_policy=plan.policy, slowlog_log_slower_than=4000, repl_backlog_size=plan.backlog,
            )  # fmt: skip
            self.pairs[plan.name] = pair
            load = Load(pair.primary, *plan.load)
            load.fill()
            self.loads.append(load)
        self._slow_down(self.pairs["orders"])
        for load in self.loads:
            load.start()
        tables = {
            group: "".join(self._table(plan) for plan in PAIRS if plan.group == group) for group in ("shop", "lab")
        }
        Path(os.environ["REDISTUI_CONFIG"]).write_text(CONFIGURATION.format(**tables))
        _redistui("demo", "--detach")

    def _slow_down(self, pair: ReplicatedPair) -> None:
        """From now on its replica follows through a link of limited pace."""
        self.link = SlowLink(pair.primary.address.port, SLOW_BYTES_PER_SECOND)
        pair.replica.cli("REPLICAOF", "127.0.0.1", self.link.port)
        pair.wait_linked()

    def _table(self, plan: Plan) -> str:
        pair = self.pairs[plan.name]
        replicas = ", ".join(f'"{replica.address}"' for replica in pair.replicas)
        lines = [f"[[providers.{plan.group}.pairs]]", f'name = "{plan.name}"']
        lines += [f'primary = "{pair.primary.address}"', f"replicas = [{replicas}]"]
        if plan.name == "orders" and self.link is not None:
            lines.append(f'peers = [{{ address = "{pair.primary.address}", peer = "127.0.0.1:{self.link.port}" }}]')
        return "\n".join(lines) + "\n"

    def trouble(self) -> None:
        """A replica that dies, a primary that hangs, a setting that differs, and a link that jams for a while."""
        self.pairs["billing"].replica.kill()
        self.pairs["search"].primary.freeze()
        self.pairs["carts"].replica.cli("CONFIG", "SET", "maxmemory", 16 * MB)
        if self.link is not None:
            self.link.bytes_per_second = JAMMED_BYTES_PER_SECOND
            time.sleep(JAM_SECONDS)
            self.link.bytes_per_second = SLOW_BYTES_PER_SECOND

    def stop(self) -> None:
        for load in self.loads:
            load.stopped.set()
        for pair in self.pairs.values():
            for server in pair.servers:
                server.kill()
        if self.link is not None:
            self.link.close()
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
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "REDISTUI_CONFIG": str(home / ".config" / "redistui" / "config.toml"),
            "REDISTUI_STATE": str(home / ".state"),
        }
        made = Site(folder)
        try:
            made.start()
            yield made
        finally:
            made.stop()
