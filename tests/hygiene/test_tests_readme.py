"""The table of tests/README.md names tests that exist."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
NAMED = sorted(set(re.findall(r"([\w/]+\.py)::(\w+)", (TESTS / "README.md").read_text())))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_named_test_exists(file: str, name: str) -> None:
    assert re.search(rf"^(async )?def {name}\(", (TESTS / file).read_text(), re.MULTILINE)


def test_every_line_of_the_table_names_a_test() -> None:
    _, _, table = (TESTS / "README.md").read_text().partition("| What happens |")
    lines = table.strip().splitlines()[2:]
    assert len(lines) > 30
    assert [line for line in lines if ".py::" not in line] == []
