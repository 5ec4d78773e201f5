"""Text that is safe on a terminal and whose width is known, also with Chinese and emoji."""

import unicodedata
from collections.abc import Mapping

# One cell wide each; known here so that a table of plain names never pays for loading the width tables.
_OWN_GLYPHS = "●○◇▲✖·–─…│✓" + "\u2009"
_WITHOUT_OWN_GLYPHS = str.maketrans("", "", _OWN_GLYPHS)
_ASCII = str.maketrans({
    "●": "*", "○": "o", "◇": "#", "▲": "!", "✖": "x", "·": "-", "–": "-", "─": "-",
    "…": "...", "│": "|", "✓": "v", "\u2009": " ",
    "├": "|", "└": "`", "┤": "+", "┄": "-", "▶": ">", "▼": "v", "█": "#", "░": ".", "‹": "<", "›": ">",
    "▐": "|", "↑": "^", "↓": "v", "←": "<", "→": ">", "×": "x",
})  # fmt: skip
_PLAIN_LOCALES = frozenset({"C", "POSIX"})
_ZERO_WIDTH_JOINER = "\u200d"
# Controls, invisible formatting (direction overrides among it), line and paragraph separators, lone surrogates.
_UNSAFE = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})


def printable(text: str) -> str:
    """The text in one line, with everything that could move a cursor or reorder a line shown as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character
        if character == _ZERO_WIDTH_JOINER or unicodedata.category(character) not in _UNSAFE
        else _escaped(character)
        for character in text
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def ascii_only(text: str) -> str:
    """For a terminal without Unicode: own glyphs become ASCII ones, other characters escapes."""
    return text if text.isascii() else text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")


def width(text: str) -> int:
    """Terminal cells that the text takes."""
    if text.isascii():
        return len(text)
    foreign = text.translate(_WITHOUT_OWN_GLYPHS)
    if foreign.isascii():
        return len(text)
    from wcwidth import wcswidth  # 25 ms of tables, only for names that need them

    cells = wcswidth(foreign)
    return len(text) - len(foreign) + (cells if cells >= 0 else len(foreign))


def pad(text: str, cells: int, *, right: bool = False) -> str:
    gap = " " * max(0, cells - width(text))
    return gap + text if right else text + gap


def locale_is_plain(environment: Mapping[str, str]) -> bool:
    """Python itself turns a C locale into UTF-8 and sets LC_CTYPE (PEP 538), so ask what was asked for."""
    if environment.get("LC_ALL"):
        return environment["LC_ALL"] in _PLAIN_LOCALES
    coerced = {*_PLAIN_LOCALES, "", "C.UTF-8"}
    return environment.get("LANG", "") in _PLAIN_LOCALES and environment.get("LC_CTYPE", "C.UTF-8") in coerced
