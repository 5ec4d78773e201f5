"""The line of every key of a TOML file.

tomllib tells no positions. tomlkit keeps all of the text and yet tells no positions either: a line has to be found
by rendering what stands before it, and tables out of order are proxied; it would be a dependency that parses every
file a second time, ten times slower, for this. The text scanned here was accepted by tomllib before, so that finding
keys needs only the shape of TOML, not its rules.
"""

import json
import re
from collections.abc import Mapping

from redistui.model.problems import KeyPath

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")' r"|'''.*?'{3,5}(?!')" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}\s#]+(?: [0-9][^,\]}\s#]*)?")


def key_lines(text: str) -> Mapping[KeyPath, int]:
    """The line, from 1, of every table, key and item of a list of valid TOML."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._counted_to = 0
        self._line = 1
        self._lines: dict[KeyPath, int] = {}
        self._tables_of: dict[KeyPath, int] = {}

    def scan(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        while self._skip(_BLANK) and self._at < len(self._text):
            if self._text.startswith("[[", self._at):
                table = self._header(2)
                self._tables_of[table] = index = self._tables_of.get(table, -1) + 1
                table = (*table, index)
                self._note(table)
            elif self._text[self._at] == "[":
                table = self._header(1)
            else:
                self._pair(table)
        return self._lines

    def _header(self, brackets: int) -> KeyPath:
        self._at += brackets
        path: KeyPath = ()
        keys = self._key()
        for position, key in enumerate(keys):
            path = (*path, key)
            self._note(path)
            # The name of a list of tables means its newest table, except in the header that adds the next one.
            if path in self._tables_of and not (brackets == 2 and position == len(keys) - 1):
                path = (*path, self._tables_of[path])
        self._at += brackets
        return path

    def _pair(self, table: KeyPath) -> None:
        path = table
        for key in self._key():
            path = (*path, key)
            self._note(path)
        self._at += 1  # the equals sign
        self._value(path)

    def _key(self) -> list[str]:
        keys: list[str] = []
        while True:
            self._skip(_SPACE)
            quoted = _STRING.match(self._text, self._at)
            found = quoted or _BARE.match(self._text, self._at)
            if found is None:
                raise ValueError(f"no key on line {self._here()}")
            self._at = found.end()
            keys.append(_unquoted(found.group()) if quoted else found.group())
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return keys
            self._at += 1

    def _value(self, path: KeyPath) -> None:
        self._skip(_SPACE)
        opening = self._text[self._at]
        if opening in "[{":
            self._at += 1
            self._items(path, "]" if opening == "[" else "}")
            return
        pattern = _STRING if opening in "\"'" else _PLAIN
        found = pattern.match(self._text, self._at)
        if found is None:
            raise ValueError(f"no value on line {self._here()}")
        self._at = found.end()

    def _items(self, path: KeyPath, closing: str) -> None:
        index = 0
        while self._skip(_BLANK) and self._text[self._at] != closing:
            if closing == "}":
                self._pair(path)
            else:
                self._note((*path, index))
                self._value((*path, index))
            index += 1
            self._skip(_BLANK)
            if self._text[self._at] == ",":
                self._at += 1
        self._at += 1

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return True

    def _note(self, path: KeyPath) -> None:
        self._lines.setdefault(path, self._here())

    def _here(self) -> int:
        self._line += self._text.count("\n", self._counted_to, self._at)
        self._counted_to = self._at
        return self._line


def _unquoted(text: str) -> str:
    if text.startswith("'"):
        return text[1:-1]
    # TOML's escapes in keys are JSON's, but for \U and \e.
    wide = re.sub(r"\\U([0-9A-Fa-f]{8})", lambda match: chr(int(match.group(1), 16)), text)
    return str(json.loads(wide.replace("\\e", "\\u001b"), strict=False))
