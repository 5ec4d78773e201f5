"""For the tests of a provider: the suite that every one must pass, a scripted provider, a clock, a context.

`redistui.testing.conformance` needs pytest and pytest-asyncio; nothing else here does.
"""

from .clock import FakeClock
from .context import FixedSecrets, make_context
from .fake_provider import FakeProvider, Pause

__all__ = ["FakeClock", "FakeProvider", "FixedSecrets", "Pause", "make_context"]
