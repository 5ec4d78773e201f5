"""A static pair that the real command promotes, and what the journal tells of it."""

import json
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from redistui.model.endpoint import Address
from redistui.model.operation import EntryKind
from redistui.operations.places import journal_path, runner_log_path
from redistui.store.journal import Journal, Recorded

from .command import Command, Result
from .redis_server import RedisServer, ReplicatedPair
from .waiting import wait_until


@dataclass
class Site:
    """`reached` is how the command reaches a server, where that is not its own address."""

    command: Command
    pair: ReplicatedPair
    reached: dict[Address, Address] = field(default_factory=dict)

    @property
    def state(self) -> Path:
        return self.command.folder / "state"

    def configure(self, environment: str = "", *, password: str = "") -> None:
        """`environment` are the lines of `[environments.prod]`, `password` the value of that key."""
        addresses = [server.address for server in self.pair.servers]
        primary, *replicas = [str(self.reached.get(address, address)) for address in addresses]
        peers = [f'{{ address = "{ours}", peer = "{theirs}" }}' for theirs, ours in self.reached.items()]
        self.command.configure(
            f"[environments.prod]\n{environment}\n"
            '[providers.here]\ntype = "static"\nenvironment = "prod"\n[[providers.here.pairs]]\nname = "orders"\n'
            f'primary = "{primary}"\nreplicas = {json.dumps(replicas)}\n'
            + (f"peers = [{', '.join(peers)}]\n" if peers else "")
            + (f"password = {password}\n" if password else "")
        )

    def promote(self, *arguments: str, **variables: str) -> Result:
        return self.command("promote", "orders", *arguments, **variables)

    def operations(self, *arguments: str) -> Result:
        return self.command("operations", *arguments)

    def entries(self) -> tuple[Recorded, ...]:
        """Of the newest operation; none while there is none."""
        if not journal_path(self.state).exists():
            return ()
        journal = Journal(journal_path(self.state))
        try:
            known = journal.operations()
            return journal.entries(known[0]) if known else ()
        finally:
            journal.close()

    def runner(self) -> psutil.Process:
        """The process that took the newest operation last."""
        attached = [one.entry.payload["process"] for one in self.entries() if one.entry.kind is EntryKind.ATTACH]
        pid = attached[-1]
        assert isinstance(pid, int)
        return psutil.Process(pid)

    def kill_runner(self) -> None:
        wait_until(lambda: any(one.entry.kind is EntryKind.ATTACH for one in self.entries()), "a runner took it")
        runner = self.runner()
        os.kill(runner.pid, signal.SIGKILL)
        wait_until(lambda: _is_gone(runner), "the runner is gone")

    def wait_hook(self) -> None:
        wait_until(lambda: (self.command.folder / "running").exists(), "the hook runs")

    def wait_ended(self, limit_seconds: float = 20.0) -> None:
        wait_until(
            lambda: bool(entries := self.entries()) and entries[-1].entry.kind is EntryKind.END,
            "the operation has ended",
            limit_seconds,
        )

    def primary(self) -> RedisServer:
        """The only one."""
        [primary] = [server for server in self.pair.servers if server.info()["role"] == "master"]
        return primary

    def kept_texts(self) -> Sequence[tuple[Path, bytes]]:
        """Every file of the state folder, the journal and the runner's log among them."""
        files = [path for path in self.state.rglob("*") if path.is_file()]
        assert runner_log_path(self.state) in files
        return [(path, path.read_bytes()) for path in files]


def _is_gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def hook(folder: Path, text: str) -> str:
    """The line of an environment for a hook that is this shell script."""
    script = folder / "move-vip"
    script.write_text(f"#!/bin/sh\n{text}\n")
    script.chmod(0o700)
    return f'hooks = {{ after_promote = ["{script}", "--now"] }}'


def waiting_hook(folder: Path) -> str:
    """One that tells by the file `running` that it runs, and ends once there is a file `go`."""
    waiting = f"while [ ! -e {folder}/go ]; do [ $PPID = 1 ] && exit 1; sleep 0.05; done"
    return hook(folder, f"touch {folder}/running; {waiting}")


def operation_of(result: Result) -> Any:
    """The operation's document, with the words beside it where there is none."""
    assert result.out, (result.code, result.err)
    return result.json
