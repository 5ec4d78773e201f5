"""What is wrong with a value that an operator wrote, by its place: `providers.legacy.pairs[0].pasword`."""

import difflib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

KeyPath = tuple[str | int, ...]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_TYPE_WORDS = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "a table"}


@dataclass(frozen=True, slots=True)
class Problem:
    """`message` continues the path: `is not known; did you mean password?`."""

    path: KeyPath
    message: str

    def __str__(self) -> str:
        return f"{dotted(self.path)} {self.message}".strip()


def dotted(path: KeyPath) -> str:
    """The path as TOML spells it, with the number of an item of a list in brackets, counted from 0."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            key = part if _BARE_KEY.fullmatch(part) else '"' + part.replace('"', '\\"') + '"'
            text += f".{key}" if text else key
    return text


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, or None."""
    spellings = {_folded(candidate): candidate for candidate in known}
    matches = difflib.get_close_matches(_folded(name), spellings, n=1, cutoff=0.6)
    return spellings[matches[0]] if matches else None


def unknown(path: KeyPath, name: str, known: Iterable[str]) -> Problem:
    """`name` stands at `path` and is none of `known`."""
    candidates = tuple(known)
    meant = nearest(name, candidates)
    if meant is not None:
        return Problem(path, f"is not known; did you mean {meant}?")
    if not candidates:
        return Problem(path, "is not known; nothing is expected here")
    return Problem(path, f"is not known; expected {one_of(candidates)}")


def one_of(names: Iterable[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    words = tuple(names)
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]


def kind(value: object) -> str:
    """What a value is, without repeating it: it may be a secret in the wrong place."""
    if isinstance(value, float) and not math.isfinite(value):
        return "inf or nan"
    return next((words for known, words in _TYPE_WORDS.items() if isinstance(value, known)), "a date or time")


def _folded(name: str) -> str:
    return name.lower().replace("-", "_")
