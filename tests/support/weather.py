"""Servers in every bad weather, each as one configured pair, beside a healthy one."""

import contextlib
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from redistui.model.endpoint import Address

from .certificates import Authority
from .redis_server import RedisServer, ReplicatedPair, free_port
from .responder import Fault, Responder, Script, Slowly, Torn, bulk, error, info_text

PASSWORD = "right-4711"
WRONG_PASSWORD = "wrong-0815"
INFO = bulk(info_text())

SCRIPTS: dict[str, Script] = {
    "silent": {"*": Fault.SILENCE},
    "slow": {"INFO": Slowly(INFO, 0.2, 16)},
    "torn": {"INFO": Torn(INFO)},
    "closing": {"*": Fault.CLOSE},
    "loading": {"INFO": error("LOADING Redis is loading the dataset in memory")},
    "busy": {"INFO": error("BUSY Redis is busy running a script. You can only call SCRIPT KILL")},
    "no-info": {"INFO": error("NOPERM this user has no permissions to run the 'info' command")},
    "renamed-info": {"INFO": error("ERR unknown command 'INFO', with args beginning with: ")},
    "full": {"*": error("ERR max number of clients reached")},
}


@dataclass(frozen=True)
class Settings:
    """The keys of one [[providers.weather.pairs]] table, as TOML."""

    name: str
    text: str


class Weather:
    """Use it as a context; `configuration` is then a static connection named `weather` with all its pairs."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        self._folder = folder
        self._authority = authority
        self._open = contextlib.ExitStack()
        self.pairs: list[Settings] = []

    @property
    def configuration(self) -> str:
        tables = (f'[[providers.weather.pairs]]\nname = "{pair.name}"\n{pair.text}\n' for pair in self.pairs)
        return '[providers.weather]\ntype = "static"\n' + "\n".join(tables)

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as opening:
            self._open = opening
            self._healthy()
            for name, script in SCRIPTS.items():
                self._add(name, opening.enter_context(Responder(script)).address)
            self._add("http", opening.enter_context(Responder(raw=b"HTTP/1.1 400 Bad Request\r\n\r\n")).address)
            self._add("unresolved", Address("no-such-host.invalid", 6379))
            self._add("refusing", Address("127.0.0.1", free_port()))
            self._add("dropped", self._full_queue())
            self._access()
            self._certificates()
            self._roles()
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _healthy(self) -> None:
        self._add("healthy", *self._pair("healthy"))

    def _access(self) -> None:
        locked = self._server("locked", password=PASSWORD)
        self._add("wrong-password", locked.address, more=f'password = "{WRONG_PASSWORD}"')
        self._add("no-password", self._server("locked-too", password=PASSWORD).address)
        users = ("default on nopass ~* &* +@all", "watch on >watch-pw +info +client|setname")
        barred = self._pair("barred", users=users)
        self._add("no-config", *barred, more='username = "watch"\npassword = "watch-pw"')
        self._add("renamed-config", *self._pair("renamed", rename_command='CONFIG ""'))

    def _certificates(self) -> None:
        issue = self._authority.issue
        good = f'ca = "{self._authority.path}"'
        trusted = self._server("tls", tls=issue())
        self._add("tls-not-spoken", trusted.address)
        self._add("tls-for-nobody", self._server("plain").address, more=f"tls = {{ {good} }}")
        self._add("expired", self._server("expired", tls=issue(expired=True)).address, more=f"tls = {{ {good} }}")
        self._add("other-name", self._server("named", tls=issue("redis.example")).address, more=f"tls = {{ {good} }}")
        other = Authority(self._folder / "other").path
        self._add("authority", self._server("signed", tls=issue()).address, more=f'tls = {{ ca = "{other}" }}')

    def _roles(self) -> None:
        upstream = self._server("outside")
        follower = self._server("follower", replica_of=upstream)
        ReplicatedPair(upstream, (follower,)).wait_linked()
        self._add("outside", follower.address)
        split = self._open.enter_context(ReplicatedPair.start(self._folder / "split"))
        split.replica.cli("REPLICAOF", "NO", "ONE")
        self._add("split", split.primary.address, split.replica.address)
        swapped = self._open.enter_context(ReplicatedPair.start(self._folder / "swapped"))
        self._add("swapped", swapped.replica.address, swapped.primary.address)
        drifted = self._open.enter_context(ReplicatedPair.start(self._folder / "drifted"))
        drifted.replica.cli("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        self._add("drifted", drifted.primary.address, drifted.replica.address)

    def _pair(self, name: str, **settings: object) -> tuple[Address, Address]:
        pair = self._open.enter_context(ReplicatedPair.start(self._folder / name, **settings))  # type: ignore[arg-type]
        return pair.primary.address, pair.replica.address

    def _server(self, name: str, **settings: object) -> RedisServer:
        return self._open.enter_context(RedisServer.start(self._folder / name, **settings))  # type: ignore[arg-type]

    def _full_queue(self) -> Address:
        """A listener whose queue is full: attempts get no answer, as behind a firewall that drops packets."""
        listener = self._open.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            filler = self._open.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        return Address(*listener.getsockname())

    def _add(self, name: str, primary: Address, *replicas: Address, more: str = "") -> None:
        listed = ", ".join(f'"{replica}"' for replica in replicas)
        self.pairs.append(Settings(name, f'primary = "{primary}"\nreplicas = [{listed}]\n{more}'))
