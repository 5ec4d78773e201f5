"""Schedules samples, evaluates rules and feeds the front ends."""
