"""Schedules samples, evaluates rules and publishes snapshots. Knows nothing of front ends."""
