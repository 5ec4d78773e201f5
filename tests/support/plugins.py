"""Distributions that bring provider plugins, as pip would leave them, in a folder of the test."""

import textwrap
from collections.abc import Mapping
from pathlib import Path

PROVIDER = """
from redistui.provider.capabilities import Verb
from redistui.provider.contract import Provider
from redistui.model.topology import Control

class {name}(Provider):
    type = "{type}"
    summary = "a plugin of a test"
    control = Control.SELF_MANAGED
    {extra}

    @classmethod
    def capabilities(cls):
        return {{}}

    async def discover(self):
        for pair in ():
            yield pair

    async def changed(self):
        return

    async def endpoint(self, pair, node):
        raise AssertionError
"""


def provider_source(provider_type: str, *, extra: str = "", name: str = "Plugin") -> str:
    """The source of a provider; `extra` goes into the class."""
    return PROVIDER.format(type=provider_type, name=name, extra=textwrap.indent(textwrap.dedent(extra), "    ").strip())


def add_distribution(
    folder: Path, distribution: str, entry_points: Mapping[str, str], modules: Mapping[str, str]
) -> None:
    """`entry_points` by provider type, `modules` by name with their source. `folder` has to be on sys.path."""
    info = folder / f"{distribution.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
    lines = "\n".join(f"{name} = {target}" for name, target in entry_points.items())
    (info / "entry_points.txt").write_text(f"[redistui.providers]\n{lines}\n")
    for name, source in modules.items():
        (folder / f"{name}.py").write_text(source)
