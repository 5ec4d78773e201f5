"""Taking apart what servers are started with: lines of a configuration file, and commands of a shell."""

import re
import shlex
from collections.abc import Mapping

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "a": "\a"}
_WORD = re.compile(
    r"""\s*(?:"(?P<double>(?:\\x[0-9a-fA-F]{2}|\\.|[^"\\])*)"|'(?P<single>(?:\\'|[^'])*)'|(?P<plain>[^\s"']\S*))"""
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|(.))")
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))")
_OPERATORS = frozenset({";", "&&", "||", "|", "&"})


def redis_words(line: str) -> list[str]:
    """The words of a line as Redis takes them: quotes of both kinds, escapes in double ones."""
    words, position = [], 0
    while found := _WORD.match(line, position):
        position = found.end()
        if (double := found["double"]) is not None:
            words.append(_ESCAPE.sub(_unescaped, double))
        elif (single := found["single"]) is not None:
            words.append(single.replace("\\'", "'"))
        else:
            words.append(found["plain"])
    return words


def _unescaped(found: re.Match[str]) -> str:
    code, letter = found.groups()
    return chr(int(code, 16)) if code else _ESCAPES.get(letter, letter)


def shell_words(script: str, variables: Mapping[str, str]) -> list[str]:
    """The words of a simple script with its variables filled in; what a shell does beyond that is left alone."""
    lexer = shlex.shlex(script, posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        words = list(lexer)
    except ValueError:  # a quote that nothing closes
        return []
    return [word if word in _OPERATORS else _filled(word, variables) for word in words]


def _filled(word: str, variables: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name, default = found[1] or found[3], found[2] or ""
        return variables.get(name) or default

    return _VARIABLE.sub(value, word)


def until_operator(words: list[str]) -> list[str]:
    """The words of the first command."""
    ends = [position for position, word in enumerate(words) if word in _OPERATORS]
    return words[: ends[0]] if ends else words
