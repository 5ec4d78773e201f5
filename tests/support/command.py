"""The real command as a subprocess, with a HOME and a state folder of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LIMIT_SECONDS = 30.0
NO_ENGINE = "unix:///nonexistent/docker.sock"  # else the containers of whoever runs the tests show


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Command:
    """`Command(tmp_path)("pairs", "--json")`."""

    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def config_file(self) -> Path:
        return self.folder / "config.toml"

    def configure(self, text: str) -> None:
        self.config_file.touch(mode=0o600)
        self.config_file.write_text(text, encoding="utf-8")

    def environment(self, **variables: str) -> dict[str, str]:
        for name in ("home", "state"):
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)
        environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.folder / "home"),
            "REDISTUI_STATE": str(self.folder / "state"),
            "DOCKER_HOST": NO_ENGINE,
        }
        if self.config_file.exists():
            environment["REDISTUI_CONFIG"] = str(self.config_file)
        return environment | dict(self.variables) | variables

    def arguments(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "redistui", *arguments]

    def __call__(self, *arguments: str, **variables: str) -> Result:
        done = subprocess.run(
            self.arguments(*arguments),
            env=self.environment(**variables),
            cwd=self.folder,
            capture_output=True,
            timeout=LIMIT_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # no terminal to ask on, also where the tests have one
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        """Left running: read its stdout, and end it."""
        return subprocess.Popen(
            self.arguments(*arguments),
            env=self.environment(**variables),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
