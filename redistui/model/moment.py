"""Moments as scripts read them."""

from datetime import UTC, datetime


def timestamp(seconds: float | None) -> str | None:
    """`2026-01-31T09:41:07.250Z`, RFC 3339 in UTC."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
