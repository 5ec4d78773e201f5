"""The text of a configuration file: read once and safely, parsed, and asked for the lines of its keys."""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from redistui.model.errors import ConfigurationError
from redistui.model.problems import KeyPath, Problem
from redistui.model.secret_reference import WAYS

from .files import OTHERS_MAY_USE, OTHERS_MAY_WRITE, FileStatus, read_file
from .lines import key_lines

_LARGEST_BYTES = 4 << 20
_MOST_PROBLEMS = 20
_POSITION = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|(end of document))\)$")


@dataclass(frozen=True)
class SourceFile:
    """`readable_by_others` decides whether a password may stand in it. The text stays out of every repr."""

    path: Path | None = None
    readable_by_others: bool = False
    text: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        return "configuration" if self.path is None else self.path.name

    @property
    def folder(self) -> Path:
        return Path.cwd() if self.path is None else self.path.parent

    @cached_property
    def _lines(self) -> Mapping[KeyPath, int]:
        return key_lines(self.text)

    @property
    def refuse_literals(self) -> str:
        """Why a password may not stand in this file, and the way out; empty when it may."""
        if not self.readable_by_others:
            return ""
        return f"since others can read this file: use {WAYS}, or run: chmod 600 '{self.path}'"

    def line(self, path: KeyPath) -> int | None:
        """The line of a key; for a key that is missing, that of the table where it belongs."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path)

    def told(self, problem: Problem) -> str:
        """`config.toml, line 12: providers.legacy.pairs[0].pasword is not known; did you mean password?`"""
        line = self.line(problem.path)
        return f"{self.name}{'' if line is None else f', line {line}'}: {problem}"

    def error(self, problems: Iterable[Problem], hint: str = "") -> ConfigurationError:
        """One error that tells all problems, in the order of the file."""
        ordered = sorted(problems, key=lambda problem: self.line(problem.path) or 0)
        lines = [self.told(problem) for problem in ordered[:_MOST_PROBLEMS]]
        if len(ordered) > _MOST_PROBLEMS:
            lines.append(f"… and {len(ordered) - _MOST_PROBLEMS} more")
        if not hint and self.path is not None:
            hint = f"The file is {self.path}"
        return ConfigurationError("\n".join(lines), hint=hint)


def read_source(path: Path, *, trusted: bool = True) -> SourceFile:
    """Read a file, which only its owner may change if it is to be trusted with commands.

    Raises ConfigurationError with the way out.
    """

    def check(status: FileStatus) -> None:
        if trusted:
            _refuse_strangers(path, status)

    raw, status = read_file(path, str(path), _LARGEST_BYTES, check)
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{path.name}, line {line}: not UTF-8 text", hint=f"The file is {path}") from None
    return SourceFile(path, bool(status.mode & OTHERS_MAY_USE), text)


def parse(source: SourceFile) -> dict[str, object]:
    """The tables of the file. Raises ConfigurationError with the line and column of broken syntax."""
    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
    except RecursionError:
        message = "nested too deeply"
    position = _POSITION.search(message)
    where = source.name
    if position and position.group(1):
        where += f", line {position.group(1)}, column {position.group(2)}"
    elif position:
        where += f", line {source.text.count(chr(10)) + 1}"
    words = _POSITION.sub("", message)
    # No context: the exception of newer versions of tomllib carries the whole document.
    raise ConfigurationError(
        f"{where}: not valid TOML: {words[:1].lower()}{words[1:]}", hint=f"The file is {source.path}"
    )


def _refuse_strangers(path: Path, status: FileStatus) -> None:
    # Whoever may change this file chooses the commands that redistui runs.
    if status.owner not in (os.geteuid(), 0):
        raise ConfigurationError(
            f"{path} belongs to another user (uid {status.owner})",
            hint="Use a copy of your own, or give it to yourself or to root with chown.",
        )
    if status.mode & OTHERS_MAY_WRITE:
        raise ConfigurationError(
            f"{path} may be changed by others (mode {status.octal})", hint=f"Run: chmod go-w '{path}'"
        )
