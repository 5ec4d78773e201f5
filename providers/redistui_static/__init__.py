"""Pairs that are known by their addresses, wherever they run."""

from .provider import StaticProvider

__all__ = ["StaticProvider"]
