"""Pairs that run in containers of a Docker engine, or of one that speaks its API."""

from .provider import DockerProvider

__all__ = ["DockerProvider"]
