"""Every key of a valid file is found on its line, in every spelling that TOML knows."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redistui.config.lines import key_lines

TEXT = '''\
# a comment with [brackets] = "quotes"
journal = "x" # another
[environments.prod]
protected = true
a.b."c.d" = """several
lines "" with quotes """ # here
'single [quoted]' = 1
[ environments . prod . hooks ]
after_promote = ["move-vip", # not the end ]
  'b',
]
[[providers.legacy.pairs]]
name = "one # no comment"
tls = { ca = "ca.pem", deeper = { y = 1 }, z = 2 }
when = 1979-05-27 07:32:00Z
[providers.legacy.pairs.extra]
q = +1e5
[[providers.legacy.pairs]]
name = \'\'\'two ' \'\'\'
[[providers.legacy.pairs.nested]]
x = [[1, 2], [{ a = 1 }]]
[[providers.legacy.pairs.nested]]
"qu\\"ote\\u00e9" = ""
last = """"""
'''

PAIRS = ("providers", "legacy", "pairs")
EXPECTED = {
    ("journal",): 2,
    ("environments", "prod"): 3,
    ("environments", "prod", "protected"): 4,
    ("environments", "prod", "a", "b", "c.d"): 5,
    ("environments", "prod", "single [quoted]"): 7,
    ("environments", "prod", "hooks"): 8,
    ("environments", "prod", "hooks", "after_promote", 1): 10,
    (*PAIRS, 0): 12,
    (*PAIRS, 0, "name"): 13,
    (*PAIRS, 0, "tls", "deeper", "y"): 14,
    (*PAIRS, 0, "when"): 15,
    (*PAIRS, 0, "extra", "q"): 17,
    (*PAIRS, 1): 18,
    (*PAIRS, 1, "name"): 19,
    (*PAIRS, 1, "nested", 0, "x", 1, 0, "a"): 21,
    (*PAIRS, 1, "nested", 1): 22,
    (*PAIRS, 1, "nested", 1, 'qu"oteé'): 23,
    (*PAIRS, 1, "nested", 1, "last"): 24,
}


@pytest.mark.parametrize("path", EXPECTED, ids=str)
def test_keys_are_found_on_their_lines(path: tuple[str | int, ...]) -> None:
    assert key_lines(TEXT)[path] == EXPECTED[path]


def paths(value: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """Every path in a parsed document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path} | {found for key, item in items for found in paths(item, (*path, key))}


KEYS = st.sampled_from(["a", "b-1", '"q .]="', "'s\"'", "x . y", '"\\u00e9"', "1"])
SCALARS = st.sampled_from(
    ['"t"', '"#[{"', "'l'", '"""m\n"x" """', "'''m\n']'''", "1", "-2.5e3", "true", "2024-01-02 03:04:05Z", "inf", '""']
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[ " + ", # c ]\n ".join(items) + " \n]")
        | st.lists(inner, max_size=3).map(
            lambda items: "{ " + ", ".join(f"k{number} = {item}" for number, item in enumerate(items)) + " }"
        )
    ),
    max_leaves=6,
)
LINES = st.one_of(
    st.tuples(KEYS, VALUES).map(lambda pair: f"{pair[0]} = {pair[1]}"),
    st.tuples(KEYS, KEYS).map(lambda keys: f"[{keys[0]}.{keys[1]}]"),
    KEYS.map(lambda key: f"[[ {key} ]]"),
    st.sampled_from(["", "# [x] = {", "\t"]),
)


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_whatever_tomllib_accepts_is_found_completely(text: str) -> None:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(key_lines(text)) | {()} == paths(document)


def test_the_files_of_this_project() -> None:
    root = Path(__file__).parents[3]
    for path in (root / "pyproject.toml", root / "redistui/model/rules.toml"):
        text = path.read_text()
        assert set(key_lines(text)) | {()} == paths(tomllib.loads(text))
