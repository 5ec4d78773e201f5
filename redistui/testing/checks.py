"""What the conformance suite looks at, apart from asking the provider."""

import os
import subprocess
import sys
import threading
from pathlib import Path

from redistui.model.fields import Field, FieldType
from redistui.provider.capabilities import Capabilities, Verb
from redistui.provider.contract import Provider
from redistui.provider.fields import check

INTERPRETER_LIMIT_SECONDS = 60.0

_FRESH = """
import importlib, os, sys, threading
from pathlib import Path
from redistui.provider.context import ProviderContext
module, name, state, sdk = sys.argv[1:]
provider_class = getattr(importlib.import_module(module), name)
provider_class.capabilities()
provider_class(ProviderContext("fresh", "", {}, None, Path(state), Path(state).parent))
assert not sdk or sdk not in sys.modules, f"{sdk} is loaded before it is needed"
assert threading.active_count() == 1, threading.enumerate()
assert not Path(state).exists(), "the state folder was made before it was needed"
descriptors = Path("/proc/self/fd")
for descriptor in descriptors.iterdir() if descriptors.exists() else ():
    try:
        target = os.readlink(descriptor)
    except FileNotFoundError:
        continue
    assert not target.startswith("socket:"), "a connection was opened"
print("nothing happened")
"""


def check_making_one_does_nothing(provider_class: type[Provider], state_folder: Path) -> None:
    """In a fresh interpreter: no SDK is loaded, no thread runs, nothing is opened or written."""
    arguments = [provider_class.__module__, provider_class.__name__, str(state_folder), provider_class.sdk_module or ""]
    answer = subprocess.run(
        [sys.executable, "-c", _FRESH, *arguments],
        capture_output=True,
        text=True,
        timeout=INTERPRETER_LIMIT_SECONDS,
        check=False,
    )
    assert "nothing happened" in answer.stdout, answer.stderr


def check_answers(answers: Capabilities) -> None:
    assert set(answers) == set(Verb)
    for verb, answer in answers.items():
        assert answer.supported or answer.reason, f"{verb} is refused without a reason"


def check_fields(fields: tuple[Field, ...], where: str) -> None:
    assert len({field.name for field in fields}) == len(fields)
    for field in fields:
        name = f"{where}{field.name}"
        assert field.help, f"{name} has no help"
        assert not (field.required and field.default is not None), f"{name} is required and has a default"
        assert not (field.secret and field.default is not None), f"{name} is a secret with a default"
        if field.type is FieldType.CHOICE:
            assert field.choices, f"{name} has nothing to choose from"
        if field.type in (FieldType.TABLE, FieldType.TABLES):
            assert field.fields, f"{name} has no keys"
            check_fields(field.fields, f"{name}.")
        if field.default is not None:
            check((field,), {field.name: field.default})


def threads() -> set[str]:
    # asyncio keeps the threads of its own pool.
    return {thread.name for thread in threading.enumerate() if not thread.name.startswith("asyncio_")}


def sockets() -> set[str]:
    descriptors = Path("/proc/self/fd")
    if not descriptors.exists():
        return set()
    targets = set()
    for descriptor in descriptors.iterdir():
        try:
            targets.add(os.readlink(descriptor))  # noqa: PTH115
        except FileNotFoundError:
            continue
    return {target for target in targets if target.startswith("socket:")}
