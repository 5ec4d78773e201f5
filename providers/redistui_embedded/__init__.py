"""Real Redis servers on this machine, started and owned by redistui."""

from .provider import EmbeddedProvider

__all__ = ["EmbeddedProvider"]
