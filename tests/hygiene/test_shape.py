"""The code stays small enough to read: modules, functions, and nothing left half done."""

import ast
import re
import statistics
from pathlib import Path

from support.checkout import ROOT, modules, project_files

LONGEST_MODULE = 300
LONGEST_FUNCTION = 60
USUAL_MODULE = 130
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
# Words are put together here, so that this file does not find itself.
LEFTOVERS = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
FOREIGN = re.compile(
    "|".join(
        (
            "/wo" + "rk/",
            "/tmp/" + "plan",
            r"\bassis" + "tant",
            r"\bclau" + "de",
            r"\ban" + "thropic",
            "py" + r"pi\.org",
            "python" + "hosted",
            "--index" + "-url",
            "trusted" + "-host",
        )
    ),
    re.IGNORECASE,
)


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_modules_stay_short() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in modules()}
    assert {_relative(path): lines for path, lines in lengths.items() if lines > LONGEST_MODULE} == {}
    written = [lines for lines in lengths.values() if lines > 3]
    assert statistics.median(written) <= USUAL_MODULE


def test_functions_stay_short() -> None:
    long_ones = {
        f"{_relative(path)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert long_ones == {}


def test_modules_have_telling_names() -> None:
    assert [_relative(path) for path in modules() if path.stem in VAGUE_NAMES] == []


def test_modules_say_what_they_are() -> None:
    silent = [_relative(path) for path in modules() if ast.get_docstring(ast.parse(path.read_text())) is None]
    assert silent == []


def test_nothing_is_left_half_done() -> None:
    found = [
        f"{_relative(path)}:{number}: {line.strip()}"
        for path in modules()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if LEFTOVERS.search(line)
    ]
    assert found == []


def test_what_is_left_to_subclasses_is_done_there() -> None:
    """The public conformance suite alone leaves something to its users."""
    functions = [
        (path, node)
        for path in modules()
        if path.parent.name != "testing"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    left = {
        node.name: _relative(path) for path, node in functions if "NotImplementedError" in ast.unparse(node.body[-1])
    }
    assert {name: where for name, where in left.items() if sum(node.name == name for _, node in functions) < 2} == {}


def test_the_type_checker_is_not_silenced() -> None:
    silenced = [_relative(path) for path in modules() if re.search(r"#\s*type:\s*ignore(?!\[)", path.read_text())]
    assert silenced == []
    narrow = sum(len(re.findall(r"#\s*type:\s*ignore\[", path.read_text())) for path in modules())
    assert narrow <= 10


def test_files_name_no_foreign_place() -> None:
    found = []
    for path in project_files():
        for number, line in enumerate((ROOT / path).read_text(errors="replace").splitlines(), 1):
            match = FOREIGN.search(line)
            if match:
                found.append(f"{path}:{number}: {match[0]}")
    assert found == []
